import { expect, it } from 'vitest';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { RENEWAL_RETRY_MS, watchRenewal } from './renewal-watch.ts';

function watch(resume: () => Promise<null>) {
  const clock = new VirtualClock();
  const state = { isRenewing: true, asked: 0, faults: [] as unknown[] };
  const enrolment = {
    isRenewing: () => state.isRenewing,
    resume() {
      state.asked++;
      return resume();
    },
  };
  const stop = watchRenewal({ enrolment, clock, onFault: (error) => state.faults.push(error) });
  return { clock, state, stop };
}

it('asks again for a renewal that is under way, also after one that failed, and for nothing else', async () => {
  const { clock, state } = watch(() => Promise.reject(new Error('disk')));
  await clock.advance(2 * RENEWAL_RETRY_MS);
  expect([state.asked, state.faults.length]).toEqual([2, 2]);
  state.isRenewing = false;
  await clock.advance(2 * RENEWAL_RETRY_MS);
  expect(state.asked).toBe(2);
});

it('asks no more once it is stopped', async () => {
  const { clock, state, stop } = watch(async () => null);
  stop();
  await clock.advance(2 * RENEWAL_RETRY_MS);
  expect(state.asked).toBe(0);
});
