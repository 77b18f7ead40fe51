import type { Clock, Timer } from '../clock.ts';

/** How long a called number stands on the idle screen; a person crosses a hall in less. */
export const CALLED_SHOWN_MS = 120_000;

/** `times` grows with every call, so that a page can tell a repeated one. */
export interface ShownCall {
  ticket: string;
  times: number;
}

/** The ticket that was called last, for the idle screen. In memory: a number from before a restart calls nobody. */
export class CalledNumber {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #shown: ShownCall | null = null;
  #newest: ShownCall | null = null;
  #times = 0;
  #timer: Timer | null = null;

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Called, or called again. */
  call(ticket: string): void {
    this.#timer?.cancel();
    this.#times += 1;
    this.#newest = { ticket, times: this.#times };
    this.#shown = this.#newest;
    this.#timer = this.#clock.setTimer(CALLED_SHOWN_MS, () => this.clear());
    this.#onChange();
  }

  /** Who was called is here now, or nobody is called any more. */
  clear(): void {
    this.#timer?.cancel();
    if (this.#shown === null) return;
    this.#shown = null;
    this.#onChange();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** The last ticket, though nobody looks for it any more. */
  get last(): string | null {
    return this.#newest?.ticket ?? null;
  }

  get newest(): ShownCall | null {
    return this.#newest;
  }

  get shown(): ShownCall | null {
    return this.#shown;
  }
}
