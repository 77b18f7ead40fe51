import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { ALONE_FOR_MS, QUIET_MS } from '../../app/pages/citizen/digit-keys.ts';
import type { CitizenView } from '../../device/visit/views.ts';
import { SIZES, type Size } from '../support/browser.ts';
import { atRest, boxesOf, clippedElements, misplacedGradeParts } from '../support/page-measures.ts';
import { idle, inviting, NEXT_VISIT_ID, reasons, thanks, VISIT_ID } from '../support/page-samples.ts';
import { usePages } from '../support/pages.ts';

/** Guidance by ear: which sounds the built page plays, and for whom. */

const pages = usePages();
const { fixture } = pages;
let played: string[];

beforeEach(() => {
  played = [];
});

/** Its own profile: a sound that it has heard before would not be asked for. */
const open = async (view: CitizenView, size: Size = SIZES[0]) => openWith(await pages.openApart(size), view);

async function openWith(page: Page, view: CitizenView): Promise<Page> {
  fixture.citizenView = view;
  page.on('request', (request) => {
    const sound = /\/assets\/([a-z0-9-]+)-[\w-]{8}\.wav$/.exec(request.url())?.[1];
    if (sound !== undefined) played.push(sound);
  });
  await page.goto(fixture.citizenUrl);
  await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
  return page;
}

const guided = { ...inviting, guide: { spoken: null } };

it('says what a key means at each first press, closes each step with words, and falls silent for the next person', async () => {
  const page = await open(idle);
  const show = async (view: CitizenView, ...sounds: string[]) => {
    played.length = 0;
    fixture.show(view);
    await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
    await expect.poll(() => played).toEqual(sounds);
  };
  await show(guided, 'intro');
  await show({ ...guided, guide: { spoken: 2 } }, 'level-2');
  expect(await page.locator('.grade[data-pressed]').getAttribute('data-level')).toBe('2');
  await show({ ...guided, guide: { spoken: 5 } }, 'level-5');
  await show({ ...reasons, guide: { spoken: 5 } }, 'kept');
  await show(thanks, 'thanks');
  await show(idle);
  await show({ ...inviting, visitId: NEXT_VISIT_ID });
  expect(await page.locator('[data-pressed], .switch[data-guide][aria-pressed=true]').count()).toBe(0);
});

it('keys of a box that poses as a keyboard ask the appliance, which knows whether they count', async () => {
  fixture.onCommand = () => ({ kept: true, code: null });
  const page = await openWith(await pages.openHeld(), guided);
  const key = { type: 'key', visitId: VISIT_ID, level: 2 };
  const press = async (digit: string) => {
    await page.keyboard.press(digit);
    await page.clock.runFor(ALONE_FOR_MS);
  };
  await press('2');
  await expect.poll(() => fixture.commands).toEqual([key]);
  fixture.show({ ...guided, guide: { spoken: 2 } });
  await page.locator('.grade[data-level="2"][data-pressed]').waitFor();
  // A run of strokes without a pause is one press.
  await press('3');
  await page.clock.runFor(QUIET_MS);
  await press('2');
  await expect.poll(() => fixture.commands).toEqual([key, key]);
});

it('the switch turns it on and off, and is nowhere where others could listen', async () => {
  fixture.onCommand = () => ({ kept: true, code: null });
  const page = await open(inviting);
  await page.locator('.switch[data-guide]').tap();
  await expect.poll(() => fixture.commands).toEqual([{ type: 'guide', visitId: VISIT_ID, on: true }]);
  fixture.show({ ...inviting, mayGuide: false });
  await expect.poll(() => page.locator('.switch[data-guide]').count()).toBe(0);
  expect(played).toEqual([]);
});

it.each(SIZES)('the switch has room at $width × $height', async (size) => {
  const page = await open(guided, size);
  for (const mode of [null, 'elder'] as const) {
    if (mode !== null) await page.locator(`.switch[data-comfort=${mode}]`).tap();
    // The tap's consequences are drawn a moment later.
    await expect.poll(() => clippedElements(page)).toEqual([]);
  }
});

it.each(SIZES)(
  'a grade that is heard has the size, the levels and the face of the other four: $width × $height',
  async (size) => {
    const page = await open(guided, size);
    const boxes = await boxesOf(page, '.grade');
    fixture.show({ ...guided, guide: { spoken: 3 } });
    await page.locator('.grade[data-level="3"][data-pressed]').waitFor();
    await atRest(page);
    expect(await misplacedGradeParts(page)).toEqual([]);
    expect(await boxesOf(page, '.grade')).toEqual(boxes);
    const colours = await page.locator('.grade[data-pressed]').evaluate((grade) => {
      const disc = grade.querySelector('.face-disc')!;
      return [getComputedStyle(grade).backgroundColor, getComputedStyle(disc).fill];
    });
    expect(new Set(colours).size).toBe(2);
  },
);
