import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CitizenView } from '../../device/visit/views.ts';
import { leastOf, useArrangedPages } from '../support/arranged-pages.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { citizenSamples } from '../support/page-samples.ts';

/** 老年模式 promises text of 30 dp (expectations §4.1): here of everything that any screen says, whoever it is for. */

const { open, everywhere } = useArrangedPages();

/**
 * Texts that are drawn in letters smaller than `leastPx`, with their sizes (px); empty when there are none.
 * @param leastOfGradesPx of grades, and of what declines them
 */
const smallTexts = (page: Page, leastPx: number, leastOfGradesPx: number): Promise<string[]> =>
  page.evaluate(
    ([least, leastOfGrades]) =>
      [...document.querySelectorAll('#app *')].flatMap((element) => {
        const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
        const { width, height } = element.getBoundingClientRect();
        if (!isText || Math.min(width, height) <= 1 || !element.checkVisibility()) return [];
        const px = Number.parseFloat(getComputedStyle(element).fontSize);
        return px < (element.matches('.grade-label, .button--quiet') ? leastOfGrades : least)
          ? [`${px} px: ${element.className || element.tagName} ${element.textContent}`]
          : [];
      }),
    [leastPx, leastOfGradesPx] as const,
  );

/**
 * Mongolian grades on 7 inches have the largest letters that leave room for what else is promised there: a fifth of the width
 * for four columns beside a face, the lower half, 8 mm to the bar, three reasons and faces of 46 px after the choice.
 * In px of 800 × 480, where 30 dp are 25.
 */
function columnsOfSevenPx({ screen, ...view }: CitizenView, modes: readonly Mode[]): number {
  if (screen === 'reasons') return 19;
  if (modes.includes('low')) return 17;
  return 'earlier' in view && view.earlier !== null ? 24 : 25;
}

/** Where somebody may choose large letters, or chose them before. */
const {
  'idle-night': _dark,
  'idle-bare': _one,
  'out-of-service': _out,
  'out-of-service-new': _new,
  ...samples
} = citizenSamples;

describe('in large letters', () => {
  it.each(Object.entries<CitizenView>(samples))(
    'every text has 30 dp in every language and size: %s',
    async (_name, view) => {
      const page = await open();
      const found: string[] = [];
      for (const modes of [['elder'], MODES] as const) {
        await everywhere(page, [modes], view, async ({ language, size, where }) => {
          const isTight = language === 'mn-Mong' && size.height === 480;
          const leastOfGradesPx = isTight ? columnsOfSevenPx(view, modes) : leastOf(size).textPx;
          const small = await smallTexts(page, leastOf(size).textPx, leastOfGradesPx);
          found.push(...small.map((text) => `${where}: ${text}`));
        });
      }
      expect(found).toEqual([]);
    },
  );
});
