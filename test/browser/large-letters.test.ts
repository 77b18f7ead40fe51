import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CitizenView } from '../../device/visit/views.ts';
import { leastOf, type Seen, useArrangedPages } from '../support/arranged-pages.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { citizenSamples, inviting, reasons } from '../support/page-samples.ts';

/**
 * 老年模式 promises text of 30 dp (expectations §4.1): of all that is said at rest and in a visit, with the large code and the keys
 * open. Not asked: the official page in its frame, and the screens on which nobody can have chosen large letters.
 */

const { open, everywhere } = useArrangedPages();

interface LeastPx {
  text: number;
  /** Of the words of a grade. */
  grade: number;
  /** Of what declines all of them. */
  decline: number;
}

/** Texts that are drawn in smaller letters, with their sizes (px); empty when there are none. */
const smallTexts = (page: Page, leastPx: LeastPx): Promise<string[]> =>
  page.evaluate(
    ({ text, grade, decline }) =>
      [...document.querySelectorAll('#app *')].flatMap((element) => {
        const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
        const { width, height } = element.getBoundingClientRect();
        if (!isText || Math.min(width, height) <= 1 || !element.checkVisibility()) return [];
        // The Latin letter in the corner of a Mongolian key, whose own letter is asked: for two of 30 dp a key is too small.
        if (element.matches('.key-hint')) return [];
        const least = element.matches('.grade-label') ? grade : element.matches('.button--quiet') ? decline : text;
        const px = Number.parseFloat(getComputedStyle(element).fontSize);
        return px < least ? [`${px} px: ${element.className || element.tagName} ${element.textContent}`] : [];
      }),
    leastPx,
  );

/**
 * Mongolian grades on 7 inches have the largest letters that leave room for what else is promised there: a fifth of the width
 * for four columns beside a face, the lower half, 8 mm to the bar, three reasons and faces of 46 px after the choice.
 * In px of 800 × 480, where 30 dp are 25.
 */
function columnsOfSeven({ screen, ...view }: CitizenView, modes: readonly Mode[]): LeastPx {
  if (screen === 'reasons') return { text: 25, grade: 25, decline: 25 };
  if (modes.includes('low')) return { text: 25, grade: 20, decline: 17 };
  return { text: 25, grade: 'earlier' in view && view.earlier !== null ? 24 : 25, decline: 25 };
}

function leastPxOf({ language, size }: Seen, view: CitizenView, modes: readonly Mode[]): LeastPx {
  if (language === 'mn-Mong' && size.height === 480) return columnsOfSeven(view, modes);
  const { textPx } = leastOf(size);
  return { text: textPx, grade: textPx, decline: textPx };
}

/** Where somebody may choose large letters, or chose them before. */
const {
  'idle-night': _dark,
  'idle-bare': _one,
  'out-of-service': _out,
  'out-of-service-new': _new,
  ...samples
} = citizenSamples;

/** Texts of `view` that are too small, in every language, size and under large letters alone and with all else. */
async function tooSmall(view: CitizenView, unfold: (page: Page) => Promise<void>): Promise<string[]> {
  const page = await open();
  const found: string[] = [];
  for (const modes of [['elder'], MODES] as const) {
    await everywhere(page, [modes], view, async (seen) => {
      await unfold(page);
      const small = await smallTexts(page, leastPxOf(seen, view, modes));
      found.push(...small.map((text) => `${seen.where}: ${text}`));
    });
  }
  return found;
}

/** Touches the first of `selector` that is there, unless `unfolded` is there already. */
const unfolding = (selector: string, unfolded: string) => async (page: Page) => {
  if ((await page.locator(unfolded).count()) === 0)
    await page
      .locator(selector)
      .first()
      .evaluate((control: HTMLElement) => control.click());
  await page.locator(unfolded).waitFor();
};

describe('in large letters every text has 30 dp in every language and size', () => {
  it.each(Object.entries<CitizenView>(samples))('%s', async (_name, view) => {
    expect(await tooSmall(view, () => Promise.resolve())).toEqual([]);
  });

  it('the large code', async () => {
    expect(await tooSmall(inviting, unfolding('.phone-open, .phone-code', '.large-code'))).toEqual([]);
  });

  it('the keys of a remark', async () => {
    expect(await tooSmall(reasons, unfolding('#comment', '.keys'))).toEqual([]);
  });
});
