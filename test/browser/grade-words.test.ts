import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CitizenView } from '../../device/visit/views.ts';
import { ALL_LANGUAGES, isSmall, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { MODES } from '../support/comfort-choices.ts';
import { gradeLetters, inkAboveStars, inkBesideWords } from '../support/grade-measures.ts';
import { misplacedGradeParts } from '../support/page-measures.ts';
import { inviting, reasons } from '../support/page-samples.ts';
import { brokenWords } from '../support/page-typography.ts';

/** The words on the five buttons have air around them, measured from the ink of their letters. */

const { open, show, arrange } = useArrangedPages();

/** Columns run down the whole button and have measures of their own (columns.test.ts). */
const IN_ROWS = ALL_LANGUAGES.filter((language) => language !== 'mn-Mong');
const WAYS = [[], ['elder'], ['low'], MODES] as const;
/** Less a tenth for lines that begin between two pixels. */
const AIR_PX = 7.9;

/** What `measure` finds nearer than 8 px, in every language written in rows, in every mode and size. */
async function nearer(
  page: Page,
  measure: (page: Page) => Promise<number[]>,
  views: readonly CitizenView[],
  concerns: (modes: readonly string[], size: Size) => boolean = () => true,
): Promise<string[]> {
  const found: string[] = [];
  for (const language of IN_ROWS) {
    for (const modes of WAYS) {
      await arrange(page, language, modes, inviting);
      for (const view of views) {
        await show(page, view);
        const see = async (size: Size, at: string) => {
          if (!concerns(modes, size)) return;
          for (const [index, px] of (await measure(page)).entries()) {
            if (px < AIR_PX)
              found.push(`${language} ${modes.join()} ${view.screen} ${at}, ${index}: ${px.toFixed(1)} px`);
          }
        };
        await onEveryScreen(page, see, ALL_SIZES);
      }
    }
  }
  return found;
}

describe('the words of the grades', () => {
  it('keep 8 px from the border of their button, in every language written in rows, every mode and size', async () => {
    expect(await nearer(await open(), inkBesideWords, [inviting, reasons])).toEqual([]);
  });

  it('have letters of 30 dp in 老年模式 after the choice too, whole, in every language; columns on 7 inches have no room', async () => {
    const page = await open();
    const found: string[] = [];
    for (const language of ALL_LANGUAGES) {
      for (const modes of [['elder'], MODES] as const) {
        await arrange(page, language, modes, reasons);
        const see = async (size: Size, at: string) => {
          const smallest = Math.min(...(await gradeLetters(page)));
          const faults = [...(await brokenWords(page)), ...(await misplacedGradeParts(page))];
          if (smallest < leastOf(size).textPx - 0.1) faults.push(`${smallest} px`);
          const hasRoom = !isSmall(size) || language !== 'mn-Mong';
          if (hasRoom) found.push(...faults.map((fault) => `${language} ${modes.join()} ${at}: ${fault}`));
        };
        await onEveryScreen(page, see, ALL_SIZES);
      }
    }
    expect(found).toEqual([]);
  });

  it('break in Chinese after a word alone', async () => {
    const page = await open();
    for (const modes of WAYS) {
      await arrange(page, 'zh-CN', modes, inviting);
      for (const view of [inviting, reasons]) {
        await show(page, view);
        expect(await page.locator('[data-level="1"] .word').allInnerTexts()).toEqual(['非常', '不满意']);
        const see = async (_size: Size, at: string) =>
          expect(await brokenWords(page), `${view.screen} ${modes.join()} ${at}`).toEqual([]);
        await onEveryScreen(page, see, ALL_SIZES);
      }
    }
  });

  it('keep 8 px from the stars in the largest letters on 7 inches, also the last of three lines', async () => {
    const isTight = (modes: readonly string[], size: Size) => modes.includes('elder') && isSmall(size);
    expect(await nearer(await open(), inkAboveStars, [inviting], isTight)).toEqual([]);
  });

  it('keep 8 px from the stars after the choice, also the last of three lines of Uyghur', async () => {
    const page = await open();
    for (const modes of [['elder'], MODES] as const) {
      await arrange(page, 'ug', modes, reasons);
      const see = async (size: Size, at: string) => {
        const px = Math.min(...(await inkAboveStars(page)));
        if (!isSmall(size) && size.width > size.height)
          expect(px, `${modes.join()} ${at}`).toBeGreaterThanOrEqual(AIR_PX);
      };
      await onEveryScreen(page, see, ALL_SIZES);
    }
  });
});
