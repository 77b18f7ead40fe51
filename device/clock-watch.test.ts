import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import { ClockBlocks } from './clock-block.ts';
import { ClockWatch } from './clock-watch.ts';
import { type ApplianceFixture, openTestAppliance } from './testing/appliance-fixture.ts';
import { VirtualClock } from './testing/virtual-clock.ts';
import { DAY_MS, formatTime } from './time.ts';
import { MAX_DRIFT } from './trusted-time.ts';

const TRUE_MS = Date.parse('2026-11-22T10:00:00.000+08:00');
const BOOT = '0190d5a4-7b1c-4e3a-8f00-000000000001';
const NEXT_BOOT = '0190d5a4-7b1c-4e3a-8f00-000000000002';
const HOUR = 3_600_000;

describe('the time by which days are counted', () => {
  it('is the wall clock of a device that nobody told better', () => {
    expect(new ClockBlocks(new VirtualClock(TRUE_MS), BOOT).dateMs()).toBe(TRUE_MS);
  });

  it.each([
    ['three days forward', 3 * DAY_MS, 0],
    ['three days back', -3 * DAY_MS, -3 * DAY_MS],
  ])('without trusted time, after a step %s, is the earlier of both readings', async (_name, stepMs, errorMs) => {
    const clock = new VirtualClock(TRUE_MS);
    const blocks = new ClockBlocks(clock, BOOT);
    await clock.advance(HOUR);
    clock.stepWall(stepMs);
    expect(blocks.dateMs()).toBe(TRUE_MS + HOUR + errorMs);
  });

  it.each([3 * DAY_MS, -3 * DAY_MS, -TRUE_MS])('with trusted time is not moved by a step of %i ms', async (stepMs) => {
    const clock = new VirtualClock(TRUE_MS + 1_000);
    const blocks = new ClockBlocks(clock, BOOT);
    blocks.learn(-1_000, 20);
    clock.stepWall(stepMs);
    await clock.advance(HOUR);
    expect(blocks.dateMs()).toBe(TRUE_MS + HOUR);
    expect(blocks.steadyMs()).toBe(TRUE_MS + HOUR);
    expect(blocks.block()).toMatchObject({ quality: 'synced', offsetMs: -1_000 - stepMs });
  });

  it('is no reading of 1970 once any better one is there', async () => {
    const clock = new VirtualClock(0);
    const blocks = new ClockBlocks(clock, BOOT);
    expect(blocks.dateMs()).toBe(0);
    expect(blocks.block().quality).toBe('unset');
    // A time server was reached, the centre not.
    clock.stepWall(TRUE_MS);
    expect(blocks.dateMs()).toBe(TRUE_MS);
    blocks.learn(0);
    expect(blocks.block().quality).toBe('synced');
  });

  it('after a restart with a dead battery is no earlier than what is known to be past', async () => {
    const before = new ClockBlocks(new VirtualClock(TRUE_MS - 500), BOOT);
    before.learn(500, 10);
    const clock = new VirtualClock(0);
    const blocks = new ClockBlocks(clock, NEXT_BOOT);
    expect(blocks.takeUp(before.toKeep()!)).toBeNull();
    await clock.advance(HOUR);
    expect(blocks.dateMs()).toBe(TRUE_MS + HOUR);
    expect(blocks.trueMs()).toBeNull();
    expect(blocks.keptOffset).toEqual({ offsetMs: TRUE_MS, boundMs: null });
  });

  it('knows how wrong it may be: five minutes a day, and then it is called a holdover', async () => {
    /** The hardware runs fast by the most that is allowed; `clock` is true time. */
    const clock = new VirtualClock(TRUE_MS);
    const device: Clock = {
      wallMs: () => TRUE_MS + clock.monotonicMs() * (1 + MAX_DRIFT),
      monotonicMs: () => clock.monotonicMs() * (1 + MAX_DRIFT),
      setTimer: (delayMs, run) => clock.setTimer(delayMs, run),
    };
    const blocks = new ClockBlocks(device, BOOT);
    blocks.learn(0, 50);
    for (let hours = 1; hours <= 24; hours++) {
      await clock.advance(HOUR);
      const errorMs = Math.abs((blocks.trueMs() ?? 0) - clock.wallMs());
      expect(errorMs).toBeLessThanOrEqual(blocks.boundMs ?? 0);
    }
    expect(blocks.block().quality).toBe('holdover');
    expect(blocks.boundMs).toBeLessThan(305_000);
    blocks.learn(Math.round(clock.wallMs() - device.wallMs()), 50);
    expect(blocks.block().quality).toBe('synced');
  });
});

