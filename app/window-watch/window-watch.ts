import type { Clock, Timer } from '../../device/clock.ts';
import type { WindowAnswer } from './contract.ts';

/** Between two questions. With the 5 s in which a frame counts, a window that shows nothing is noticed within 7 s. */
const ASK_MS = 1_000;
/** A cold page on a slow machine; a page that has not painted by then will not. */
export const FIRST_FRAME_MS = 15_000;
/** A window is never younger when it gives way to a fresh one, so that this happens once a night. */
export const RECYCLE_AGE_MS = 20 * 3_600_000;

/** A picture, or the knowledge that nobody could see one. */
const WELL: ReadonlySet<WindowAnswer['frames']> = new Set(['painted', 'dark']);

export interface WindowWatchOptions {
  clock: Clock;
  /** Asks the device, and tells it what was brought back. Rejects while it does not answer. */
  ask: () => Promise<WindowAnswer>;
  /** No frame was painted where one could be seen: a hung page, a dead compositor, a white page. */
  onNoFrames: (frames: WindowAnswer['frames']) => void;
  /** The window is old and nobody is there. */
  onRecycle: () => void;
  /** The scale that the window has; null: the system's own. */
  scale: () => number | null;
  /** The device wants another one, and nobody is there. */
  onRescale: (scale: number | null) => void;
}

/** A panel that a browser's rounding makes a pixel smaller may ask for a hundredth less: that is no other scale. */
const ROUNDING = 0.015;

/** Whether a window at `now` should have `wanted`. What is larger is always taken, for 20 mm are not to be less. */
const isOtherScale = (now: number | null, wanted: number | null): boolean =>
  now === null || wanted === null ? now !== wanted : wanted > now || wanted < now - ROUNDING;

/**
 * Watches whether frames are really painted in a window: its page tells the device, and whoever owns the window asks
 * there. A device that does not answer is no fault of the window: its return is awaited, and the first frame after it.
 */
export class WindowWatch {
  readonly #options: WindowWatchOptions;
  #timer: Timer | null = null;
  #patientUntilMs = 0;
  #bornAtMs = 0;
  #isWatching = false;

  constructor(options: WindowWatchOptions) {
    this.#options = options;
  }

  /** A fresh window was opened. */
  opened(): void {
    this.#bornAtMs = this.#options.clock.monotonicMs();
    this.loaded();
  }

  /** A page is on its way into the window. */
  loaded(): void {
    this.#patientUntilMs = this.#options.clock.monotonicMs() + FIRST_FRAME_MS;
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#later();
  }

  stop(): void {
    this.#isWatching = false;
    this.#timer?.cancel();
  }

  #later(): void {
    this.#timer = this.#options.clock.setTimer(ASK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const answer = await this.#options.ask().catch(() => null);
    if (!this.#isWatching) return;
    this.#take(answer);
    this.#later();
  }

  #take(answer: WindowAnswer | null): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (answer?.mayRescale === true && isOtherScale(this.#options.scale(), answer.scale)) {
      this.#options.onRescale(answer.scale);
    }
    if (answer === null) this.#patientUntilMs = nowMs + FIRST_FRAME_MS;
    else if (WELL.has(answer.frames)) {
      this.#patientUntilMs = nowMs;
      if (answer.mayRecycle && nowMs - this.#bornAtMs >= RECYCLE_AGE_MS) this.#options.onRecycle();
    } else if (nowMs >= this.#patientUntilMs) {
      this.#patientUntilMs = nowMs + FIRST_FRAME_MS;
      this.#options.onNoFrames(answer.frames);
    }
  }
}
