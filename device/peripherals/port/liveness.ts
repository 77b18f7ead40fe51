import type { Clock, Timer } from '../../clock.ts';
import { answerLimit } from './answer-limit.ts';

/** How a device that is asked shows that it lives. A device that never answers anything has no such rule. */
export interface LivenessRule {
  /** Silence after which it is asked, 1000 … 600,000 ms. */
  everyMs: number;
  /** How long an answer may take, 100 … 60,000 ms. */
  answerWithinMs: number;
}

export interface LivenessSetup {
  rule: LivenessRule;
  clock: Clock;
  /** Asks the device for a sign of life. */
  probe: () => void;
  /** Tells the device its settings again, as after opening. */
  reinit: () => void;
  /** A first answer is missing. */
  onSuspect: () => void;
  onAlive: () => void;
  /** Retry and re-init were in vain: open the port anew. */
  onReopen: () => void;
}

/**
 * The recovery ladder of a silent device: ask again, tell it its settings again, reopen the port once, and then leave
 * the port open and keep asking. Anything that arrives ends it. The last step reopens no more, because what is silent
 * to questions may still send keys, and a port that is being opened hears none.
 */
export class Liveness {
  readonly #setup: LivenessSetup;
  #timer: Timer | null = null;
  /** Answers missed since the device was last heard; kept over the one reopening. */
  #missed = 0;
  #suspect = false;
  #reopened = false;

  constructor(setup: LivenessSetup) {
    this.#setup = setup;
  }

  /** The port is open: whether the device lives is asked at once. */
  opened(): void {
    this.#missed = 0;
    this.#suspect = true;
    this.#ask();
  }

  closed(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Something arrived. */
  heard(): void {
    const wasSuspect = this.#suspect;
    this.#missed = 0;
    this.#suspect = false;
    this.#reopened = false;
    this.#later(this.#setup.rule.everyMs, () => this.#ask());
    if (wasSuspect) this.#setup.onAlive();
  }

  #ask(): void {
    const { clock, rule } = this.#setup;
    this.#timer?.cancel();
    this.#timer = answerLimit(clock, rule.answerWithinMs, () => this.#unanswered());
    this.#setup.probe();
  }

  #unanswered(): void {
    this.#missed += 1;
    this.#suspect = true;
    if (this.#missed === 1) this.#setup.onSuspect();
    if (this.#missed === 2) this.#setup.reinit();
    if (this.#missed < 3) this.#ask();
    else if (this.#reopened) this.#later(this.#setup.rule.everyMs, () => this.#ask());
    else this.#reopen();
  }

  #reopen(): void {
    this.#reopened = true;
    this.closed();
    this.#setup.onReopen();
  }

  #later(delayMs: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#setup.clock.setTimer(delayMs, run);
  }
}
