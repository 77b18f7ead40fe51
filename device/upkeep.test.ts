import { expect, it } from 'vitest';
import { VirtualClock } from './testing/virtual-clock.ts';
import { Upkeep } from './upkeep.ts';

const MORNING_MS = Date.parse('2026-11-22T09:00:00.000+08:00');
const HOUR_MS = 3_600_000;

it('empties the log by day too, but never while a citizen is at the device', async () => {
  const clock = new VirtualClock(MORNING_MS);
  const calls: string[] = [];
  let isIdle = false;
  const upkeep = new Upkeep({
    work: {
      emptyLog: () => void calls.push('log'),
      dailyTick: () => {
        throw new Error('it is day');
      },
      forgetVisits: () => false,
      nightlyCheck: () => {
        throw new Error('it is day');
      },
      sendCanary: () => undefined,
    },
    clock,
    isIdle: () => isIdle,
    onProblem: (problem) => calls.push(problem),
    onFault: (error) => calls.push(String(error)),
  });
  await clock.advance(HOUR_MS);
  expect(calls).toEqual([]);
  isIdle = true;
  await clock.advance(HOUR_MS);
  expect(calls).toEqual(Array.from({ length: 6 }, () => 'log'));
  upkeep.stop();
});

it('reports a log that could not be emptied, and goes on', async () => {
  const clock = new VirtualClock(MORNING_MS);
  const faults: unknown[] = [];
  const upkeep = new Upkeep({
    work: {
      emptyLog: () => {
        throw new Error('disk I/O error');
      },
      dailyTick: () => ({ records: 0, receipts: 0, more: false, replies: 0 }),
      forgetVisits: () => false,
      nightlyCheck: () => {
        throw new Error('it is day');
      },
      sendCanary: () => undefined,
    },
    clock,
    isIdle: () => true,
    onProblem: (problem) => faults.push(problem),
    onFault: (error) => faults.push(error),
  });
  await clock.advance(HOUR_MS);
  expect(faults.map(String)).toEqual(Array.from({ length: 6 }, () => 'Error: disk I/O error'));
  upkeep.stop();
});
