import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, isSmall, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { MODES } from '../support/comfort-choices.ts';
import { inkUnder } from '../support/grade-measures.ts';
import { boxesOf, clippedElements, gapBetween, missedAtOnce } from '../support/page-measures.ts';
import { inviting } from '../support/page-samples.ts';
import { nearTheEdge } from '../support/page-typography.ts';

/** The bar over the citizen's page: marks, switches and the window's number, measured in every language and size. */

const { open, show, arrange, everywhere } = useArrangedPages();

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

  it('keeps the feet of letters within the frame of a mark in large letters beyond 7 inches', async () => {
    const page = await open();
    await everywhere(page, [['elder'], MODES], inviting, async ({ size, where }) => {
      if (isSmall(size)) return;
      for (const [nth, { y, height }] of (await boxesOf(page, '.marks .mark')).entries())
        expect(await inkUnder(page, `.marks .mark >> nth=${nth}`, y + height), where).toBeGreaterThanOrEqual(2);
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

  it('stands 18 px over question and code in large letters where these lie beside each other', async () => {
    const page = await open();
    await everywhere(page, [['elder'], MODES], inviting, async ({ language, size, where }) => {
      if (language === 'mn-Mong' || isSmall(size) || size.width < size.height) return;
      const [bar] = await boxesOf(page, '.top-bar');
      for (const { y } of await boxesOf(page, '.question, .phone'))
        expect(y - bar!.y - bar!.height, where).toBeGreaterThanOrEqual(17.5);
    });
  });

  it('has on 7 inches the largest letters that leave room for hall, marks and every switch', async () => {
    const page = await open();
    const fontsOf = (selector: string) =>
      page
        .locator(selector)
        .evaluateAll((texts) => texts.map((text) => Number.parseFloat(getComputedStyle(text).fontSize)));
    for (const language of ALL_LANGUAGES) {
      await arrange(page, language, ['elder'], inviting);
      const see = async ({ height }: Size, at: string) => {
        const unit = height / 480;
        const where = `${language} ${at}`;
        const inRows = await fontsOf('.switch[lang]:not([data-lines=columns])');
        expect(Math.min(...inRows, ...(await fontsOf('.hall'))), where).toBeGreaterThanOrEqual(20 * unit);
        expect(Math.min(...(await fontsOf('.switch[data-lines=columns]'))), where).toBeGreaterThanOrEqual(15 * unit);
        const marks = await fontsOf('.marks .mark');
        expect(marks.length, where).toBeGreaterThan(0);
        // "Pending approval" is as long as seven Chinese signs.
        expect(Math.min(...marks), where).toBeGreaterThanOrEqual((language === 'en' ? 13 : 16) * unit);
      };
      await onEveryScreen(page, see, ALL_SIZES.filter(isSmall));
    }
  });

  it('shows all of a hall with a long name in large letters too', async () => {
    const page = await open();
    const long = { ...inviting, window: { ...inviting.window, hall: '青城市新城区政务服务中心不动产登记分中心' } };
    for (const language of ALL_LANGUAGES) {
      await arrange(page, language, ['elder'], inviting);
      await show(page, long);
      await page.getByText(long.window.hall).waitFor();
      const see = async (_size: Size, at: string) => {
        expect(await clippedElements(page), `${language} ${at}`).toEqual([]);
        expect([...(await missedAtOnce(page)), ...(await nearTheEdge(page))], `${language} ${at}`).toEqual([]);
      };
      await onEveryScreen(page, see, ALL_SIZES.filter(isSmall));
    }
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
