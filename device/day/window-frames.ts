import type { Clock } from '../clock.ts';
import type { LitScreens } from './lit-screens.ts';

/**
 * What the page in the window says of itself: a frame was painted; nobody could see one (another desktop, a screen that
 * is off); it asked for one and none came; or frames come and nothing is in them.
 */
export const FRAME_WORDS = ['painted', 'hidden', 'still', 'blank'] as const;
export type FrameWord = (typeof FRAME_WORDS)[number];

/** Which of the device's pages said it. */
export const WINDOW_PAGES = ['citizen', 'technician'] as const;
export type WindowPage = (typeof WINDOW_PAGES)[number];

/**
 * What a person before the window sees. `unseen`: no page told anything since the start. `dark`: nothing, and rightly so,
 * since the page is hidden or the display is off. `still`, `blank`, `silent`: nothing, or what stood there before.
 */
export const FRAME_STATES = ['unseen', 'painted', 'dark', 'still', 'blank', 'silent'] as const;
export type FrameState = (typeof FRAME_STATES)[number];

/** A page tells every 2 s; two words lost and one late are no fault of the window. */
export const FRESH_MS = 5_000;
/** Chromium lets a hidden page speak once a minute. */
const HIDDEN_FRESH_MS = 150_000;
/** For how long a word counts, and in which order: where two pages are open, the one that paints is believed. */
const WORDS: readonly { word: FrameWord; freshMs: number; state: FrameState }[] = [
  { word: 'painted', freshMs: FRESH_MS, state: 'painted' },
  { word: 'hidden', freshMs: HIDDEN_FRESH_MS, state: 'dark' },
  { word: 'blank', freshMs: FRESH_MS, state: 'blank' },
  { word: 'still', freshMs: FRESH_MS, state: 'still' },
];

export interface WindowFramesOptions {
  clock: Pick<Clock, 'monotonicMs'>;
  /** Counts the time in which nobody could see the page. */
  screens: Pick<LitScreens, 'paint'>;
  /** Whether it is known that no display is on; false where nobody can say. */
  isDisplayOff: () => boolean;
}

/** Whether frames are really painted in the window. In memory: after a restart each page speaks again by itself. */
export class WindowFrames {
  readonly #options: WindowFramesOptions;
  readonly #toldAtMs = new Map<FrameWord, number>();
  #page: WindowPage | null = null;

  constructor(options: WindowFramesOptions) {
    this.#options = options;
  }

  /** The page that spoke last; null before any. */
  get page(): WindowPage | null {
    return this.#page;
  }

  told(word: FrameWord, page: WindowPage): void {
    // What was until now has to be counted as what it was.
    this.look();
    const nowMs = this.#options.clock.monotonicMs();
    // Being hidden lasts until the page says otherwise.
    if (word !== 'hidden') this.#toldAtMs.delete('hidden');
    this.#toldAtMs.set(word, nowMs);
    this.#page = page;
    this.look();
  }

  /** What is to be seen now; also tells those who count dark time. */
  look(): FrameState {
    const state = this.#state();
    this.#options.screens.paint(state === 'painted' || state === 'unseen');
    return state;
  }

  #state(): FrameState {
    if (this.#toldAtMs.size === 0) return 'unseen';
    const nowMs = this.#options.clock.monotonicMs();
    const fresh = WORDS.find(({ word, freshMs }) => nowMs - (this.#toldAtMs.get(word) ?? -Infinity) < freshMs);
    // A compositor without an output stops asking for frames: that is no fault of the page.
    return this.#options.isDisplayOff() ? 'dark' : (fresh?.state ?? 'silent');
  }
}
