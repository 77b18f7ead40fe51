import { expect, it } from 'vitest';
import { VirtualClock } from './testing/virtual-clock.ts';
import { Upkeep } from './upkeep.ts';

const MORNING_MS = Date.parse('2026-11-22T09:00:00.000+08:00');
const HOUR_MS = 3_600_000;

const byNight = () => {
  throw new Error('it is day');
};

function upkeepByDay(
  clock: VirtualClock,
  emptyLog: () => void,
  isIdle: () => boolean,
  onFault: (error: unknown) => void,
) {
  const work = {
    emptyLog,
    dailyTick: byNight,
    forgetVisits: byNight,
    nightlyCheck: byNight,
    sendCanary: () => undefined,
  };
  return new Upkeep({ work, clock, isIdle, onProblem: onFault, onFault });
}

it('empties the log by day too, but never while a citizen is at the device', async () => {
  const clock = new VirtualClock(MORNING_MS);
  const calls: unknown[] = [];
  let isIdle = false;
  const upkeep = upkeepByDay(
    clock,
    () => void calls.push('log'),
    () => isIdle,
    (error) => calls.push(error),
  );
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
  const broken = () => {
    throw new Error('disk I/O error');
  };
  const upkeep = upkeepByDay(
    clock,
    broken,
    () => true,
    (error) => faults.push(error),
  );
  await clock.advance(HOUR_MS);
  expect(faults.map(String)).toEqual(Array.from({ length: 6 }, () => 'Error: disk I/O error'));
  upkeep.stop();
});
