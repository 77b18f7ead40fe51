import type { Clock, Timer } from '../../../device/clock.ts';

/** Loopback or the same hall: short waits, and after about six seconds one try every three. */
const RECONNECT_DELAYS_MS: readonly number[] = [200, 400, 800, 1600, 3000];

/** Wait before try number `attempt` (0 = the first after a loss), in milliseconds. */
function reconnectDelayMs(attempt: number): number {
  return RECONNECT_DELAYS_MS[Math.min(attempt, RECONNECT_DELAYS_MS.length - 1)] ?? 3000;
}

export interface Reconnector {
  /** A connection broke or could not be made: try again after the next delay. */
  failed(): void;
  /** A connection works: the next loss starts with the shortest delay again. */
  succeeded(): void;
  stop(): void;
}

/** Calls `connect` after each loss for as long as it takes; at most one try is waiting at any time. */
export function createReconnector(clock: Clock, connect: () => void): Reconnector {
  let attempt = 0;
  let waiting: Timer | null = null;
  let stopped = false;
  return {
    failed() {
      if (stopped || waiting !== null) return;
      waiting = clock.setTimer(reconnectDelayMs(attempt++), () => {
        waiting = null;
        connect();
      });
    },
    succeeded() {
      attempt = 0;
    },
    stop() {
      stopped = true;
      waiting?.cancel();
      waiting = null;
    },
  };
}
