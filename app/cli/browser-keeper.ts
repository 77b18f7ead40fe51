import type { ChildProcess } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import type { Clock, Timer } from '../../device/clock.ts';
import { failuresAfterExit, restartDelayMs } from '../supervisor/restart.ts';

/** A browser that was started; it ends by itself, by a crash or by `kill`. */
export type BrowserProcess = EventEmitter & Pick<ChildProcess, 'kill' | 'exitCode' | 'signalCode'>;

export interface BrowserKeeperOptions {
  clock: Clock;
  /** Starts the browser on the page. May throw. */
  open: () => BrowserProcess;
  /** Says one line for the journal. */
  report: (line: string) => void;
  /** Told of each start of the browser. */
  onOpened?: () => void;
  /** Told of each end that nobody here brought about. */
  onEnded?: () => void;
}

/** An end without an exit in this time is made one: a browser that hangs must not hold up the power button. */
const KILL_AFTER_MS = 3000;

/**
 * Keeps a browser's window open. A window that ends comes back by the supervisor's written list of delays, so that a
 * crash costs a citizen a blink and a display that is unplugged for a night costs one start a minute.
 */
export class BrowserKeeper {
  readonly #options: BrowserKeeperOptions;
  #browser: BrowserProcess | null = null;
  #startedAtMs = 0;
  #failures = 0;
  #timer: Timer | null = null;
  #isStopped = false;
  /** Why the browser is being ended: it shows nothing, or it is old and well. */
  #ending: 'renew' | 'recycle' | null = null;

  constructor(options: BrowserKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = null;
    this.#startedAtMs = this.#options.clock.monotonicMs();
    try {
      const browser = this.#options.open();
      this.#browser = browser;
      const ended = () => this.#ended(browser);
      browser.once('exit', ended);
      browser.once('error', ended);
      this.#options.onOpened?.();
    } catch (error) {
      this.#options.report(`the window did not open: ${String(error)}`);
      this.#again();
    }
  }

  /** Another browser for one that runs and shows nothing: a failure like any other, by the same list of delays. */
  renew(): void {
    this.#exchange('renew');
  }

  /** Another browser for an old one, at once; nothing is wrong with it. */
  recycle(): void {
    this.#exchange('recycle');
  }

  #exchange(why: 'renew' | 'recycle'): void {
    if (this.#browser === null || this.#ending !== null) return;
    this.#ending = why;
    void this.#end(this.#browser);
  }

  /** Closes the window for good; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    const browser = this.#browser;
    this.#browser = null;
    if (browser !== null) await this.#end(browser);
  }

  async #end(browser: BrowserProcess): Promise<void> {
    if (browser.exitCode !== null || browser.signalCode !== null) return;
    const gone = once(browser, 'exit');
    const limit = this.#options.clock.setTimer(KILL_AFTER_MS, () => browser.kill('SIGKILL'));
    browser.kill('SIGTERM');
    await gone;
    limit.cancel();
  }

  #ended(browser: BrowserProcess): void {
    if (this.#browser !== browser) return;
    this.#browser = null;
    const why = this.#ending;
    this.#ending = null;
    if (why === null) this.#options.onEnded?.();
    if (why === 'recycle') this.start();
    else this.#again();
  }

  #again(): void {
    if (this.#isStopped) return;
    const { clock, report } = this.#options;
    this.#failures = failuresAfterExit(this.#failures, this.#startedAtMs, clock.monotonicMs());
    const delayMs = restartDelayMs(this.#failures);
    report(`the window ended; again in ${delayMs} ms`);
    this.#timer = clock.setTimer(delayMs, () => this.start());
  }
}
