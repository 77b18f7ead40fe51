import { type Clock, systemClock, type Timer } from '../../device/clock.ts';

interface Pending {
  dueAtMs: number;
  run: () => void;
  handle: Timer;
}

/**
 * The machine's clock, whose waits can be cut short: the five seconds of a thank-you are the rule, and a benchmark of
 * 300 visits would wait for nothing else. Between two skips monotonic time runs as it does on a device.
 */
export class SwiftClock implements Clock {
  #skippedMs = 0;
  readonly #pending = new Set<Pending>();

  wallMs(): number {
    return systemClock.wallMs();
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#skippedMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const pending = { dueAtMs: this.monotonicMs() + delayMs, run } as Pending;
    this.#pending.add(pending);
    this.#arm(pending);
    return {
      cancel: () => {
        pending.handle.cancel();
        this.#pending.delete(pending);
      },
    };
  }

  /** Puts monotonic time forward; what became due runs in the next turns of the event loop. */
  skip(ms: number): void {
    this.#skippedMs += ms;
    for (const pending of this.#pending) {
      pending.handle.cancel();
      this.#arm(pending);
    }
  }

  #arm(pending: Pending): void {
    pending.handle = systemClock.setTimer(Math.max(0, pending.dueAtMs - this.monotonicMs()), () => {
      this.#pending.delete(pending);
      pending.run();
    });
  }
}