describe('the watch over the clock', () => {
  let clock: VirtualClock;
  let kept: string | null;
  let steps: number[];
  let writes: number;
  const watches: ClockWatch[] = [];

  function watching(bootId = BOOT): ClockBlocks {
    const blocks = new ClockBlocks(clock, bootId);
    const watch = new ClockWatch({
      clock,
      blocks,
      read: () => kept,
      write(text) {
        kept = text;
        writes++;
      },
      onStep: (byMs) => void steps.push(byMs),
      onFault: (error) => {
        throw error;
      },
    });
    watch.start();
    watches.push(watch);
    return blocks;
  }

  beforeEach(() => {
    clock = new VirtualClock(TRUE_MS);
    kept = null;
    steps = [];
    writes = 0;
  });
  afterEach(() => {
    for (const watch of watches.splice(0)) watch.stop();
    expect(clock.timerCount).toBe(0);
  });

  it('tells each step once, forward and back, and no slewing', async () => {
    watching();
    for (const byMs of [3 * DAY_MS, -3 * DAY_MS, 900, -5_000]) {
      clock.stepWall(byMs);
      await clock.advance(60_000);
    }
    expect(steps).toEqual([3 * DAY_MS, -3 * DAY_MS, -5_000]);
  });

  it('notices what was set while the process was dead, and goes on from trusted time', async () => {
    watching().learn(250, 20);
    await clock.advance(60_000);
    clock.stepWall(-DAY_MS);
    await clock.advance(10_000);
    watches[0]?.stop();
    steps = [];
    clock.stepWall(-DAY_MS);
    await clock.advance(HOUR);
    const blocks = watching();
    expect(steps).toEqual([-2 * DAY_MS]);
    expect(blocks.trueMs()).toBeCloseTo(TRUE_MS + 250 + 70_000 + HOUR, 3);
    expect(blocks.boundMs).toBeLessThan(20 + (HOUR + 100_000) * MAX_DRIFT + 2);
    expect(blocks.keptOffset?.boundMs).toBe(blocks.boundMs);
  });

  it('takes a restart of the machine for no step', async () => {
    watching().learn(0, 20);
    await clock.advance(60_000);
    clock.stepWall(DAY_MS);
    expect(watching(NEXT_BOOT).trueMs()).toBeNull();
    expect(steps).toEqual([]);
  });

  it('writes seldom: at first, after a step, when it is known better, and every six hours', async () => {
    const blocks = watching();
    await clock.advance(HOUR);
    expect(writes).toBe(0);
    blocks.learn(0, 4_000);
    await clock.advance(60_000);
    expect(writes).toBe(1);
    for (let minute = 0; minute < 300; minute++) {
      blocks.learn(0, 100);
      await clock.advance(60_000);
    }
    expect(writes).toBe(2);
    clock.stepWall(DAY_MS);
    await clock.advance(60_000);
    expect(writes).toBe(3);
    await clock.advance(7 * HOUR);
    expect(writes).toBe(4);
  });

  it('counts a damaged note for none', () => {
    kept = '{"bootId":';
    expect(watching().trueMs()).toBeNull();
    kept = '{"bootId":"x"}';
    expect(watching().trueMs()).toBeNull();
  });
});

