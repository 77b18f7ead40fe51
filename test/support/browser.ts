import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { browserPath } from './ensure-browser.ts';

/** The four screens every citizen's page must fit. */
export const SIZES = [
  { width: 1280, height: 800 },
  { width: 800, height: 480 },
  { width: 800, height: 1280 },
  { width: 1920, height: 1080 },
] as const;
/** Panels that halls have besides: 7 to 10.1 inches, and 21.5 upright. */
export const OTHER_SIZES = [
  { width: 1024, height: 600 },
  { width: 1080, height: 1920 },
] as const;
export const ALL_SIZES = [...SIZES, ...OTHER_SIZES];
/** In CSS pixels. */
export type Size = Readonly<{ width: number; height: number }>;

/** No sandbox: containers of build machines do not allow one. No updates, no telemetry: nothing leaves the machine. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param more further flags, as of the product's own window */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined) throw new Error('No Chromium found; PINGJIAQI_CHROMIUM may name one.');
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] });
}

/** A new, empty profile with a touch screen of `size`, in the window's language and zone. */
export function openScreen(browser: Browser, size: Size): Promise<BrowserContext> {
  return browser.newContext({ viewport: size, hasTouch: true, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
}
