import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { isSmall, leastOf, useArrangedPages } from '../support/arranged-pages.ts';
import { MODES } from '../support/comfort-choices.ts';
import { boxesOf, gapBetween } from '../support/page-measures.ts';
import { inviting } from '../support/page-samples.ts';

/** The bar over the citizen's page: marks, switches and the window's number, measured in every language and size. */

const { open, everywhere } = useArrangedPages();

describe('the bar over the page', () => {
  it('is as high in every language, in every way to have the screen', async () => {
    const page = await open();
    for (const modes of [[], ['elder'], ['low'], MODES] as const) {
      const heights = new Map<string, number>();
      await everywhere(page, [modes], inviting, async ({ language, at, where }) => {
        const [bar] = await boxesOf(page, '.top-bar');
        if (language === 'zh-CN') heights.set(at, bar!.height);
        expect(bar!.height, where).toBeCloseTo(heights.get(at)!, 0);
      });
    }
  });

  it('keeps its marks apart in large letters, and the number of the window from the last switch', async () => {
    const page = await open();
    await everywhere(page, [['elder'], MODES], inviting, async ({ at, where }) => {
      const [first, second] = await boxesOf(page, '.marks .mark');
      if (second !== undefined) expect(gapBetween(first!, second), where).toBeGreaterThanOrEqual(4);
      const [number] = await boxesOf(page, '.window-tag');
      const nearest = Math.min(...(await boxesOf(page, '.switch')).map((one) => gapBetween(number!, one)));
      expect(nearest, where).toBeGreaterThanOrEqual(at === 'at 800 × 1280' ? 8 : 16);
    });
  });

  it('is in letters of 30 dp in large letters beyond 7 inches, but for the Mongolian name where the bar is one row', async () => {
    const page = await open();
    await everywhere(page, [['elder'], MODES], inviting, async ({ size, where }) => {
      if (isSmall(size)) return;
      // In letters of 30 dp the word is 84 px high, and the question has not 20 px to give (elder.css).
      const leastOfColumnPx = size.height === 800 ? 22 : leastOf(size).textPx;
      for (const { text, px, isColumn } of await headerLetters(page))
        expect(px, `${where} ${text}`).toBeGreaterThanOrEqual(isColumn ? leastOfColumnPx : leastOf(size).textPx);
    });
  });
});

/** Size of the letters (px) of each text of the bar, and whether it stands in a column. */
const headerLetters = (page: Page): Promise<{ text: string | null; px: number; isColumn: boolean }[]> =>
  page.locator('.top-bar :is(.hall, .mark, .switch > span, .window-tag strong)').evaluateAll((texts) =>
    texts.map((text) => {
      const { fontSize, writingMode } = getComputedStyle(text);
      return {
        text: text.textContent,
        px: Number.parseFloat(fontSize),
        isColumn: writingMode === 'vertical-lr',
      };
    }),
  );
