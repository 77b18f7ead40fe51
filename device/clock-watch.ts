import type { Clock, Timer } from './clock.ts';
import { type ClockBlocks, type KeptTime, keptTimeSchema } from './clock-block.ts';

const LOOK_MS = 30_000;
/** A time server that slews moves a clock by 15 ms in that time; what moves it more has set it. */
const STEP_MS = 1_000;
/** How fast a time server may slew (500 ppm), for looks that lie days apart. */
const SLEW = 0.0005;
/** What is kept is renewed so often, so that the past that is known for certain does not fall behind. */
const RENEW_MS = 6 * 3_600_000;

export interface ClockWatchOptions {
  clock: Clock;
  blocks: ClockBlocks;
  /** Null where nothing is kept. Durable; may throw. */
  read(): string | null;
  write(text: string): void;
  /** The wall clock was set by `byMs`; positive: forward. May throw. */
  onStep(byMs: number): void;
  onFault(error: unknown): void;
}

/** Notices that somebody set the wall clock, also while nothing ran, and keeps trusted time over restarts. */
export class ClockWatch {
  readonly #options: ClockWatchOptions;
  #aheadMs: number;
  #written: KeptTime | null = null;
  #timer: Timer;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    this.#aheadMs = this.#ahead();
    this.#timer = this.#later();
  }

  /** To be called once, when events can be kept. */
  start(): void {
    this.#guard(() => {
      const kept = this.#kept();
      if (kept === null) return;
      const byMs = this.#options.blocks.takeUp(kept);
      if (byMs === null) return;
      this.#written = kept;
      const elapsedMs = this.#options.clock.monotonicMs() - kept.monotonicMs;
      if (Math.abs(byMs) > STEP_MS + elapsedMs * SLEW) this.#options.onStep(Math.round(byMs));
    });
  }

  /** Looks now, besides every half minute. */
  look(): void {
    this.#guard(() => {
      const aheadMs = this.#ahead();
      const byMs = aheadMs - this.#aheadMs;
      this.#aheadMs = aheadMs;
      if (Math.abs(byMs) > STEP_MS) this.#options.onStep(Math.round(byMs));
    });
    this.#guard(() => this.#keep());
  }

  stop(): void {
    this.#timer.cancel();
  }

  #later(): Timer {
    return this.#options.clock.setTimer(LOOK_MS, () => {
      this.#timer = this.#later();
      this.look();
    });
  }

  #ahead(): number {
    return this.#options.clock.wallMs() - this.#options.clock.monotonicMs();
  }

  /** A text that somebody damaged is as good as none: the centre tells the time again. */
  #kept(): KeptTime | null {
    const text = this.#options.read();
    if (text === null) return null;
    try {
      return keptTimeSchema.safeParse(JSON.parse(text)).data ?? null;
    } catch {
      return null;
    }
  }

  #keep(): void {
    const now = this.#options.blocks.toKeep();
    if (now === null || !isNews(this.#written, now)) return;
    this.#options.write(JSON.stringify(now));
    this.#written = now;
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}

/** Each write is a commit, and commits are for ratings: only what a restart would miss is written. */
function isNews(written: KeptTime | null, now: KeptTime): boolean {
  if (written === null || written.bootId !== now.bootId) return true;
  const movedMs = now.wallMs - written.wallMs - (now.monotonicMs - written.monotonicMs);
  const isBetter = now.boundMs < written.boundMs / 2 && written.boundMs > STEP_MS;
  return isBetter || Math.abs(movedMs) > STEP_MS || now.monotonicMs - written.monotonicMs > RENEW_MS;
}