describe('a device whose clock is set', () => {
  let fixture: ApplianceFixture;
  beforeEach(async () => {
    fixture = await openTestAppliance();
  });
  afterEach(() => fixture.close());

  let cases = 0;
  async function dueOf(): Promise<string[]> {
    const request = { caseNo: `C-${++cases}`, serviceNo: 1, itemCode: 'I', itemName: '户口登记', staffId: 'S-1' };
    fixture.appliance.openVisit({ ...request, servedAt: null, trigger: 'business', inviteAtOnce: false }, null);
    const batch = await fixture.appliance.outbox.claim({ limit: 500, maxBytes: 1_000_000 });
    await fixture.appliance.outbox.release(batch?.leaseId ?? '');
    const visit = batch?.records.find(({ json }) => json.includes(request.caseNo));
    return [formatTime(visit?.dueAt ?? 0), String(JSON.parse(visit?.json ?? '{}').recordedAt)];
  }

  it.each([
    ['three days forward', 3 * DAY_MS],
    ['three days back', -3 * DAY_MS],
    ['to 1970', -TRUE_MS],
  ])('%s: the statutory day is that of trusted time, the step is an event, the order stays', async (_name, stepMs) => {
    fixture.appliance.time.learn(0, 20);
    fixture.clock.stepWall(stepMs);
    await fixture.clock.advance(60_000);
    const [due, recordedAt] = await dueOf();
    expect(due).toBe('2026-11-30T00:00:00.000+08:00');
    // The record says what the clock said, and how far it was off.
    expect(recordedAt).toBe(formatTime(fixture.clock.wallMs()));
    const [event, visit] = fixture.records().slice(-2);
    expect(event?.body).toMatchObject({ type: 'clock_step', detail: { byMs: stepMs, offsetMs: -stepMs } });
    expect(visit?.kind).toBe('visit');
    expect(visit?.clock).toMatchObject({ quality: 'synced', offsetMs: -stepMs });
    expect(fixture.records().map(({ seq }) => seq)).toEqual(fixture.records().map((_record, index) => index + 1));
  });

  it('by nobody who is trusted: a step forward gives no later date', async () => {
    fixture.clock.stepWall(3 * DAY_MS);
    expect((await dueOf())[0]).toBe('2026-11-30T00:00:00.000+08:00');
  });

  it('keeps trusted time over a restart of the process', async () => {
    fixture.appliance.time.learn(0, 20);
    await fixture.clock.advance(60_000);
    fixture.clock.stepWall(3 * DAY_MS);
    await fixture.restart();
    expect(fixture.appliance.time.keptOffset).toMatchObject({ offsetMs: -3 * DAY_MS });
    expect((await dueOf())[0]).toBe('2026-11-30T00:00:00.000+08:00');
    expect(fixture.records().some(({ body }) => 'type' in body && body.type === 'clock_step')).toBe(true);
  });

  it('lets go no deferred record before its time, and no later', async () => {
    await dueOf();
    const batch = await fixture.appliance.outbox.claim({ limit: 500, maxBytes: 1_000_000 });
    const deferred = (batch?.records ?? []).map(({ id }) => ({ id, code: 'c', retryAfterMs: HOUR }));
    const settlement = { receipt: null, delivered: [], deferred, refused: [] };
    await fixture.appliance.outbox.settle({ leaseId: batch?.leaseId ?? '', ...settlement });
    const isFree = async (): Promise<boolean> => {
      const again = await fixture.appliance.outbox.claim({ limit: 500, maxBytes: 1_000_000 });
      if (again !== null) await fixture.appliance.outbox.release(again.leaseId);
      // The watch's own event about the step is no deferred record.
      return again?.records.some(({ id }) => deferred.some((one) => one.id === id)) ?? false;
    };
    for (const stepMs of [3 * DAY_MS, -10 * DAY_MS]) {
      fixture.clock.stepWall(stepMs);
      expect(await isFree()).toBe(false);
    }
    await fixture.clock.advance(HOUR);
    expect(await isFree()).toBe(true);
  });
});
