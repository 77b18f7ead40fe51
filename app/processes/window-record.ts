import type { FrameState, FrameWord, WindowFrames, WindowPage } from '../../device/day/window-frames.ts';
import type { WindowApi } from '../server/local/window-routes.ts';
import type { Recoverer, WindowAnswer, WindowReport } from '../window-watch/contract.ts';

/** What was brought back by itself, since its keeper started. */
export interface Recovery {
  from: Recoverer;
  reason: string;
  count: number;
}

/** The window for whoever looks after the device. */
export interface WindowView {
  frames: FrameState;
  recoveries: Recovery[];
  /** The last trouble of all; `at` in ms since 1970. */
  last: { reason: string; at: number } | null;
}

export interface WindowRecordOptions {
  frames: WindowFrames;
  /** ms since 1970, the best reading of true time. */
  nowMs: () => number;
  mayRecycle: () => boolean;
  /** Each thing that was brought back leaves a line in the log. */
  onRecovery: (recovery: Recovery) => void;
}

/** What page and keeper tell of the window. In memory: a keeper tells its whole count each time. */
export class WindowRecord implements WindowApi {
  readonly #options: WindowRecordOptions;
  readonly #counts = new Map<Recoverer, Readonly<Record<string, number>>>();
  readonly #last = new Map<Recoverer, { reason: string; at: number }>();

  constructor(options: WindowRecordOptions) {
    this.#options = options;
  }

  told(word: FrameWord, page: WindowPage): void {
    this.#options.frames.told(word, page);
  }

  report({ from, recoveries, last }: WindowReport): WindowAnswer {
    const before = this.#counts.get(from) ?? {};
    this.#counts.set(from, recoveries);
    for (const [reason, count] of Object.entries(recoveries)) {
      if (count > (before[reason] ?? 0)) this.#options.onRecovery({ from, reason, count });
    }
    if (last !== null)
      this.#last.set(from, { reason: last.reason, at: Math.round(this.#options.nowMs() - last.agoMs) });
    return { frames: this.#options.frames.look(), mayRecycle: this.#options.mayRecycle() };
  }

  view(): WindowView {
    const recoveries = [...this.#counts].flatMap(([from, counts]) =>
      Object.entries(counts).map(([reason, count]) => ({ from, reason, count })),
    );
    const [last = null] = [...this.#last.values()].sort((a, b) => b.at - a.at);
    return { frames: this.#options.frames.look(), recoveries, last };
  }
}
