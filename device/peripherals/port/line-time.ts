import type { Clock, Timer } from '../../clock.ts';
import { answerLimit } from './answer-limit.ts';

/**
 * The time of a line's bytes, for rules by which a pause ends a frame. A pause counts only where somebody was there to
 * hear it: when the process stood still (a slow disk's sync), the rest of a frame lies in the kernel and is late for us
 * alone, and a press would be lost that the pad sent whole.
 */
export class LineTime {
  readonly #clock: Clock;
  readonly #pauseMs: number;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #standstillMs = 0;
  #wasSilent = true;
  #silence: Timer | null = null;

  /** @param pauseMs the longest pause inside of a frame, 2 … 2^31−1 */
  constructor(clock: Clock, pauseMs: number) {
    this.#clock = clock;
    this.#pauseMs = pauseMs;
  }

  /** Monotonic time without the standstills. */
  nowMs(): number {
    return this.#clock.monotonicMs() - this.#standstillMs;
  }

  /** Bytes were read. @returns their time */
  heard(): number {
    const pausedMs = this.#clock.monotonicMs() - this.#heardAtMs;
    if (!this.#wasSilent) this.#standstillMs += Math.max(0, pausedMs - this.#pauseMs);
    this.#heardAtMs = this.#clock.monotonicMs();
    this.#wasSilent = false;
    this.#silence?.cancel();
    this.#silence = answerLimit(this.#clock, this.#pauseMs, () => (this.#wasSilent = true));
    return this.nowMs();
  }

  stop(): void {
    this.#silence?.cancel();
  }
}
