import type { FrameState, WindowFrames } from '../../device/day/window-frames.ts';
import type { WindowApi } from '../server/local/window-routes.ts';
import type { FrameTold, Recoverer, WindowAnswer, WindowReport } from '../window-watch/contract.ts';
import type { PanelRecord } from './panel-record.ts';

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
  panel: PanelRecord;
  /** ms since 1970, the best reading of true time. */
  nowMs: () => number;
  mayRecycle: () => boolean;
  /** Nobody is before the window: what stands on it may change its size. */
  mayRescale: () => boolean;
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

  get panel(): PanelRecord {
    return this.#options.panel;
  }

  told({ word, page, viewport }: FrameTold): void {
    this.#options.frames.told(word, page);
    if (viewport !== undefined) this.panel.told(page, viewport);
  }

  report({ from, recoveries, last }: WindowReport): WindowAnswer {
    const before = this.#counts.get(from) ?? {};
    this.#counts.set(from, recoveries);
    for (const [reason, count] of Object.entries(recoveries)) {
      if (count > (before[reason] ?? 0)) this.#options.onRecovery({ from, reason, count });
    }
    if (last !== null)
      this.#last.set(from, { reason: last.reason, at: Math.round(this.#options.nowMs() - last.agoMs) });
    const { frames, mayRecycle, mayRescale } = this.#options;
    return {
      frames: frames.look(),
      mayRecycle: mayRecycle(),
      mayRescale: this.panel.panel !== null && mayRescale(),
      scale: this.panel.scale,
    };
  }

  view(): WindowView {
    const recoveries = [...this.#counts].flatMap(([from, counts]) =>
      Object.entries(counts).map(([reason, count]) => ({ from, reason, count })),
    );
    const [last = null] = [...this.#last.values()].sort((a, b) => b.at - a.at);
    return { frames: this.#options.frames.look(), recoveries, last };
  }
}
