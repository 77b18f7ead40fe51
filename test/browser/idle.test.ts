import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { IdleView } from '../../app/pages/citizen/screens/idle.tsx';
import { HELD_MS, SLIDE_MS } from '../../app/pages/citizen/screens/slides.ts';
import { SIZES } from '../support/browser.ts';
import { citizenSamples } from '../support/page-samples.ts';
import { usePages } from '../support/pages.ts';

/** The screen that rests, in the built page, under a clock that stands until the test moves it. */

const pages = usePages();
const { fixture } = pages;

/** Long enough for a frame, and for the timers that begin behind it. */
const FRAME_MS = 500;

async function openResting(view: IdleView): Promise<Page> {
  fixture.citizenView = view;
  const page = await pages.openHeld();
  await page.goto(fixture.citizenUrl);
  await page.clock.runFor(FRAME_MS);
  return page;
}

/** Which slide is shown, and which of the items. */
async function slide(page: Page): Promise<string> {
  const part = page.locator('.turn-items');
  const items = (await part.count()) === 0 ? '' : ` ${await part.innerText()}`;
  return `${await page.locator('.slide-area').getAttribute('data-slide')}${items}`;
}

/** For how long the slide stays that is shown, in ms of the page's clock, to a frame's length; and which is next. */
async function nextSlide(page: Page): Promise<{ afterMs: number; shown: string }> {
  const before = await slide(page);
  for (let afterMs = 0; afterMs <= 2 * HELD_MS; afterMs += FRAME_MS) {
    if ((await slide(page)) !== before) return { afterMs, shown: await slide(page) };
    await page.clock.runFor(FRAME_MS);
  }
  throw new Error(`slide ${before} never went`);
}

/** What a timer of so many ms takes, with the frames before it was set and until it is seen. */
const about = (ms: number) => expect.toSatisfy((took: number) => Math.abs(took - ms) <= 2 * FRAME_MS, `${ms} ms`);

it('shows notices and pictures also where the window is told no items', async () => {
  const page = await openResting({ ...citizenSamples['idle-content'], items: [] });
  await page.locator('.items h2').filter({ hasText: '共 0 项' }).waitFor();
  expect(await page.locator('.dot').count()).toBe(3);
  await page.locator('.dot').nth(1).tap();
  await page.locator('.notice').waitFor();
});

it('shows items page by page, notices and pictures in turn, and holds the one that was asked for', async () => {
  const page = await openResting(citizenSamples['idle-content']);
  await page.setViewportSize(SIZES[1]);
  await page.clock.runFor(FRAME_MS);
  expect(await slide(page)).toBe('0 1–8 / 14');
  for (const shown of ['0 9–14 / 14', '1', '2', '0 1–8 / 14']) {
    expect(await nextSlide(page)).toEqual({ afterMs: about(SLIDE_MS), shown });
  }
  await page.locator('.turn-items').tap();
  expect(await slide(page)).toBe('0 9–14 / 14');
  expect(await nextSlide(page)).toEqual({ afterMs: about(HELD_MS), shown: '1' });
  await page.locator('.dot').nth(1).tap();
  expect(await slide(page)).toBe('1');
  expect(await nextSlide(page)).toEqual({ afterMs: about(HELD_MS), shown: '2' });
});

it('shows a notice or picture after every four pages of a long list, and loses no place in it', async () => {
  const items = Array.from({ length: 2000 }, (_, index) => ({
    code: `${index}`,
    pieces: [`第 ${index + 1} 项`, '登记'],
  }));
  const page = await openResting({ ...citizenSamples['idle-content'], items });
  await page.setViewportSize(SIZES[1]);
  await page.clock.runFor(FRAME_MS);
  const shown = [await slide(page)];
  while (shown.length < 11) shown.push((await nextSlide(page)).shown);
  const parts = Array.from({ length: 9 }, (_, part) => `0 ${part * 8 + 1}–${part * 8 + 8} / 2000`);
  expect(shown).toEqual([...parts.slice(0, 4), '1', ...parts.slice(4, 8), '2', parts[8]]);
  // The list goes on where it was: when its own dot is touched, and behind a notice that somebody asked for.
  await page.locator('.dot').nth(1).tap();
  expect(await slide(page)).toBe('1');
  await page.locator('.dot').nth(0).tap();
  expect(await slide(page)).toBe('0 65–72 / 2000');
  await page.locator('.dot').nth(2).tap();
  expect(await nextSlide(page)).toEqual({ afterMs: about(HELD_MS), shown: '0 73–80 / 2000' });
  await page.locator('.turn-items').tap();
  expect(await slide(page)).toBe('0 81–88 / 2000');
});

it('is dark at night until somebody touches it', async () => {
  const page = await openResting(citizenSamples['idle-night']);
  const dark = page.locator('[data-night]');
  await dark.waitFor();
  await page.touchscreen.tap(400, 300);
  await page.clock.runFor(FRAME_MS);
  expect(await dark.count()).toBe(0);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.clock.runFor(60_000);
  expect(await dark.count()).toBe(1);
});
