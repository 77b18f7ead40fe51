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
      const nearest = Math.min(...(await boxesOf(page, '.switch:visible')).map((one) => gapBetween(number!, one)));
      expect(nearest, where).toBeGreaterThanOrEqual(at === 'at 800 × 1280' ? 8 : 16);
    });
  });

  it('keeps the feet of letters within the frame of a mark in large letters', async () => {
    const page = await open();
    await everywhere(page, [['elder'], MODES], inviting, async ({ size, where }) => {
      // A mark on 7 inches has no border on which they could lie.
      for (const [nth, { y, height }] of (await boxesOf(page, '.marks .mark')).entries())
        expect(await inkUnder(page, `.marks .mark >> nth=${nth}`, y + height), where).toBeGreaterThanOrEqual(
          isSmall(size) ? 1 : 2,
        );
    });
  });

  it('is in letters of 30 dp in large letters, the names of languages too', async () => {
    const page = await open();
    await everywhere(page, [['elder'], MODES], inviting, async ({ size, where }) => {
      const letters = await headerLetters(page);
      expect(letters.length, where).toBeGreaterThanOrEqual(9);
      for (const { text, px } of letters) expect(px, `${where} ${text}`).toBeGreaterThanOrEqual(leastOf(size).textPx);
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

  it.each([
    ['青城市新城区政务服务中心不动产登记分中心', 30],
    ['内蒙古自治区青城市新城区政务服务中心不动产登记处', 24],
  ])('shows all of the hall %s in large letters on 7 inches, of %i dp, in a bar no higher', async (hall, dp) => {
    const page = await open();
    const view = { ...inviting, window: { ...inviting.window, hall } };
    for (const language of ALL_LANGUAGES) {
      await arrange(page, language, ['elder'], inviting);
      await page.setViewportSize({ width: 800, height: 480 });
      const [usual] = await boxesOf(page, '.top-bar');
      await show(page, view);
      await page.getByText(hall).waitFor();
      const [bar] = await boxesOf(page, '.top-bar');
      expect(bar!.height, language).toBeCloseTo(usual!.height, 0);
      const see = async (size: Size, at: string) => {
        const letters = (await headerLetters(page)).find(({ text }) => text === hall);
        expect(letters!.px, `${language} ${at}`).toBeGreaterThanOrEqual((leastOf(size).textPx * dp) / 30);
        expect(await clippedElements(page), `${language} ${at}`).toEqual([]);
        expect([...(await missedAtOnce(page)), ...(await nearTheEdge(page))], `${language} ${at}`).toEqual([]);
      };
      await onEveryScreen(page, see, ALL_SIZES.filter(isSmall));
    }
  });
});

/** Size of the letters (px) of each text of the bar and its menu. */
const headerLetters = (page: Page): Promise<{ text: string | null; px: number }[]> =>
  page
    .locator('.top-bar :is(.hall, .mark, .switch > span, .window-tag strong)')
    .evaluateAll((texts) =>
      texts.map((text) => ({ text: text.textContent, px: Number.parseFloat(getComputedStyle(text).fontSize) })),
    );
