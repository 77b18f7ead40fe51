import { expect, it } from 'vitest';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import { createTrustClock } from './trust-clock.ts';

it('is the wall clock until a centre told its time, and then not moved by steps of the wall', async () => {
  const clock = new VirtualClock(60_000);
  const trust = createTrustClock(clock);
  expect(trust.nowMs()).toBe(60_000);
  expect(trust.offsetMs()).toBeNull();
  await clock.advance(400);
  trust.observe(1_000_000, 0, 400);
  expect(trust.nowMs()).toBe(1_000_200);
  expect(trust.offsetMs()).toBe(1_000_200 - 60_400);
  clock.stepWall(-50_000);
  await clock.advance(100);
  expect(trust.nowMs()).toBe(1_000_300);
  expect(trust.offsetMs()).toBe(1_000_300 - 10_500);
});
