import type { Clock } from '../../../device/clock.ts';

/** The browser's clock: `performance.now()` never goes back within the life of a page. */
export const pageClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
