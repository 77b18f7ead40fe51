import { EventEmitter } from 'node:events';
import type { BrowserContext, Page } from 'playwright-core';
import { browser } from './browser.ts';
import { control, PANEL } from './control.ts';
import { DoubleEvent } from './event.ts';
import { sessionOf } from './session.ts';
import { onlyKnown, strict } from './strict.ts';
import { WebContentsDouble } from './web-contents.ts';

const OPTIONS = ['kiosk', 'frame', 'closable', 'autoHideMenuBar', 'backgroundColor', 'webPreferences'];
/** The closed value of each preference that the double accepts; it has no way to imitate an open one. */
export const CLOSED_PREFERENCES: Record<string, unknown> = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  navigateOnDragDrop: false,
  disableDialogs: true,
  spellcheck: false,
};
const FREE = ['partition', 'devTools', 'autoplayPolicy', 'backgroundThrottling'];

interface Options {
  kiosk?: boolean;
  webPreferences?: Record<string, unknown> & { partition?: string };
}

/** A window is one browser context with one page, as large as the display, touch. */
export class BrowserWindowDouble extends EventEmitter {
  readonly options: Options;
  readonly webContents: WebContentsDouble;
  readonly #context: Promise<BrowserContext>;
  #isDestroyed = false;
  focused = 0;

  constructor(options: Options = {}) {
    super();
    this.options = options;
    const preferences: NonNullable<Options['webPreferences']> = options.webPreferences ?? {};
    checkOptions(options, preferences);
    const session = sessionOf(preferences.partition ?? '');
    this.#context = openContext(() => session.grantedPermissions(this.webContents));
    this.webContents = strict('WebContents', new WebContentsDouble(this.#context, session));
    control.windows.push(this);
    // What the code under test holds is the strict view; what the test finds in `control.windows` is the whole.
    // biome-ignore lint/correctness/noConstructorReturn: only so does `new BrowserWindow()` give the strict view.
    return strict('BrowserWindow', this);
  }

  /** The real page, for the test. */
  get page(): Promise<Page> {
    return this.webContents.page;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  focus(): void {
    this.focused += 1;
  }

  /** As the window manager asks: it may be refused. */
  close(): void {
    const event = new DoubleEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  /** Electron's windows are gone when this returns; the browser's part follows and is waited for at exit. */
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    control.windows.splice(control.windows.indexOf(this), 1);
    const closed = this.#context.then((context) => context.close()).catch(() => {});
    control.endings.unshift(() => closed);
    this.emit('closed');
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
}

function checkOptions(options: object, preferences: Record<string, unknown>): void {
  onlyKnown('BrowserWindow', options, OPTIONS);
  onlyKnown('webPreferences', preferences, [...Object.keys(CLOSED_PREFERENCES), ...FREE]);
  for (const [name, value] of Object.entries(CLOSED_PREFERENCES)) {
    if (preferences[name] !== value)
      throw new Error(`electron double: webPreferences.${name} must be ${String(value)}`);
  }
}

async function openContext(permissions: () => string[]): Promise<BrowserContext> {
  const context = await (await browser()).newContext({
    viewport: PANEL,
    hasTouch: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  });
  await context.grantPermissions(permissions());
  return context;
}
