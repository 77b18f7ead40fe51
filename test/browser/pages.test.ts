import { gzipSync } from 'node:zlib';
import type { Page, WebSocket } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { SIZES } from '../support/browser.ts';
import { grade, playAppliance, useCitizenPages } from '../support/citizen-page.ts';
import {
  axeViolations,
  boxesOf,
  clippedElements,
  endlessMotion,
  gapBetween,
  lowContrast,
} from '../support/page-measures.ts';
import { citizenSamples, idle, inviting, NEXT_VISIT_ID, reasons } from '../support/page-samples.ts';

const { fixture, complaints, openApart, openCitizen } = useCitizenPages();

describe("the citizen's page while its script is on its way", () => {
  const SCRIPT = '**/assets/citizen-*.js';

  it('asks the appliance already, and then shows the newest view over that one connection', async () => {
    const page = await openApart();
    const sockets: WebSocket[] = [];
    page.on('websocket', (socket) => sockets.push(socket));
    const held = Promise.withResolvers<void>();
    await page.route(SCRIPT, (route) => held.promise.then(() => route.continue()));
    fixture.citizenView = idle;
    const answered = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
    await page.goto(fixture.citizenUrl, { waitUntil: 'commit' });
    await answered;
    fixture.show(inviting);
    held.resolve();
    await page.locator('.page[data-screen=inviting]').waitFor();
    fixture.show(reasons);
    await page.locator('.page[data-screen=reasons]').waitFor();
    expect(sockets.length).toBe(1);
    expect(await page.evaluate(() => 'firstSocket' in window && window.firstSocket)).toBe(undefined);
  });

  it('lets that connection go where the script does not come: a page that shows nothing is dark', async () => {
    const page = await openApart();
    // Let go before it was made, it has an error too, at which a wait for its end would give up.
    const ended = page.waitForEvent('websocket').then((socket) => new Promise((end) => void socket.once('close', end)));
    await page.route(SCRIPT, (route) => route.abort());
    await page.goto(fixture.citizenUrl);
    await ended;
  });
});

describe.each(SIZES)("citizen's screens at $width × $height", (size) => {
  it('have no fault that axe finds, nothing cut off, and text of 7:1 on its ground', async () => {
    const page = await openCitizen(idle, size);
    for (const [name, view] of Object.entries(citizenSamples)) {
      fixture.show(view);
      await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
      await expect.poll(() => page.locator('.trial-mark').count(), { message: name }).toBe(view.trial ? 1 : 0);
      expect(await axeViolations(page), name).toEqual([]);
      expect(await endlessMotion(page), name).toEqual([]);
      expect(await clippedElements(page), name).toEqual([]);
      expect(await lowContrast(page, '#app *', 7), name).toEqual([]);
    }
    expect(complaints()).toEqual([]);
  });

  it('give five equal grades of at least 20 mm, 8 mm apart, none of them under the QR', async () => {
    const page = await openCitizen(inviting, size);
    // 10.1 in at 1280×800 has 149 dpi, 7 in at 800×480 has 133.
    const least = size.height === 480 ? { side: 105, gap: 42 } : { side: 118, gap: 47 };
    for (const view of [inviting, citizenSamples['inviting-no-qr']]) {
      fixture.show(view);
      await expect.poll(() => page.locator('.phone').count()).toBe(view.qrSvg === null ? 0 : 1);
      const boxes = await boxesOf(page, '.grade');
      const first = boxes[0]!;
      expect(boxes.length).toBe(5);
      for (const [index, box] of boxes.entries()) {
        expect(box.width).toBeCloseTo(first.width, 1);
        expect(box.height).toBeCloseTo(first.height, 1);
        if (index > 0) expect(gapBetween(boxes[index - 1]!, box)).toBeGreaterThanOrEqual(least.gap);
      }
      expect(Math.min(first.width, first.height)).toBeGreaterThanOrEqual(least.side);
      for (const phone of await boxesOf(page, '.phone')) {
        for (const box of boxes) expect(gapBetween(phone, box)).toBeGreaterThan(8);
      }
    }
    expect(await lowContrast(page, '.grade-label', 10)).toEqual([]);
  });

  it('stay whole in English, with the grades in the same places', async () => {
    const page = await openCitizen(inviting, size);
    const labels = await page.locator('.grade').evaluateAll((all) => all.map((one) => one.getAttribute('data-level')));
    await page.getByRole('button', { name: 'English' }).click();
    await grade(page, 'Very satisfied').waitFor();
    expect(await page.locator('.grade').evaluateAll((all) => all.map((one) => one.getAttribute('data-level')))).toEqual(
      labels,
    );
    expect(await clippedElements(page)).toEqual([]);
    fixture.show(reasons);
    await page.locator('.page[data-screen=reasons]').waitFor();
    expect(await clippedElements(page)).toEqual([]);
  });
});

