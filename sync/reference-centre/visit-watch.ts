import type { Clock } from '../../device/clock.ts';

/** Long polls that wait for a visit to be rated (reference-protocol §5). */
export interface VisitWatch {
  /**
   * Waits until the visit is rated, the time is over, or `signal` says that nobody waits any more.
   * Register in the same turn of the event loop in which the state was read, so that no rating slips between.
   */
  wait(visit: { deviceId: string; visitId: string }, waitMs: number, signal: AbortSignal): Promise<void>;
  rated(deviceId: string, visitId: string): void;
  releaseAll(): void;
}

export function visitWatch(clock: Clock): VisitWatch {
  const waiting = new Map<string, Set<() => void>>();
  const keyOf = (deviceId: string, visitId: string) => `${deviceId}/${visitId}`;
  const wake = (key: string) => {
    for (const done of waiting.get(key) ?? []) done();
  };
  return {
    wait({ deviceId, visitId }, waitMs, signal) {
      const key = keyOf(deviceId, visitId);
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiters = waiting.get(key) ?? new Set();
      waiting.set(key, waiters.add(resolve));
      const timer = clock.setTimer(waitMs, resolve);
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
      return promise.finally(() => {
        timer.cancel();
        waiters.delete(resolve);
        if (waiters.size === 0 && waiting.get(key) === waiters) waiting.delete(key);
      });
    },
    rated: (deviceId, visitId) => wake(keyOf(deviceId, visitId)),
    releaseAll: () => {
      for (const waiters of waiting.values()) for (const done of waiters) done();
    },
  };
}
