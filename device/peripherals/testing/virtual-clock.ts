import type { Clock, Timer } from '../../clock.ts';

/** Time that moves only when a test moves it. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #timers: { dueMs: number; run: () => void }[] = [];

  wallMs(): number {
    return Date.UTC(2026, 0, 5) + this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /** Timers that were set and neither ran nor were cancelled. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Moves on by `ms`, running what falls due in order and letting promises settle around each. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.run();
      await settle();
    }
    this.#nowMs = endMs;
  }

  #next(endMs: number) {
    return this.#timers.filter((timer) => timer.dueMs <= endMs).sort((one, other) => one.dueMs - other.dueMs)[0];
  }
}

/** Lets all promises that can settle without time passing do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