describe("the citizen's page", () => {
  it('says that the appliance is away and recovers by itself in the right state', async () => {
    const page = await openCitizen(inviting);
    await fixture.stop();
    await page.getByRole('heading', { name: '评价器正在恢复' }).waitFor();
    expect(await page.locator('.grade').count()).toBe(0);
    fixture.citizenView = reasons;
    await fixture.start();
    await page.getByRole('checkbox').first().waitFor();
    await page.reload();
    await page.getByRole('checkbox').first().waitFor();
  });

  it('leaves nothing of one visit to the next', async () => {
    const marker = 'MARKER-7f3a';
    playAppliance(fixture);
    const many = Array.from({ length: 24 }, (_, index) => ({ code: `2${index + 10}`, text: `具体情况 ${index}` }));
    const page = await openCitizen({ ...reasons, choices: many, tags: [] }, { width: 800, height: 480 });
    await page.getByRole('textbox').fill(marker);
    await page.getByRole('checkbox').last().click();
    await expect.poll(() => fixture.commands.at(-1)).toMatchObject({ comment: marker, tags: ['233'] });
    fixture.show({ ...reasons, choices: many, tags: ['233'], comment: marker });
    await page.getByRole('button', { name: 'English' }).click();
    // The pack comes over the network: until then 提交 stands there, and would be taken for that of the next visit.
    await page.locator('html[lang=en]').waitFor();
    await page.locator('.tag-list').evaluate((tags) => tags.scrollTo(0, 10_000));
    fixture.show({ ...reasons, choices: many, visitId: NEXT_VISIT_ID, tags: [] });
    await page.getByRole('button', { name: '提交' }).waitFor();
    const left = await page.evaluate(async () => ({
      page: document.documentElement.outerHTML,
      typed: [...document.querySelectorAll('textarea')].map(({ value }) => value),
      checked: document.querySelectorAll('[aria-checked=true]').length,
      scrolled: [scrollY, ...[...document.querySelectorAll('#app *')].map(({ scrollTop }) => scrollTop)].some(
        (top) => top > 0,
      ),
      stored: localStorage.length + sessionStorage.length + document.cookie.length,
      kept: (await caches.keys()).length + (await indexedDB.databases()).length,
      history: history.length,
    }));
    expect(left.page).not.toContain(marker);
    expect(left).toMatchObject({ typed: [''], checked: 0, scrolled: false, stored: 0, kept: 0 });
    expect(complaints()).toEqual([]);
  });

  it('weighs at most 60 KB compressed, without fonts and pictures', async () => {
    const fetched: string[] = [];
    const page = await openCitizen(idle);
    page.on('response', (response) => fetched.push(response.url()));
    await page.reload();
    await page.locator('.page[data-screen=idle]').waitFor();
    const parts = fetched.filter((url) => !/\.(?:svg|woff2?)$/.test(url));
    const bodies = await Promise.all(parts.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())));
    const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(parts.length).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(60_000);
  });

  it('shows the first screen with one script, and looks for the words of no name itself', async () => {
    const page = await openCitizen(idle);
    const scripts: string[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response.url());
    });
    await page.addInitScript(() => {
      const counted = globalThis as unknown as { made: number };
      counted.made = 0;
      const construct = (target: typeof Intl.Segmenter, given: [string, Intl.SegmenterOptions]) => {
        counted.made += 1;
        return new target(...given);
      };
      Object.assign(Intl, { Segmenter: new Proxy(Intl.Segmenter, { construct }) });
    });
    await page.reload();
    await page.locator('.idle .items li wbr').first().waitFor({ state: 'attached' });
    expect(scripts).toHaveLength(1);
    // To make one takes longer than to draw the screen.
    expect(await page.evaluate(() => (globalThis as unknown as { made: number }).made)).toBe(0);
  });

  it('offers no context menu, no selection and no zoom', async () => {
    const page = await openCitizen(inviting);
    const refused = await page
      .locator('.grade')
      .first()
      .evaluate((element) => {
        const event = new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
        element.dispatchEvent(event);
        const { touchAction, userSelect } = getComputedStyle(document.documentElement);
        return [event.defaultPrevented, touchAction, userSelect];
      });
    expect(refused).toEqual([true, 'pan-x pan-y', 'none']);
  });
});

describe('the hidden way to the maintenance page', () => {
  const corner = async (page: Page) => {
    for (let tap = 0; tap < 7; tap++) await page.mouse.click(8, 8);
  };

  it.each<[string, (page: Page) => Promise<void>]>([
    ['seven touches of the corner', corner],
    ['a chord', (page) => page.keyboard.press('Control+Alt+KeyM')],
  ])('is %s, and never while a citizen rates', async (_name, knock) => {
    const page = await openCitizen(inviting);
    await knock(page);
    // Had it gone away, no next view would come to this page.
    fixture.show(idle);
    await page.locator('.page[data-screen=idle]').waitFor();
    expect(page.url()).toBe(fixture.citizenUrl);
    await knock(page);
    await page.waitForURL(fixture.technicianUrl);
  });
});
