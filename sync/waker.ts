import type { Clock } from '../device/clock.ts';

/** A sleep that can be ended. */
export interface Waker {
  /** Ends the sleep under way or, when there is none, the next one before it begins. */
  wake(): void;
  /** @param ms monotonic; null sleeps until woken */
  sleep(ms: number | null): Promise<void>;
}

/** For one sleeper. */
export function createWaker(clock: Clock): Waker {
  let isWoken = false;
  let rouse: (() => void) | null = null;
  return {
    wake() {
      isWoken = true;
      rouse?.();
    },
    async sleep(ms) {
      await new Promise<void>((resolve) => {
        if (isWoken) return resolve();
        const timer = ms === null ? null : clock.setTimer(ms, resolve);
        rouse = () => {
          timer?.cancel();
          resolve();
        };
      });
      rouse = null;
      isWoken = false;
    },
  };
}

/** Resolves after `ms`, or at once when the signal is or gets aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(ms, end);
    signal.addEventListener('abort', end);
  });
}
