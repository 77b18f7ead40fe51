import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import type { Size } from '../support/browser.ts';
import { chooseModes } from '../support/comfort-choices.ts';
import { axeViolations, boxesOf, clippedElements, gapBetween } from '../support/page-measures.ts';
import { citizenSamples, inviting, NEXT_VISIT_ID } from '../support/page-samples.ts';

/** The switch that stands for the names of languages in large letters, where the bar is one row. */

const { fixture, open, openHeld, show, arrange } = useArrangedPages();

const SEVEN = { width: 800, height: 480 };
const names = (page: Page) => page.locator('.languages .switch');
const isUpright = ({ width, height }: Size) => height > width;

/** The question in large letters in `language`, with its menu open. */
async function opened(page: Page, language: string, size: Size): Promise<Page> {
  await page.setViewportSize(size);
  await arrange(page, language, ['elder'], inviting);
  await page.locator('.language-opener').press('Enter');
  await names(page).first().waitFor();
  return page;
}

describe('the menu of languages', () => {
  it('stands for the names in large letters where the bar is one row; upright and under small letters each stands in the bar', async () => {
    const page = await open();
    await arrange(page, 'zh-CN', ['elder'], inviting);
    await onEveryScreen(page, async (size, at) => {
      expect(await names(page).first().isVisible(), at).toBe(isUpright(size));
      expect(await page.locator('.language-opener').isVisible(), at).toBe(!isUpright(size));
    });
    await chooseModes(page, []);
    await onEveryScreen(page, async (_size, at) => {
      expect(await names(page).first().isVisible(), at).toBe(true);
      expect(await page.locator('.language-opener').count(), at).toBe(0);
    });
  });

  it.each(ALL_LANGUAGES)(
    'shows all names at once from %s, apart, of 60 dp, on the screen, without a fault that axe finds',
    async (language) => {
      const page = await open();
      await opened(page, language, SEVEN);
      await onEveryScreen(page, async (size, at) => {
        if (isUpright(size)) return;
        const boxes = await boxesOf(page, '.languages .switch');
        expect(boxes.length, at).toBe(5);
        for (const [nth, { x, y, width, height }] of boxes.entries()) {
          expect(Math.min(width, height), at).toBeGreaterThanOrEqual(leastOf(size).targetPx);
          expect(Math.min(x, y, size.width - x - width, size.height - y - height), at).toBeGreaterThanOrEqual(16);
          if (nth > 0) expect(gapBetween(boxes[nth - 1]!, boxes[nth]!), at).toBeGreaterThanOrEqual(8);
        }
        expect(await clippedElements(page), at).toEqual([]);
        expect(await axeViolations(page), at).toEqual([]);
      });
    },
  );

  it('closes with a choice, in whose language the page then is', async () => {
    const page = await opened(await open(), 'zh-CN', SEVEN);
    await page.getByRole('button', { name: 'English' }).press('Enter');
    await page.locator('html[lang=en]').waitFor();
    expect(await names(page).first().isVisible()).toBe(false);
    expect(await page.locator('.language-opener:focus').count()).toBe(1);
  });

  it('is closed when the question comes, over which it lies, and for the next person', async () => {
    const page = await open();
    await page.setViewportSize(SEVEN);
    await arrange(page, 'zh-CN', ['elder'], citizenSamples.serving);
    await page.locator('.language-opener').press('Enter');
    await names(page).first().waitFor();
    await show(page, inviting);
    await page.locator('html[data-elder]').waitFor();
    expect(await names(page).first().isVisible()).toBe(false);
    await page.locator('.language-opener').press('Enter');
    await names(page).first().waitFor();
    await show(page, { ...inviting, visitId: NEXT_VISIT_ID });
    await page.locator('html:not([data-elder])').waitFor();
    await chooseModes(page, ['elder']);
    expect(await names(page).first().isVisible()).toBe(false);
  });

  it('takes no grade away: one touch beside it rates', async () => {
    const page = await openHeld();
    await opened(page, 'zh-CN', SEVEN);
    // A touch just behind another is a bounce.
    await page.clock.runFor(1_000);
    await page.locator('.grade[data-level="5"]').tap();
    await expect.poll(() => fixture.commands).toContainEqual(expect.objectContaining({ type: 'rate', level: 5 }));
    expect(await names(page).first().isVisible()).toBe(false);
  });
});
