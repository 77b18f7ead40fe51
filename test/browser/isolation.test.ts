import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import type { CitizenView } from '../../device/visit/views.ts';
import { citizenSamples, idle, inviting, NEXT_VISIT_ID, reasons, thanks, VISIT_ID } from '../support/page-samples.ts';
import { usePages } from '../support/pages.ts';
import { openPlainBrowser } from '../support/plain-browser.ts';

/** What one person saw, chose and wrote cannot be read in the next visit: not on the page, not in any store, not in memory. */

const pages = usePages();
const { fixture } = pages;

async function show(page: Page, view: CitizenView): Promise<void> {
  fixture.show(view);
  await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
}

/** Every string that the page's scripts can still reach, as the browser's own debugger sees it after a collection. */
async function heapOf(page: Page): Promise<string> {
  const cdp = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await cdp.send('HeapProfiler.enable');
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await cdp.detach();
  return chunks.join('');
}

/** Where a browser keeps things beyond a page. */
const storesOf = (page: Page) =>
  page.evaluate(async () => ({
    stored: localStorage.length + sessionStorage.length + document.cookie.length,
    kept: (await caches.keys()).length + (await indexedDB.databases()).length,
    frames: frames.length,
    workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
    page: document.documentElement.outerHTML,
    fields: [...document.querySelectorAll('textarea')].map(({ value }) => value).join(''),
  }));

/** No word that the page has of its own; each stands in another place of a visit. */
const MARKERS = {
  item: 'zqitemqz',
  code: 'zqcodeqz',
  frame: 'zqframeqz',
  comment: 'zqcommentqz',
  letters: 'zqvvxq',
  receipt: 'ZQ7K-9QZQ',
  tag: 'zqtagqz',
  visit: '019a9f3e-7c10-7aaa-8bbb-0000005eed01',
};
const found = (text: string) =>
  Object.entries(MARKERS).flatMap(([name, marker]) => (text.includes(marker) ? [name] : []));

it('a page that was loaded in the middle of a visit keeps nothing of the view that came with it', async () => {
  const { visit: visitId, item: itemName } = MARKERS;
  fixture.citizenView = { ...inviting, visitId, itemName };
  const page = await pages.openApart();
  await page.goto(fixture.citizenUrl);
  await page.locator('.grade').first().waitFor();
  expect(found((await storesOf(page)).page)).toEqual(['item']);
  await show(page, idle);
  await show(page, { ...inviting, visitId: NEXT_VISIT_ID });

  const stores = await storesOf(page);
  expect(found(stores.page + stores.fields)).toEqual([]);
  expect(stores).toMatchObject({ stored: 0, kept: 0, frames: 0, workers: 0 });
  expect(found(await heapOf(page))).toEqual([]);
  const again = await page.request.get(fixture.citizenUrl);
  expect(again.headers()['cache-control']).toBe('no-store');
});

it('no word of a visit is left on the page, in a store or in memory when the next one begins', async () => {
  const { visit: visitId, item: itemName } = MARKERS;
  fixture.frameOrigin = 'http://127.0.0.1:9';
  fixture.citizenView = idle;
  fixture.onCommand = () => ({ kept: true, code: null });
  const page = await pages.openApart();
  await page.goto(fixture.citizenUrl);
  await show(page, { ...citizenSamples.serving, itemName });
  const qrSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><desc>${MARKERS.code}</desc></svg>`;
  const asked = { ...inviting, visitId, itemName, qrSvg };
  await show(page, { ...asked, unifiedPage: `http://127.0.0.1:9/rate#t=${MARKERS.frame}` });
  await page.locator('iframe').waitFor();
  await show(page, asked);
  await page.locator('.phone-code').tap();
  await page.locator('.large-code').waitFor();
  const choices = [{ code: '207', text: MARKERS.tag }];
  await show(page, { ...reasons, visitId, choices, tags: ['207'] });
  await page.locator('#comment').tap();
  await page.locator('.keys').waitFor();
  // As a keyboard that is plugged in writes; through a script the words would be in memory by the test's own doing.
  await page.keyboard.insertText(MARKERS.comment);
  await expect.poll(() => fixture.commands.at(-1)).toMatchObject({ type: 'revise', comment: MARKERS.comment });
  for (const letter of MARKERS.letters) {
    const key = page.locator('.key', { hasText: new RegExp(`^${letter}$`) });
    await key.dispatchEvent('click');
  }
  // All but the ends of the visit: the search finds what is there.
  const during = new Set([...found(await heapOf(page)), ...found((await storesOf(page)).page)]);
  expect([...during].toSorted()).toEqual(['comment', 'letters', 'tag', 'visit']);
  await show(page, { ...thanks, receiptCode: MARKERS.receipt });
  await show(page, idle);
  await show(page, { ...inviting, visitId: NEXT_VISIT_ID });

  const stores = await storesOf(page);
  expect(found(stores.page + stores.fields)).toEqual([]);
  expect(stores).toMatchObject({ stored: 0, kept: 0, frames: 0, workers: 0 });
  expect(found(await heapOf(page))).toEqual([]);
});

