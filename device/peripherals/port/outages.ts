import type { Clock, Timer } from '../../clock.ts';
import type { PortStateEvent } from './port.ts';
import type { PortErrorCode } from './port-error.ts';

/** A port counts as back when it has held this long: a loose plug is one outage and not a hundred. */
export const BACK_AFTER_MS = 5000;

/** One interruption of a port's service, as the ledger and the technician get it. */
export type OutageEvent =
  | { type: 'port_lost'; atMonotonicMs: number; code: PortErrorCode; hint: string }
  | {
      type: 'port_back';
      atMonotonicMs: number;
      /** From the first loss to the opening that held. */
      durationMs: number;
      /** How often the port went within this outage, at least 1; 0 where it was missing from the start. */
      losses: number;
    };

/**
 * Turns a port's changes of state into outages. A port that cannot be opened at the start is an outage too.
 * A wanted stop ends nothing and starts nothing.
 */
export class Outages {
  readonly #clock: Clock;
  readonly #report: (event: OutageEvent) => void;
  #current: { sinceMs: number; losses: number } | null = null;
  #timer: Timer | null = null;

  constructor(clock: Clock, report: (event: OutageEvent) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  note(event: PortStateEvent): void {
    this.#timer?.cancel();
    if (event.to === 'ready' && this.#current !== null) this.#recovering(event.atMonotonicMs);
    if (event.cause !== null) this.#interrupted(event);
  }

  #interrupted({ to, cause, atMonotonicMs }: PortStateEvent): void {
    if (cause === null) return;
    if (this.#current === null) {
      this.#current = { sinceMs: atMonotonicMs, losses: 0 };
      this.#report({ type: 'port_lost', atMonotonicMs, code: cause.code, hint: cause.hint });
    }
    if (to === 'lost') this.#current.losses += 1;
  }

  #recovering(readyAtMs: number): void {
    this.#timer = this.#clock.setTimer(BACK_AFTER_MS, () => {
      const outage = this.#current;
      this.#current = null;
      if (outage === null) return;
      const durationMs = readyAtMs - outage.sinceMs;
      this.#report({ type: 'port_back', atMonotonicMs: this.#clock.monotonicMs(), durationMs, losses: outage.losses });
    });
  }
}
