import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindowDouble } from './browser-window.ts';

/** The one display, which the system does not scale, and every window that fills it. */
export const PANEL = { width: 1280, height: 800 };

/**
 * What the operating system keeps for `safeStorage`. A machine without a keyring has `basic_text`; `gnome_libsecret:<user>`
 * is the keyring of that user, and another user's opens nothing of theirs.
 */
class KeyStoreOfTheSystem {
  readonly backend: string;
  readonly key: Buffer;
  /** Whether it answers; a keyring that waits for a password does not. */
  answers = true;

  constructor(text: string) {
    const [backend = '', user = ''] = text.split(':');
    this.backend = backend;
    this.key = createHash('sha256').update(user).digest();
  }
}

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
  readonly keyStore = new KeyStoreOfTheSystem(process.env.ELECTRON_DOUBLE_KEY_STORE ?? 'basic_text');
  isReady = false;
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
