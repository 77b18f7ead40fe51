import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import { createTrustClock } from './trust-clock.ts';

describe('the centre’s time', () => {
  it('is the wall clock until a centre told its time, and then not moved by steps of the wall', async () => {
    const clock = new VirtualClock(60_000);
    const trust = createTrustClock(clock);
    expect(trust.nowMs()).toBe(60_000);
    expect(trust.offsetMs()).toBeNull();
    expect(trust.boundMs()).toBeNull();
    await clock.advance(400);
    trust.observe(1_000_000, 0, 400);
    const atMs = trust.nowMs();
    expect(Math.abs(atMs - 1_000_200)).toBeLessThanOrEqual(2);
    expect(trust.boundMs()).toBeGreaterThanOrEqual(200);
    clock.stepWall(-50_000);
    await clock.advance(100);
    expect(trust.nowMs()).toBeCloseTo(atMs + 100, 3);
    expect(trust.offsetMs()).toBe(Math.round(atMs + 100) - 10_500);
  });

  it('is not made worse by a slow exchange, and follows a centre that was set', async () => {
    const clock = new VirtualClock(0);
    const trust = createTrustClock(clock);
    await clock.advance(20_000);
    trust.observe(1_000_000, 19_990, 20_000);
    trust.observe(999_000, 10_000, 20_000);
    expect(trust.boundMs()).toBeLessThan(20);
    expect(trust.jumps).toBe(0);
    trust.observe(9_000_000, 19_990, 20_000);
    expect(trust.jumps).toBe(1);
    expect(Math.abs(trust.nowMs() - 9_000_005)).toBeLessThan(10);
  });

  it('goes on from what was kept, until the centre says it anew', async () => {
    const clock = new VirtualClock(1_000);
    const trust = createTrustClock(clock);
    trust.restore({ offsetMs: 500_000, boundMs: 30 });
    expect([trust.nowMs(), trust.offsetMs(), trust.boundMs()]).toEqual([501_000, 500_000, 30]);
    trust.observe(501_010, -10, 0);
    expect(trust.boundMs()).toBeLessThan(10);
    trust.restore({ offsetMs: 7, boundMs: 1 });
    expect(trust.nowMs()).toBeGreaterThan(501_000);
  });

  it('signs with a guess from before a restart of the machine, and calls it none', () => {
    const trust = createTrustClock(new VirtualClock(0));
    trust.restore({ offsetMs: 500_000, boundMs: null });
    expect([trust.nowMs(), trust.offsetMs(), trust.boundMs()]).toEqual([500_000, null, null]);
  });
});
