import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../device/clock.ts';
import { type ReferenceCentre, startReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { ALL_LANGUAGES, isSmall, leastOf, onEveryScreen } from '../support/arranged-pages.ts';
import { SIZES, type Size } from '../support/browser.ts';
import { chooseLanguage, chooseModes, MODES } from '../support/comfort-choices.ts';
import { endAllDemos, startDemoProcess } from '../support/demo-process.ts';
import { inkUnder } from '../support/grade-measures.ts';
import {
  axeViolations,
  type Box,
  boxesOf,
  clippedElements,
  gapBetween,
  outsideMargin,
} from '../support/page-measures.ts';
import { citizenSamples, idle, inviting, VISIT_ID } from '../support/page-samples.ts';
import { wordsOverLines } from '../support/page-typography.ts';
import { usePages } from '../support/pages.ts';
import { eventually, openVisit } from '../support/visits.ts';

/** The official page in a frame: the reference centre serves it, well and ill. */

const pages = usePages();
const { fixture } = pages;
let centre: ReferenceCentre;

beforeAll(async () => {
  centre = await startReferenceCentre({
    dataDir: mkdtempSync(join(tmpdir(), 'pingjiaqi-unified-')),
    host: '127.0.0.1',
    port: 0,
    configuration: () => ({}),
    enrolmentCodes: [],
    clock: systemClock,
  });
});
afterAll(async () => {
  await centre.close();
  await endAllDemos();
});
beforeEach(() => {
  fixture.frameOrigin = centre.url;
  fixture.onCommand = () => ({ kept: true, code: null });
});

function show(behave: string | null): void {
  const query = behave === null ? '' : `?behave=${behave}`;
  fixture.citizenView = { ...inviting, unifiedPage: `${centre.url}/rate${query}#t=token` };
}

function open(behave: string | null, size?: Size): Promise<Page> {
  show(behave);
  return pages.open(fixture.citizenUrl, size);
}

/** In one row, of one size, and whole in the frame: nobody has to look for the worst one. */
async function expectEqualGrades(page: Page, at: string): Promise<void> {
  const [frame] = await boxesOf(page, '.unified iframe');
  const boxes = await Promise.all((await framed(page).locator('#grades button').all()).map((one) => one.boundingBox()));
  const looks = boxes.map((box) => [box?.width, box?.height, box?.y].map((px) => Math.round(px ?? 0)).join());
  expect([boxes.length, new Set(looks).size], at).toEqual([5, 1]);
  const ends = boxes.map((box) => (box ? box.y + box.height : Number.POSITIVE_INFINITY));
  expect(Math.max(...ends), at).toBeLessThan(frame!.y + frame!.height);
}

/** Our own screen, more time, no rating: large enough, apart, in one row that ends with the last. */
async function expectWaysOut(page: Page, at: string, leastPx: number): Promise<void> {
  const ways = await boxesOf(page, '.unified .actions .button');
  expect(ways.length, at).toBe(3);
  for (const { width, height } of ways) expect(Math.min(width, height), at).toBeGreaterThanOrEqual(leastPx - 0.5);
  const [own, more, none] = ways as [Box, Box, Box];
  expect(Math.min(gapBetween(own, more), gapBetween(more, none)), at).toBeGreaterThanOrEqual(16);
  expect(Math.max(...ways.map(({ y }) => y)), at).toBeLessThan(Math.min(...ways.map(({ y, height }) => y + height)));
}

/** Whatever the language: what a hand has learnt stays where it is. */
async function expectMiddle(page: Page, { width }: Size, at: string): Promise<void> {
  const [, more] = await boxesOf(page, '.unified .actions .button');
  expect(Math.abs(more!.x + more!.width / 2 - width / 2), at).toBeLessThanOrEqual(1);
}

/** Of our own Chinese, which other languages lack words for. */
const WORDS_OF_BUTTONS = ['改用', '本机', '评价', '一些', '时间'];

/** The dots under the last line of two keep off the border, which is 2 px wide. */
async function expectInkInButtons(page: Page, at: string): Promise<void> {
  const bordered = '.unified .button:not(.button--quiet)';
  for (const [index, { y, height }] of (await boxesOf(page, bordered)).entries()) {
    const room = await inkUnder(page, `${bordered} >> nth=${index}`, y + height);
    expect(room, `${at}: button ${index}`).toBeGreaterThanOrEqual(6);
  }
}

/** The last words end where the frame does, and no line under them goes through the strokes that hang from them. */
async function expectFlush(page: Page, at: string): Promise<void> {
  const { columns, px, linePx } = await page.locator('.unified .button--quiet').evaluate((button) => {
    const words = document.createRange();
    words.selectNodeContents(button);
    const ends = (box: DOMRect) => (document.documentElement.dir === 'rtl' ? box.left : box.right);
    const frame = document.querySelector('.unified iframe')!.getBoundingClientRect();
    const { textUnderlineOffset, fontSize } = getComputedStyle(button);
    return {
      columns: document.documentElement.dataset.lines === 'columns',
      px: Math.abs(ends(words.getBoundingClientRect()) - ends(frame)),
      linePx: Number.parseFloat(textUnderlineOffset) / Number.parseFloat(fontSize),
    };
  });
  if (!columns) expect(px, at).toBeLessThanOrEqual(2);
  if ((await page.locator('html').getAttribute('lang')) === 'bo') expect(linePx, at).toBeGreaterThanOrEqual(0.5);
}

const framed = (page: Page) => page.frameLocator('.unified iframe');
const grades = (page: Page) => page.locator('.grade');

describe('the official page', () => {
  it.each(SIZES)('stands in the frame at $width × $height with ways out of it', async (size) => {
    const page = await open(null, size);
    await framed(page).getByRole('button', { name: '基本满意' }).waitFor();
    expect(await clippedElements(page)).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
    // Anew: to be measured keeps a page on a busy machine longer from hearing the frame than it waits for a word.
    await page.reload();
    await framed(page).getByRole('button', { name: '基本满意' }).waitFor();
    await page.getByRole('button', { name: '改用本机评价' }).tap();
    await expect.poll(() => grades(page).count()).toBe(5);
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it.each(ALL_LANGUAGES)('shows all five grades alike, and its ways out in order, in %s', async (language) => {
    for (const modes of [[], ['elder'], MODES] as const) {
      fixture.citizenView = citizenSamples.serving;
      const page = await pages.open(fixture.citizenUrl);
      await chooseLanguage(page, language);
      await chooseModes(page, modes);
      fixture.show({ ...inviting, unifiedPage: `${centre.url}/rate#t=token` });
      await framed(page).getByRole('button', { name: '非常不满意' }).waitFor();
      await onEveryScreen(page, async (size, where) => {
        const at = `${modes.join()} ${where}`;
        expect([...(await clippedElements(page)), ...(await outsideMargin(page))], at).toEqual([]);
        await expectEqualGrades(page, at);
        expect(await wordsOverLines(page, '.unified .button', WORDS_OF_BUTTONS), at).toEqual([]);
        if (language !== 'mn-Mong') await expectInkInButtons(page, at);
        await expectWaysOut(page, at, modes.length > 0 ? leastOf(size).targetPx : 44);
        if (!isSmall(size)) await expectFlush(page, at);
        if (!isSmall(size) && size.width > size.height) await expectMiddle(page, size, at);
      });
    }
  });

  it.each(['stall', 'error', 'redirect', 'mute'])('that does %s gives way to our own screen', async (behave) => {
    const page = await open(behave);
    await grades(page).first().waitFor();
    expect(await grades(page).count()).toBe(5);
    await grades(page).first().tap();
    await expect.poll(() => fixture.commands.at(-1)).toMatchObject({ type: 'rate', visitId: VISIT_ID, level: 5 });
  });

  it('that goes silent later gives way, but never once a citizen began there', async () => {
    for (const begun of [false, true]) {
      show(null);
      // Its clock is its own.
      const page = await pages.openApart();
      await page.goto(fixture.citizenUrl);
      await framed(page).getByRole('button', { name: '基本满意' }).waitFor();
      await page.clock.install();
      // A wait that began on the real clock would not be moved by this one: the next word of the frame begins another.
      await page.evaluate(() => new Promise((heard) => addEventListener('message', heard, { once: true })));
      if (begun) {
        await framed(page).getByRole('heading').tap();
        await expect.poll(() => fixture.commands.at(-1)?.type).toBe('extend');
      }
      await page.frames()[1]!.evaluate(() => {
        for (let timer = 0; timer < 1000; timer++) clearInterval(timer);
      });
      await page.clock.fastForward(20_000);
      await expect.poll(() => grades(page).count()).toBe(begun ? 0 : 5);
      await page.context().close();
    }
  });

  it('that tries to get out of its frame stays in it', async () => {
    let windows = 0;
    let dialogs = 0;
    const page = await open('escape');
    page.context().on('page', () => windows++);
    page.on('dialog', (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    await framed(page).getByRole('button', { name: '基本满意' }).waitFor();
    await page.frames()[1]!.evaluate(() => {
      try {
        top!.location.href = 'about:blank';
      } catch {
        // What the frame is for.
      }
      window.open('about:blank');
    });
    expect([page.url(), await page.title(), windows, dialogs]).toEqual([fixture.citizenUrl, '服务评价', 0, 0]);
  });

  it('of another origin than the configuration names is not shown at all', async () => {
    fixture.frameOrigin = 'https://elsewhere.example';
    const page = await open(null);
    await grades(page).first().waitFor();
    const loaded = page.waitForEvent('load');
    fixture.show(idle);
    await loaded;
    await page.locator('.page[data-screen=idle]').waitFor();
  });

  it('may not say for another window that it answers', async () => {
    const page = await open('mute');
    const talking = setInterval(() => {
      page.evaluate(() => postMessage({ ratingPage: 'alive' }, '*')).catch(() => undefined);
    }, 200);
    await grades(page).first().waitFor();
    clearInterval(talking);
  });
});

it('a visit rated on the official page ends in thanks and leaves exactly one record', async () => {
  const demo = await startDemoProcess({ env: { PINGJIAQI_CENTRE_PAGE: 'unified' } });
  const page = await pages.open(demo.ready.citizen);
  const visitId = await openVisit(demo, 'UNIFIED-1');
  await framed(page).getByRole('button', { name: '不满意', exact: true }).tap();
  await page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
  expect(await page.locator('.receipt').count()).toBe(0);
  await eventually(async () => {
    const records = (await demo.centre.records()).map(({ record }) => record);
    const ends = records.filter(
      (one) => (one.kind === 'not_rated' || one.kind === 'rating') && one.body.visitId === visitId,
    );
    expect(ends).toMatchObject([{ kind: 'not_rated', body: { reason: 'rated_elsewhere' } }]);
  });
  expect((await demo.centre.ratings()).filter((one) => one.visitId === visitId)).toMatchObject([
    { level: 2, channel: 'phone' },
  ]);
});
