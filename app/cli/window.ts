import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../processes/settings.ts';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chrome's update and sign-in traffic has no place on a device; the translate bubble would cover the screen. */
export const WINDOW_FLAGS: readonly string[] = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=Translate',
  // Fingers neither zoom nor go back; after a power cut nobody is asked whether the pages of before shall be restored.
  '--disable-pinch',
  '--overscroll-history-navigation=0',
  '--hide-crash-restore-bubble',
  '--noerrdialogs',
  // Guidance by ear begins with a key of the button box, which a browser does not take for a person's gesture.
  '--autoplay-policy=no-user-gesture-required',
  '--lang=zh-CN',
];

/** The browser that serves as window where Electron is not there; PINGJIAQI_CHROMIUM names another one. */
export function windowBrowser(environment = process.env): string | undefined {
  const named = environment.PINGJIAQI_CHROMIUM;
  return [...(named ? [named] : []), ...BROWSERS].find((path) => existsSync(path));
}

/** Electron's program and our shell for it; undefined unless both are here, for asking the package starts a download. */
function electronShell(environment = process.env): { program: string; shell: string } | undefined {
  const dist = environment.ELECTRON_OVERRIDE_DIST_PATH ?? join(ROOT, 'node_modules', 'electron', 'dist');
  const program = join(dist, process.platform === 'win32' ? 'electron.exe' : 'electron');
  const shell = join(ROOT, 'dist', 'main', 'main.mjs');
  return existsSync(program) && existsSync(shell) ? { program, shell } : undefined;
}

interface WindowOptions {
  /** Full screen and nothing else; Electron's window always is. */
  kiosk: boolean;
  /** The browser's profile goes below it. */
  profileDir: string;
  /** Pixels of the panel to a CSS pixel; null, or left out: as the system has it. */
  scale?: number | null;
}

/** Understood by Electron's program too. The media queries of the pages see the viewport that is left. */
const scaleFlags = ({ scale = null }: WindowOptions): string[] =>
  scale === null ? [] : [`--force-device-scale-factor=${scale}`];

/**
 * Opens a window on a page of ours: Electron if its binary is there, else a browser.
 * @returns undefined where there is neither
 */
export function openWindow(url: string, options: WindowOptions): ChildProcess | undefined {
  const electron = electronShell();
  if (electron === undefined) return openBrowserWindow(url, options);
  const env = { ...process.env, PINGJIAQI_PAGE: url };
  return spawn(electron.program, [...scaleFlags(options), electron.shell], { stdio: 'ignore', env });
}

/** Whether there is anything to open a window with. */
export const hasWindow = (): boolean => electronShell() !== undefined || windowBrowser() !== undefined;

/** As `openWindow`. @throws Error that says what to install where there is neither Electron nor a browser */
export function requireWindow(url: string, options: WindowOptions): ChildProcess {
  const window = openWindow(url, options);
  if (window === undefined) throw new Error('No browser found: install chromium, or name one by PINGJIAQI_CHROMIUM.');
  return window;
}

function openBrowserWindow(url: string, options: WindowOptions): ChildProcess | undefined {
  const browser = windowBrowser();
  if (browser === undefined) return undefined;
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const mode = options.kiosk ? ['--kiosk', `--app=${url}`] : ['--new-window', url];
  const profile = `--user-data-dir=${join(options.profileDir, 'window')}`;
  return spawn(browser, [...WINDOW_FLAGS, ...scaleFlags(options), ...root, profile, ...mode], { stdio: 'ignore' });
}
