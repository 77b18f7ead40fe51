import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { browserPath } from './ensure-browser.ts';
import { until } from './until.ts';

/** The window that the product opens by itself, on a machine without a display, and a way to look into it. */

const FLAGS = ['--headless=new', '--disable-gpu', '--disable-quic', '--no-sandbox', '--window-size=1280,800'];

/**
 * A program that is Chromium with what a machine without a display needs; PINGJIAQI_CHROMIUM names it to the product.
 * @param folder where it is written
 * @param more further flags
 */
export function kioskBrowser(folder: string, more: readonly string[] = []): string {
  const browser = browserPath();
  if (browser === undefined) throw new Error('No Chromium found; PINGJIAQI_CHROMIUM may name one.');
  const path = join(folder, 'kiosk-browser');
  writeFileSync(path, `#!/bin/sh\nexec ${browser} ${[...FLAGS, ...more].join(' ')} --remote-debugging-port=0 "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

const portFile = (dataDir: string) => join(dataDir, 'window', 'DevToolsActivePort');

/** To be called before a start on a folder that had a window: its old note would lead nowhere. */
export const forgetKiosk = (dataDir: string): void => rmSync(portFile(dataDir), { force: true });

export interface Kiosk {
  browser: Browser;
  page: Page;
}

/** Waits for the window of a data folder and looks into it. */
export async function lookIntoKiosk(dataDir: string): Promise<Kiosk> {
  await until(() => existsSync(portFile(dataDir)) && readFileSync(portFile(dataDir), 'utf8').includes('\n'));
  const port = readFileSync(portFile(dataDir), 'utf8').split('\n')[0];
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = await until(() => browser.contexts()[0]?.pages()[0]);
  return { browser, page };
}
