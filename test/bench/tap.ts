import type { Page } from 'playwright-core';
import { launchBrowser, openScreen } from '../support/browser.ts';
import { startChild } from './child.ts';
import type { Product } from './product.ts';
import { type Row, row, steadyQuantile } from './row.ts';
import { visitRequest } from './sample-window.ts';
import { lieInWait, type Seen } from './tap-probe.ts';

/**
 * Tap → next screen in Chromium, the grade durable in between, against a click on a bare page whose server does
 * nothing. Taps on the two pages alternate.
 */

const P99_GOAL = { max: 1.5 };
const SCREEN = { width: 1280, height: 800 };
const WARM_UP = 15;
const PER_ROUND = 50;

/** A tap as a finger makes it, and what the page saw of it. */
async function tap(page: Page, selector: string): Promise<Seen> {
  const face = page.locator(`[data-screen="inviting"] ${selector}`);
  await face.waitFor();
  const box = await face.boundingBox();
  if (box === null) throw new Error(`${selector} has no place on the screen`);
  const waiting = await page.evaluateHandle(lieInWait, '[data-screen="reasons"]');
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  return waiting.evaluate(({ seen }) => seen);
}

async function openVisit({ urls, apiKey }: Product, number: number): Promise<void> {
  const { window: _window, servedAt: _servedAt, trigger: _trigger, inviteAtOnce, ...visit } = visitRequest(number);
  const response = await fetch(new URL('/v1/visits', urls.api), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ ...visit, invite: inviteAtOnce }),
  });
  if (response.status !== 201) throw new Error(`opening a visit: ${response.status} ${await response.text()}`);
}

/** The page's own button, without a finger: the touch guard knows that no finger bounces there. */
const press = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element: HTMLElement) => element.click());

async function rate(product: Product, page: Page, number: number) {
  await openVisit(product, number);
  const seen = await tap(page, `.grade[data-level="${(number % 5) + 1}"]`);
  await press(page, '[data-screen="reasons"] .button--main');
  return seen;
}

async function clickBare(page: Page) {
  const seen = await tap(page, '.grade');
  await press(page, '[data-screen="reasons"] .back');
  return seen;
}

/** Samples in groups of those taken in the same stretch of time. */
function inRounds(seen: readonly Seen[], of: keyof Seen): number[][] {
  const rounds = Math.ceil(seen.length / PER_ROUND);
  return Array.from({ length: rounds }, (_, round) =>
    seen.slice(round * PER_ROUND, (round + 1) * PER_ROUND).map((one) => one[of]),
  );
}

async function tapAll(product: Product, pages: { ours: Page; bare: Page }, taps: number) {
  const ours: Seen[] = [];
  const bare: Seen[] = [];
  for (let number = 0; number < WARM_UP + taps; number++) {
    ours.push(await rate(product, pages.ours, number));
    bare.push(await clickBare(pages.bare));
  }
  return { ours: ours.slice(WARM_UP), bare: bare.slice(WARM_UP) };
}

function rowsOf(ours: readonly Seen[], bare: readonly Seen[]): Row[] {
  const at = (seen: readonly Seen[], share: number, of: keyof Seen) => steadyQuantile(inRounds(seen, of), share);
  const one = (name: string, share: number, of: keyof Seen, goal?: Row['goal']) => {
    const reference = 'click on a bare page, socket handler that does nothing';
    return row(name, 'ms', at(ours, share, of), [reference, at(bare, share, of)], goal);
  };
  return [
    one('tap → next screen painted, grade durable, median', 0.5, 'paintedMs'),
    one('tap → next screen painted, grade durable, p99', 0.99, 'paintedMs', P99_GOAL),
    one('tap → document changed (no frame waited for), median', 0.5, 'changedMs'),
    one('tap → document changed (no frame waited for), p99', 0.99, 'changedMs'),
  ];
}

/** @param product started with `swift`; its ledger grows by what is tapped */
export async function benchTap(product: Product, quick: boolean): Promise<Row[]> {
  const server = await startChild<{ url: string }>('./bare-page-process.ts');
  const browser = await launchBrowser();
  try {
    const [ours, bare] = await Promise.all(
      [product.urls.citizen, server.said.url].map(async (url) => {
        const page = await (await openScreen(browser, SCREEN)).newPage();
        await page.goto(url);
        return page;
      }),
    );
    if (ours === undefined || bare === undefined) throw new Error('a page is missing');
    const tapped = await tapAll(product, { ours, bare }, quick ? PER_ROUND : 6 * PER_ROUND);
    return rowsOf(tapped.ours, tapped.bare);
  } finally {
    await browser.close();
    await server.stop();
  }
}
