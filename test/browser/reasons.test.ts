import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import type { Size } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { boxesOf } from '../support/page-measures.ts';
import { citizenSamples, reasons } from '../support/page-samples.ts';
import { choicesAbove, turnedThrough } from '../support/reason-measures.ts';

/** The list of reasons in every language, mode and size: whole or not seen, found by a button, low where that is asked for. */

const { open, show, arrange } = useArrangedPages();

const VIEWS = [reasons, citizenSamples['reasons-required']];
const EVERY_MODE: readonly (readonly Mode[])[] = [[], ['elder'], ['low'], MODES];
/** 44 CSS px; in 老年模式 60 dp. */
const leastTurnPx = (modes: readonly Mode[], size: Size) => (modes.includes('elder') ? leastOf(size).targetPx : 44);

async function expectAllFound(page: Page, modes: readonly Mode[], size: Size, at: string): Promise<number> {
  const views = await turnedThrough(page);
  for (const { tight, cut, hidden, turn } of views) {
    expect({ tight, cut }, at).toEqual({ tight: [], cut: [] });
    expect(turn !== null, `${at}: a button, ${hidden.length} hidden`).toBe(hidden.length > 0);
    if (turn !== null) expect(Math.min(turn.width, turn.height), at).toBeGreaterThanOrEqual(leastTurnPx(modes, size));
  }
  const found = new Set(views.flatMap(({ whole }) => whole));
  expect(found.size, at).toBe(reasons.choices.length);
  if (views.length > 1) expect(views.at(-1)?.turn?.way, at).toBe('up');
  await page.locator('.tag-list').evaluate((list) => list.scrollTo(0, 0));
  return views.length;
}

/** In the lower half, but in large letters on a low screen: there as low as they can. */
async function expectLow(page: Page, modes: readonly Mode[], { width, height }: Size, at: string): Promise<void> {
  const isTight = height === 480 || (modes.includes('elder') && width > height);
  if (!isTight) expect(await choicesAbove(page, height / 2), at).toEqual([]);
  const [list] = await boxesOf(page, '.tags');
  const [button] = await boxesOf(page, '.reasons .button--main');
  const foot = width > height ? button!.y + button!.height : button!.y;
  expect(foot - list!.y - list!.height, at).toBeLessThanOrEqual(width > height ? 1 : 34);
}

describe.each(ALL_LANGUAGES)('reasons in %s', (language) => {
  it('are seen whole or not at all, and a large button turns to those that are not seen', async () => {
    const page = await open();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    let turned = 0;
    for (const modes of EVERY_MODE) {
      await arrange(page, language, modes, VIEWS[0]!);
      for (const view of VIEWS) {
        await show(page, view);
        await onEveryScreen(page, async (size, where) => {
          const at = `${modes.join()} ${view.reasonAsked} ${where}`;
          turned += (await expectAllFound(page, modes, size, at)) - 1;
          if (modes.includes('low')) await expectLow(page, modes, size, at);
        });
      }
    }
    expect(turned).toBeGreaterThan(0);
  });
});
