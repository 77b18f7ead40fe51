import type { Clock, Timer } from '../../device/clock.ts';
import type { WindowWatch } from '../window-watch/window-watch.ts';
import type { KioskWindow } from './kiosk-window.ts';
import { climb, counted, type LadderState, ladderAtStart, type Step, type Trouble } from './ladder.ts';
import type { Report } from './security.ts';

export interface WindowKeeperOptions {
  clock: Clock;
  /** Relaunches in a row that led to this process. */
  relaunches: number;
  openWindow: (onTrouble: (trouble: Trouble) => void) => KioskWindow;
  /** Ends this process in order and starts the program again. */
  relaunch: (relaunches: number) => void;
  report: Report;
  /** Told of the window's life, to know when a frame is due. */
  watch: Pick<WindowWatch, 'opened' | 'loaded' | 'stop'>;
  /** Counts each trouble, whether it asks for a step or one is under way. */
  count: (trouble: Trouble) => void;
}

/** How a page that answers nothing is loaded: a renderer that hangs or paints nothing would not answer a reload either. */
const ENDS_RENDERER: ReadonlySet<Trouble> = new Set(['unresponsive', 'no-frames']);

/** Keeps one window on the appliance's page: takes each trouble to the ladder and does what the ladder says. */
export class WindowKeeper {
  readonly #options: WindowKeeperOptions;
  #ladder: LadderState;
  #window: KioskWindow | null = null;
  #home: string | null = null;
  #pending: { step: Step; timer: Timer } | null = null;
  #isClosed = false;
  #scale: number | null = null;

  constructor(options: WindowKeeperOptions) {
    this.#options = options;
    this.#ladder = ladderAtStart(options.clock.monotonicMs(), options.relaunches);
  }

  /** Address of the page while the appliance is there, else null. */
  get home(): string | null {
    return this.#home;
  }

  /** Pixels of the panel to a CSS pixel; null: the system's own. */
  get scale(): number | null {
    return this.#scale;
  }

  /** Its page becomes larger or smaller where it stands: no load, no other window. */
  rescale(scale: number | null): void {
    this.#options.report('window rescaled', { scale });
    this.#scale = scale;
    this.#window?.rescale(scale);
  }

  open(): void {
    this.#window = this.#options.openWindow((trouble) => this.trouble(trouble));
    if (this.#scale !== null) this.#window.rescale(this.#scale);
    this.#options.watch.opened();
    this.#load();
  }

  /** The appliance is ready (again): its page is loaded at once. A reload is always safe, the visit is not in the page. */
  applianceReady(url: string): void {
    this.#home = url;
    if (this.#pending?.step === 'reload') this.#dropPending();
    if (this.#pending === null) this.#load();
  }

  /** The page says so by itself and waits; the window stays on it. */
  applianceGone(): void {
    this.#home = null;
  }

  /** Something went wrong. A load that fails while the appliance is away is nobody's fault: its return is awaited. */
  trouble(trouble: Trouble): void {
    if (this.#isClosed || (trouble === 'load-failed' && this.#home === null)) return;
    this.#options.count(trouble);
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#pending !== null) {
      this.#ladder = counted(this.#ladder, trouble, nowMs);
      return;
    }
    const { state, rung } = climb(this.#ladder, trouble, nowMs);
    this.#ladder = state;
    this.#options.report('window recovery', { trouble, ...rung, climbed: state.climbed, counts: state.counts });
    const timer = this.#options.clock.setTimer(rung.afterMs, () => this.#act(rung.step, trouble));
    this.#pending = { step: rung.step, timer };
  }

  /** A fresh window, because this one is old; nothing is wrong. Waits where a step is under way. */
  recycle(): void {
    if (this.#isClosed || this.#pending !== null) return;
    this.#options.report('window recycled', {});
    this.#recreate();
  }

  focus(): void {
    this.#window?.focus();
  }

  /** For good. */
  close(): void {
    this.#isClosed = true;
    this.#options.watch.stop();
    this.#dropPending();
    this.#window?.destroy();
    this.#window = null;
  }

  #act(step: Step, trouble: Trouble): void {
    this.#pending = null;
    if (step === 'relaunch') this.#options.relaunch(this.#ladder.relaunches);
    else if (step === 'recreate') this.#recreate();
    else this.#load({ isHung: ENDS_RENDERER.has(trouble) });
  }

  #load(options?: { isHung: boolean }): void {
    if (this.#home === null) return;
    this.#window?.load(this.#home, options);
    this.#options.watch.loaded();
  }

  #recreate(): void {
    this.#window?.destroy();
    this.open();
  }

  #dropPending(): void {
    this.#pending?.timer.cancel();
    this.#pending = null;
  }
}
