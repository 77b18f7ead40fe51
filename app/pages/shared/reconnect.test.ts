import { expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { createReconnector } from './reconnect.ts';

function failing() {
  const clock = new VirtualClock();
  const triedAt: number[] = [];
  const reconnector = createReconnector(clock, () => {
    triedAt.push(clock.monotonicMs());
    reconnector.failed();
  });
  return { clock, triedAt, reconnector };
}

it('tries again after 200, 400, 800, 1600 ms and then every 3 s, without end', async () => {
  const { clock, triedAt, reconnector } = failing();
  reconnector.failed();
  await clock.advance(15_000);
  expect(triedAt).toEqual([200, 600, 1400, 3000, 6000, 9000, 12_000, 15_000]);
});

it('starts with the shortest wait again after a connection that worked', async () => {
  const { clock, triedAt, reconnector } = failing();
  reconnector.failed();
  await clock.advance(1400);
  reconnector.succeeded();
  await clock.advance(1800);
  expect(triedAt).toEqual([200, 600, 1400, 3000, 3200]);
});

it('has at most one try waiting, and none after a stop', async () => {
  const { clock, triedAt, reconnector } = failing();
  reconnector.failed();
  reconnector.failed();
  expect(clock.timerCount).toBe(1);
  reconnector.stop();
  reconnector.failed();
  await clock.advance(10_000);
  expect(triedAt).toEqual([]);
});
