import type { Clock, Timer } from '../../clock.ts';

/** Unknown bytes within this time are one event, so that a chattering line adds at most 1,440 a day to the ledger. */
const UNKNOWN_WINDOW_MS = 60_000;

export interface UnknownKeyEvent {
  type: 'unknown_key';
  atMonotonicMs: number;
  /** The first unknown byte that this event stands for, 0 … 255. */
  byte: number;
  /** How many unknown bytes it stands for, at least 1. */
  count: number;
}

/** Reports the first unknown byte at once and what follows it once per window, while anything follows. */
export class UnknownKeys {
  readonly #clock: Clock;
  readonly #report: (event: UnknownKeyEvent) => void;
  #window: Timer | null = null;
  #held: { byte: number; count: number } | null = null;

  constructor(clock: Clock, report: (event: UnknownKeyEvent) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  note(byte: number): void {
    if (this.#held !== null) this.#held.count += 1;
    else this.#held = { byte, count: 1 };
    if (this.#window === null) this.#reportHeld();
  }

  /** Reports what is still held; nothing is left waiting. */
  stop(): void {
    this.#window?.cancel();
    this.#window = null;
    if (this.#held !== null) this.#emit(this.#held);
  }

  #reportHeld(): void {
    this.#window = null;
    if (this.#held === null) return;
    this.#window = this.#clock.setTimer(UNKNOWN_WINDOW_MS, () => this.#reportHeld());
    this.#emit(this.#held);
  }

  #emit(held: { byte: number; count: number }): void {
    this.#held = null;
    this.#report({ type: 'unknown_key', atMonotonicMs: this.#clock.monotonicMs(), ...held });
  }
}
