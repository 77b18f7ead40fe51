import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindowDouble } from './browser-window.ts';

/** What a test sees and moves behind the back of the code under test. */
class Control {
  /** Every window that is open, oldest first. */
  readonly windows: BrowserWindowDouble[] = [];
  readonly relaunches: { args?: string[] }[] = [];
  readonly switches: [string, string | undefined][] = [];
  readonly powerSaveBlockers: string[] = [];
  /** What the double's own fence stopped: requests that would have left the machine. */
  readonly fenced: string[] = [];
  readonly downloads: string[] = [];
  /** Addresses of new windows that nobody denied. */
  readonly opened: string[] = [];
  /** What has to end before the process may. */
  readonly endings: (() => Promise<void>)[] = [];
  readonly userData = mkdtempSync(join(tmpdir(), 'electron-double-'));
  isFirstInstance = true;
  isPackaged = false;
  /** Called last of all. In a process of its own that ends it. */
  onExit: (code: number) => void = () => {};

  /** The present window; throws while there is none. */
  get window(): BrowserWindowDouble {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('electron double: no window is open');
    return window;
  }
}

export const control = new Control();
