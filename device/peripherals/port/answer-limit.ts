import type { Clock, Timer } from '../../clock.ts';

/**
 * Calls `onSilence` when a device has answered nothing for `limitMs` (2 … 2^31−1) and what it sent has been read. In two
 * halves: where the process itself stood still (a slow disk's sync, a busy machine), the first thing it does afterwards
 * is to run the timers that are over, and only then does it read the answers that came meanwhile. In one piece a device
 * that answered at once would be called silent.
 */
export function answerLimit(clock: Clock, limitMs: number, onSilence: () => void): Timer {
  const half = Math.floor(limitMs / 2);
  let timer = clock.setTimer(half, () => {
    timer = clock.setTimer(limitMs - half, onSilence);
  });
  return { cancel: () => timer.cancel() };
}
