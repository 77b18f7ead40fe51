import type { Browser } from 'playwright-core';
import { launchBrowser, openScreen } from '../support/browser.ts';
import { startChild } from './child.ts';
import { startProduct } from './product.ts';
import { median, type Row, row } from './row.ts';

/** From the start of the processes to a page that a citizen could use, against one static page from one process. */

const SCREEN = { width: 1280, height: 800 };

async function msUntilShown(browser: Browser, startedAt: number, url: string, selector: string): Promise<number> {
  const context = await openScreen(browser, SCREEN);
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.locator(selector).waitFor();
    return performance.now() - startedAt;
  } finally {
    await context.close();
  }
}

async function ours(browser: Browser, dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const product = await startProduct({ dataDir, swift: false });
  try {
    return await msUntilShown(browser, startedAt, product.urls.citizen, '.page[data-screen="idle"]');
  } finally {
    await product.stop();
  }
}

async function bare(browser: Browser): Promise<number> {
  const startedAt = performance.now();
  const child = await startChild<{ url: string }>('./bare-page-process.ts');
  try {
    return await msUntilShown(browser, startedAt, child.said.url, '[data-screen="inviting"]');
  } finally {
    await child.stop();
  }
}

/** @param dataDir of a device that was enrolled before; centre, appliance and agent start each time */
export async function benchColdStart(dataDir: string, quick: boolean): Promise<Row[]> {
  const browser = await launchBrowser();
  try {
    const [own, reference]: [number[], number[]] = [[], []];
    for (let round = 0; round < (quick ? 2 : 5); round++) {
      own.push(await ours(browser, dataDir));
      reference.push(await bare(browser));
    }
    const against: [string, number] = ['one process with one bare page', median(reference)];
    return [row('start to usable page, centre included', 'ms', median(own), against)];
  } finally {
    await browser.close();
  }
}
