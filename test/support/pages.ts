import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchBrowser, openScreen, SIZES, type Size } from './browser.ts';
import { holdClock } from './held-clock.ts';
import { PageFixture } from './page-fixture-server.ts';

/** Of a page that hangs; how long a screen takes on a busy machine says nothing. */
const LIMIT_MS = 60_000;

export interface Screens {
  /** Script errors, refusals by the content policy and failed requests since the test began. */
  complaints: () => readonly string[];
  /**
   * Loads an address in the one page of this file, which each test finds empty; called again, it loads the next one. A
   * renderer and a profile of its own are three quarters of what a page costs.
   * @param size in CSS pixels; default the first of `SIZES`
   */
  open: (url: string, size?: Size) => Promise<Page>;
  /** A page of a new, empty profile: for what a page would keep (scripts put in before it, a debugger), and for memory. */
  openApart: (size?: Size) => Promise<Page>;
  /** As `openApart()`; its time stands until the test moves it by `page.clock.runFor`. */
  openHeld: (size?: Size) => Promise<Page>;
}

/** One browser for a file of tests. To be called once, at its top. */
export function useScreens(): Screens {
  const complaints: string[] = [];
  let browser: Browser;
  let kept: Page | null = null;

  function listen(page: Page): Page {
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    return page;
  }

  async function openApart(size: Size = SIZES[0]): Promise<Page> {
    const context = await openScreen(browser, size);
    context.setDefaultTimeout(LIMIT_MS);
    return listen(await context.newPage());
  }

  async function openHeld(size?: Size): Promise<Page> {
    const page = await openApart(size);
    await holdClock(page);
    return page;
  }

  async function open(url: string, size: Size = SIZES[0]): Promise<Page> {
    if (kept === null) kept = await openApart(size);
    else await kept.setViewportSize(size);
    await kept.goto(url);
    return kept;
  }

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async ({ task }) => {
    const isSound = task.result?.errors === undefined && kept?.isClosed() === false;
    if (!isSound) kept = null;
    await closeAllBut(browser, kept?.context());
    if (kept !== null) listen(await emptied(kept));
    complaints.length = 0;
  });

  return { complaints: () => complaints, open, openApart, openHeld };
}

/** What tests of the built pages need: a browser, and somebody who plays the appliance, as new for each test. */
export function usePages(): Screens & { readonly fixture: PageFixture } {
  const fixture = new PageFixture();
  const screens = useScreens();
  beforeEach(() => fixture.startAnew());
  afterAll(() => fixture.stop());
  return { fixture, ...screens };
}

async function closeAllBut(browser: Browser, kept: BrowserContext | undefined): Promise<void> {
  for (const context of browser.contexts()) if (context !== kept) await context.close();
}

/** Nothing of a test is left in it: no document, no listener, no route, no pointer over anything. */
async function emptied(page: Page): Promise<Page> {
  for (const other of page.context().pages()) if (other !== page) await other.close();
  page.removeAllListeners();
  await page.unrouteAll();
  await page.mouse.move(0, 0);
  await page.goto('about:blank');
  return page;
}
