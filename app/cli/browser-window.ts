import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chrome's update and sign-in traffic has no place on a device; the translate bubble would cover the screen. */
const FLAGS = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=Translate',
  '--lang=zh-CN',
];

/** The browser that serves as window where Electron is not there; PINGJIAQI_CHROMIUM names another one. */
export function windowBrowser(environment = process.env): string | undefined {
  const named = environment.PINGJIAQI_CHROMIUM;
  return [...(named ? [named] : []), ...BROWSERS].find((path) => existsSync(path));
}

/**
 * Opens a browser window on a page.
 * @param options `kiosk`: full screen and nothing else; `profileDir`: emptied by nobody, used by nobody else
 * @returns undefined where there is no browser
 */
export function openBrowserWindow(
  url: string,
  options: { kiosk: boolean; profileDir: string },
): ChildProcess | undefined {
  const browser = windowBrowser();
  if (browser === undefined) return undefined;
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const mode = options.kiosk ? ['--kiosk', `--app=${url}`] : ['--new-window', url];
  const profile = `--user-data-dir=${join(options.profileDir, 'window')}`;
  return spawn(browser, [...FLAGS, ...root, profile, ...mode], { stdio: 'ignore' });
}
