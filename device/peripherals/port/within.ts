import type { Clock } from '../../clock.ts';

/** Resolves when `work` settles or `limitMs` have passed, whichever is first; never rejects. */
export function settledWithin(clock: Clock, work: Promise<unknown>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(limitMs, resolve);
    const done = () => {
      timer.cancel();
      resolve();
    };
    work.then(done, done);
  });
}
