import { expect, it } from 'vitest';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import type { BatchOutcome } from './connectors/connector.ts';
import { createLink } from './link.ts';
import type { LinkReport } from './port/contract.ts';
import { silentLog } from './testing/bench-appliance.ts';
import { createTrustClock } from './trust-clock.ts';

function lineOf() {
  const clock = new VirtualClock(1_000_000);
  const trustClock = createTrustClock(clock);
  const reports: LinkReport[] = [];
  const link = createLink({ clock, trustClock, log: silentLog, report: async (report) => void reports.push(report) });
  /** An exchange of 20 ms with a centre that is `aheadMs` ahead of our wall clock. */
  const hear = (aheadMs: number): void => {
    const now = clock.monotonicMs();
    trustClock.observe(clock.wallMs() + aheadMs, now - 20, now);
  };
  const toldUnasked = async () => {
    await clock.advance(0);
    return reports.splice(0);
  };
  const told = () => {
    link.flush();
    return toldUnasked();
  };
  return { clock, link, hear, told, toldUnasked };
}

it('tells the appliance what it cannot reckon itself, and not that time passed', async () => {
  const { clock, link, hear, told } = lineOf();
  await clock.advance(20);
  expect(await told()).toHaveLength(1);
  hear(500);
  expect(await told()).toMatchObject([{ clockOffsetMs: 511, clockBoundMs: 11 }]);
  await clock.advance(60_000);
  expect(await told()).toEqual([]);
  // Another exchange makes the bound as good as it was.
  hear(500);
  expect(await told()).toMatchObject([{ clockBoundMs: 11 }]);
  clock.stepWall(-3_000);
  expect(await told()).toMatchObject([{ clockOffsetMs: 3_511 }]);
  link.set({ state: 'offline', detail: 'nobody answers' });
  link.set({ state: 'offline', detail: 'nobody answers' });
  expect(await told()).toMatchObject([{ state: 'offline' }]);
});

it('tells counts of batches with the next minute or receipt, not for their own sake', async () => {
  const { link, told, toldUnasked } = lineOf();
  const well: BatchOutcome = { kind: 'settled', receipt: null, delivered: [], deferred: [], refused: [] };
  link.set({ state: 'online', detail: null });
  await told();
  link.attempted(well, { records: 1, tookMs: 5 });
  link.set({ state: 'online', detail: null });
  expect(await toldUnasked()).toEqual([]);
  expect(await told()).toMatchObject([{ attempts: { settled: 1 } }]);
  link.attempted(well, { records: 1, tookMs: 5 });
  link.receiptCame('2026-11-22T10:00:00.000+08:00');
  expect(await toldUnasked()).toMatchObject([
    { attempts: { settled: 2 }, lastReceiptAt: '2026-11-22T10:00:00.000+08:00' },
  ]);
  expect(await told()).toEqual([]);
});

it('tells each attempt that failed as it fails, also where the line is as it was', async () => {
  const { link, toldUnasked } = lineOf();
  const fail = (): void => {
    link.attempted({ kind: 'down', detail: 'nobody answers' }, { records: 1, tookMs: 5 });
    link.set({ state: 'offline', detail: 'nobody answers' });
  };
  fail();
  expect(await toldUnasked()).toMatchObject([{ attempts: { down: 1 }, state: 'offline' }]);
  fail();
  expect(await toldUnasked()).toMatchObject([{ attempts: { down: 2 }, state: 'offline' }]);
});
