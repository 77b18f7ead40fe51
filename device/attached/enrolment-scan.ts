import type { Clock } from '../clock.ts';

/** A one-time code that nobody took up within this is forgotten. */
const KEPT_MS = 120_000;

/** The enrolment code that was scanned last, until the technician's page takes it up. In memory and handed out once. */
export class EnrolmentScan {
  readonly #clock: Clock;
  #scanned: { code: string; atMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(code: string): void {
    this.#scanned = { code, atMs: this.#clock.monotonicMs() };
  }

  /** The code, once; null where none was scanned in the last two minutes. */
  handOut(): string | null {
    const scanned = this.#scanned;
    this.#scanned = null;
    return scanned !== null && this.#clock.monotonicMs() - scanned.atMs < KEPT_MS ? scanned.code : null;
  }
}