it('what the official page stored in its frame is not there for the next person', async () => {
  /** What the frame found when it was opened, in order. */
  const found: string[] = [];
  const keeps = `<script>
    const kept = [localStorage.getItem('phone') ?? '', document.cookie].join('');
    fetch('/found?' + kept).then(() => {
      localStorage.setItem('phone', 'zqphoneqz');
      document.cookie = 'name=zqnameqz; max-age=9999';
      fetch('/kept');
    });
  </script>`;
  let kept = 0;
  const official = createServer(({ url = '' }, response) => {
    if (url === '/kept') kept += 1;
    if (url.startsWith('/found?')) found.push(url.slice('/found?'.length));
    response.writeHead(200, { 'content-type': 'text/html' }).end(url === '/rate' ? keeps : '');
  });
  await new Promise<void>((listening) => official.listen(0, '127.0.0.1', listening));
  // Of another site than the page around it, as a centre's is.
  fixture.frameOrigin = `http://localhost:${(official.address() as AddressInfo).port}`;
  const framed = { ...inviting, unifiedPage: `${fixture.frameOrigin}/rate` };
  fixture.citizenView = idle;
  const end = openPlainBrowser(fixture.citizenUrl);
  onTestFinished(() => {
    end();
    official.closeAllConnections();
    official.close();
  });
  for (const [visit, visitId] of [VISIT_ID, NEXT_VISIT_ID].entries()) {
    fixture.show({ ...framed, visitId });
    await expect.poll(() => kept).toBe(visit + 1);
    fixture.show(thanks);
  }
  expect(found).toEqual(['', '']);
});

it('a page that waits to be loaded anew opens no frame for the next person, who would find what the last one left in it', async () => {
  fixture.frameOrigin = 'http://127.0.0.1:9';
  const framed = { ...inviting, unifiedPage: 'http://127.0.0.1:9/rate' };
  fixture.citizenView = idle;
  const page = await pages.openApart();
  await page.goto(fixture.citizenUrl);
  await show(page, framed);
  await page.locator('iframe').waitFor();
  await show(page, thanks);
  // The driver asks a page that is being loaded nothing: what it shows until then it says itself.
  const seen: string[] = [];
  page.on('console', (line) => seen.push(line.text()));
  await page.evaluate(() => {
    const tell = () => {
      const { screen } = document.querySelector<HTMLElement>('.page')?.dataset ?? {};
      console.log(screen, document.querySelectorAll('iframe').length);
    };
    new MutationObserver(tell).observe(document, { subtree: true, childList: true, attributes: true });
  });
  let load = () => {};
  const held = new Promise<void>((open) => (load = open));
  await page.route(fixture.citizenUrl, (route) => held.then(() => route.continue()));
  fixture.show({ ...framed, visitId: NEXT_VISIT_ID });
  await expect.poll(() => seen).toContain('inviting 0');
  expect(seen).not.toContain('inviting 1');
  load();
  await page.locator('iframe').waitFor();
});
