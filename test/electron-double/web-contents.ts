import { EventEmitter } from 'node:events';
import type { BrowserContext, CDPSession, Page, Request, Response, Route } from 'playwright-core';
import { killRenderers, renderersSettled } from './browser.ts';
import { control, PANEL } from './control.ts';
import { DoubleEvent } from './event.ts';
import { fence } from './fence.ts';
import type { SessionDouble } from './session.ts';
import { strict } from './strict.ts';

/** How the browser's driver says that a page ended before its request was answered. */
const TAKEN_DOWN = /has been (closed|disposed)/;

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

const LOAD_ERRORS: Record<string, number> = {
  ERR_ABORTED: -3,
  ERR_CONNECTION_REFUSED: -102,
  ERR_CONNECTION_RESET: -101,
};
const ERR_FAILED = -2;

/** The page of one window over its lives: a crashed page is of no use any more, the next load makes a fresh one. */
export class WebContentsDouble extends EventEmitter {
  readonly #context: Promise<BrowserContext>;
  readonly #session: SessionDouble;
  /** By which each page is zoomed; what is said on a line ends with it. */
  readonly #lines = new WeakMap<Page, Promise<CDPSession>>();
  #page: Promise<Page>;
  #isCrashed = false;
  #loading: string | null = null;
  #openHandler: OpenHandler | null = null;

  constructor(context: Promise<BrowserContext>, session: SessionDouble) {
    super();
    this.#context = context;
    this.#session = session;
    this.#page = context.then((opened) => this.#open(opened));
    // A window may be destroyed before it was open; whoever still asks for the page gets the rejection.
    this.#page.catch(() => {});
  }

  /** The real page, for the test. */
  get page(): Promise<Page> {
    return this.#page;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** The double's pages do not zoom. */
  setVisualZoomLevelLimits(_min: number, _max: number): Promise<void> {
    return Promise.resolve();
  }

  /** As Chromium: the pixels of the window stay, a CSS pixel takes more of them, and the page is laid out anew. */
  setZoomFactor(factor: number): void {
    // A page that is gone meanwhile has nothing to zoom; the next one is told when it has navigated.
    void this.#page.then((page) => this.#zoom(page, factor)).catch(() => {});
  }

  async #zoom(page: Page, factor: number): Promise<void> {
    const line = this.#lines.get(page) ?? page.context().newCDPSession(page);
    this.#lines.set(page, line);
    const size = { width: Math.floor(PANEL.width / factor), height: Math.floor(PANEL.height / factor) };
    const metrics = { ...size, deviceScaleFactor: factor, mobile: false };
    await (await line).send('Emulation.setDeviceMetricsOverride', metrics);
  }

  forcefullyCrashRenderer(): void {
    this.#isCrashed = true;
    void killRenderers();
  }

  async loadURL(url: string): Promise<void> {
    if (this.#isCrashed) await this.#reopen();
    this.#loading = url;
    const page = await this.#page;
    try {
      await page.goto(url, { waitUntil: 'load' });
    } catch (error) {
      this.#failed(url, String(error));
    }
  }

  #failed(url: string, text: string): never {
    const isGivenUp = /interrupted by another navigation|has been closed|crashed/.test(text);
    const name = isGivenUp ? 'ERR_ABORTED' : (/net::(ERR_\w+)/.exec(text)?.[1] ?? 'ERR_FAILED');
    const code = LOAD_ERRORS[name] ?? ERR_FAILED;
    this.emit('did-fail-load', new DoubleEvent(), code, name, url, true);
    throw new Error(`${name} (${code}) loading '${url}'`);
  }

  async #reopen(): Promise<void> {
    await renderersSettled();
    this.#isCrashed = false;
    const dead = await this.#page;
    this.#page = this.#context.then((context) => this.#open(context));
    await this.#page;
    // Not awaited: closing what is dead takes the browser seconds.
    void dead.close().catch(() => {});
  }

  async #open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.route('**/*', (route) => this.#route(page, route).catch(throwUnlessTakenDown));
    page.on('crash', () => this.#crashed());
    page.on('load', () => this.emit('did-finish-load'));
    page.on('response', (response) => this.#responded(page, response));
    page.on('download', (download) => {
      const event = new DoubleEvent();
      this.#session.emit('will-download', event, strict('DownloadItem', { getURL: () => download.url() }), this);
      if (!event.defaultPrevented) control.downloads.push(download.url());
      void download.cancel();
    });
    await this.#watchNewWindows(context, page);
    return page;
  }

  #crashed(): void {
    const reason = this.#isCrashed ? 'killed' : 'crashed';
    this.#isCrashed = true;
    this.emit('render-process-gone', new DoubleEvent(), { reason, exitCode: 9 });
  }

  #responded(page: Page, response: Response): void {
    const request = response.request();
    const isMainPage = request.isNavigationRequest() && request.frame() === page.mainFrame();
    const isRedirect = response.status() >= 300 && response.status() < 400;
    if (isMainPage && !isRedirect) this.emit('did-navigate', new DoubleEvent(), response.url(), response.status(), '');
  }

  async #route(page: Page, route: Route): Promise<void> {
    const request = route.request();
    if (request.isNavigationRequest() && !this.#mayNavigate(page, request)) return route.abort('aborted');
    const isMainFrame = request.isNavigationRequest() && request.frame() === page.mainFrame();
    return fence(route, {
      mayRedirect: (url) => this.#ask('will-redirect', url, isMainFrame),
      received: (responseHeaders) =>
        this.#session.received({
          url: request.url(),
          resourceType: isMainFrame ? 'mainFrame' : 'subFrame',
          responseHeaders,
        }),
    });
  }

  /** Loads by the main process are not asked about, as in Electron. */
  #mayNavigate(page: Page, request: Request): boolean {
    const isMainFrame = request.frame() === page.mainFrame();
    if (isMainFrame && request.url() === this.#loading) {
      this.#loading = null;
      return true;
    }
    return this.#ask('will-frame-navigate', request.url(), isMainFrame);
  }

  #ask(name: string, url: string, isMainFrame: boolean): boolean {
    const event = Object.assign(new DoubleEvent(), { url, isMainFrame });
    this.emit(name, event);
    return !event.defaultPrevented;
  }

  /** Electron asks before a new window exists; here it is closed again at once where the answer is no. */
  async #watchNewWindows(context: BrowserContext, page: Page): Promise<void> {
    const cdp = await context.newCDPSession(page);
    await cdp.send('Page.enable');
    const decision = { isAllowed: false };
    cdp.on('Page.windowOpen', ({ url }) => {
      decision.isAllowed = this.#openHandler?.({ url }).action !== 'deny';
      if (decision.isAllowed) control.opened.push(url);
    });
    page.on('popup', (popup) => {
      if (!decision.isAllowed) void popup.close();
    });
  }
}

/** A window may end while a request of its page waits for an answer; nobody is left to hear it. */
function throwUnlessTakenDown(error: unknown): void {
  if (!TAKEN_DOWN.test(String(error))) throw error;
}
