import { BrowserWindow, screen } from 'electron';
import type { Clock, Timer } from '../../device/clock.ts';
import type { Trouble } from './ladder.ts';
import { type AllowedOrigins, lockContents, type Report, webPreferences } from './security.ts';

/** The one window, as the keeper sees it. */
export interface KioskWindow {
  /** Goes to the page. `isHung` ends the renderer first: one that does not answer would not answer a reload either. */
  load(url: string, options?: { isHung: boolean }): void;
  focus(): void;
  /** Pixels of the panel to a CSS pixel, for this page and all that follow; null: the system's own. */
  rescale(scale: number | null): void;
  /** Closes it without asking the page and without reporting a trouble. */
  destroy(): void;
}

export interface KioskWindowOptions {
  isPackaged: boolean;
  clock: Clock;
  origins: AllowedOrigins;
  report: Report;
  onTrouble: (trouble: Trouble) => void;
}

/** Ms between Chromium's "unresponsive" (itself late by seconds) and ending the renderer; a slow disk may pass. */
const UNRESPONSIVE_GRACE_MS = 5_000;

/** Chromium's ERR_ABORTED: a load that gave way to another one or was denied. Nothing failed. */
const ERR_ABORTED = -3;

/**
 * Opens the window at once, empty: while the appliance starts, a plain surface must cover the desktop and whatever
 * could be touched on it.
 */
export function openKioskWindow(options: KioskWindowOptions): KioskWindow {
  const window = new BrowserWindow({
    kiosk: true,
    frame: false,
    closable: false,
    autoHideMenuBar: true,
    backgroundColor: '#ffffff',
    webPreferences: webPreferences(options.isPackaged),
  });
  lockContents(window.webContents, options.origins, options.report);
  return new Kiosk(window, options);
}

class Kiosk implements KioskWindow {
  readonly #window: BrowserWindow;
  readonly #options: KioskWindowOptions;
  #grace: Timer | null = null;
  #isEnding = false;
  #expectsGone = false;
  #scale: number | null = null;

  constructor(window: BrowserWindow, options: KioskWindowOptions) {
    this.#window = window;
    this.#options = options;
    this.#watchWindow();
    this.#watchPage();
  }

  load(url: string, options = { isHung: false }): void {
    if (options.isHung) {
      this.#expectsGone = true;
      this.#window.webContents.forcefullyCrashRenderer();
    }
    // A failed load is also reported by 'did-fail-load', which knows more than this rejection.
    this.#window.loadURL(url).catch((error: unknown) => this.#options.report('load failed', { error: String(error) }));
  }

  focus(): void {
    this.#window.focus();
  }

  rescale(scale: number | null): void {
    this.#scale = scale;
    this.#zoom();
  }

  destroy(): void {
    this.#isEnding = true;
    this.#grace?.cancel();
    this.#window.destroy();
  }

  #watchWindow(): void {
    // Alt+F4 and the window manager's cross are not the citizen's to use.
    this.#window.on('close', (event) => {
      if (!this.#isEnding) event.preventDefault();
    });
    this.#window.on('closed', () => this.#trouble('window-closed', {}));
    this.#window.on('unresponsive', () => {
      this.#grace?.cancel();
      this.#grace = this.#options.clock.setTimer(UNRESPONSIVE_GRACE_MS, () => this.#trouble('unresponsive', {}));
    });
    this.#window.on('responsive', () => this.#grace?.cancel());
  }

  #watchPage(): void {
    const contents = this.#window.webContents;
    contents.on('render-process-gone', (_event, { reason, exitCode }) => {
      this.#grace?.cancel();
      if (!this.#expectsGone && reason !== 'clean-exit') this.#trouble('renderer-gone', { reason, exitCode });
      this.#expectsGone = false;
    });
    contents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
      if (isMainFrame && code !== ERR_ABORTED) this.#trouble('load-failed', { code, description });
    });
    contents.on('did-navigate', (_event, _url, status) => {
      // Chromium keeps a zoom by host, and a page that was just opened has none.
      if (this.#scale !== null) this.#zoom();
      if (status >= 400) this.#trouble('load-failed', { status });
    });
    // Pinching would leave a citizen with half a grade on the screen.
    contents.on('did-finish-load', () => void contents.setVisualZoomLevelLimits(1, 1));
  }

  /** As a browser's own zoom: the media queries see the viewport that is left. On top of what the system scales by. */
  #zoom(): void {
    const factor = this.#scale === null ? 1 : this.#scale / screen.getPrimaryDisplay().scaleFactor;
    this.#window.webContents.setZoomFactor(factor);
  }

  #trouble(trouble: Trouble, detail: Record<string, unknown>): void {
    if (this.#isEnding) return;
    this.#options.report(trouble, detail);
    this.#options.onTrouble(trouble);
  }
}
