import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  ALL_LANGUAGES,
  isSmall,
  leastOf,
  onEveryScreen,
  opensByButton,
  useArrangedPages,
} from '../support/arranged-pages.ts';
import { OTHER_SIZES, type Size } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { beyondReach, gradeFaults, gradeLetters, nearAGrade, tooSmall } from '../support/grade-measures.ts';
import { looks } from '../support/page-looks.ts';
import { boxesOf } from '../support/page-measures.ts';
import { inviting, reasons, thanks } from '../support/page-samples.ts';
import { cutItemNames } from '../support/page-typography.ts';
import { choicesAbove, turnedThrough } from '../support/reason-measures.ts';

/** Panels that halls have besides the four every page is looked at on: 7 to 10.1 inches, and 21.5 upright. */

const { open, show, arrange } = useArrangedPages();

const WAYS: readonly (readonly Mode[])[] = [[], ['elder'], ['low'], MODES];
/** Of the longest token in a code, with its quiet zone. */
const MODULES = Number(/viewBox="0 0 (\d+)/.exec(inviting.qrSvg)?.[1]);

/** The least pixels of a module of the code: in large letters in the lower half, on 7 inches, the words take its room. */
function leastModulePx(size: Size, modes: readonly Mode[]): number {
  if (!isSmall(size)) return 4;
  return modes.length === 0 ? 2.5 : 2;
}

/** The code in fewer pixels a module than its screen has room for. */
async function coarseCode(page: Page, language: string, modes: readonly Mode[], size: Size): Promise<string[]> {
  if (opensByButton(language, modes, size)) return [];
  const [code] = await boxesOf(page, '.phone img');
  const modulePx = Math.min(code!.width, code!.height) / MODULES;
  return modulePx < leastModulePx(size, modes) ? [`code: ${modulePx} px a module`] : [];
}

/** The hall's name squeezed to a column of single signs. */
async function squeezedHall(page: Page): Promise<string[]> {
  const squeezed = await page.locator('.hall').evaluate((hall) => {
    const { fontSize } = getComputedStyle(hall);
    return hall.getBoundingClientRect().width < 4 * Number.parseFloat(fontSize);
  });
  return squeezed ? ['hall squeezed'] : [];
}

async function questionFaults(page: Page, language: string, modes: readonly Mode[], size: Size): Promise<string[]> {
  const isLarge = modes.includes('elder');
  const faults = [
    await looks(page),
    await squeezedHall(page),
    await gradeFaults(page, size),
    await nearAGrade(page, size),
    await cutItemNames(page),
    await beyondReach(page, size, modes),
    await coarseCode(page, language, modes, size),
    isLarge ? await tooSmall(page, leastOf(size)) : [],
    isSmall(size) || (await page.locator('.hint').isVisible()) ? [] : ['no hint'],
  ];
  return faults.flat();
}

/** Every reason found, none in parts, and on the larger screen without a turn and as low as asked for. */
async function reasonFaults(page: Page, language: string, modes: readonly Mode[], size: Size): Promise<string[]> {
  const views = await turnedThrough(page);
  const parts = views.flatMap(({ tight, cut }) => [...tight, ...cut].map((text) => `in parts: ${text}`));
  const found = new Set(views.flatMap(({ whole }) => whole)).size;
  const isLow = modes.includes('low') && !isSmall(size);
  return [
    ...(await looks(page)),
    ...parts,
    ...(found === reasons.choices.length ? [] : [`${found} reasons found`]),
    ...(isSmall(size) || views.length === 1 ? [] : ['turned']),
    ...(isLow ? await choicesAbove(page, size.height / 2) : []),
    // Five columns are as high as the reasons under them.
    ...(isLow && language !== 'mn-Mong' ? await beyondReach(page, size, modes) : []),
  ];
}

describe.each(ALL_LANGUAGES)('on 1024 × 600 and upright on 1080 × 1920 in %s', (language) => {
  it('question, reasons and thanks are whole, in grades of 20 mm, in every way to have the screen', async () => {
    const page = await open();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const ordinary = new Map<string, number[]>();
    const faults: string[] = [];
    for (const modes of WAYS) {
      const name = (what: string, at: string) => (fault: string) => `${what} ${modes.join()} ${at}: ${fault}`;
      await arrange(page, language, modes, inviting);
      const seeQuestion = async (size: Size, at: string) => {
        faults.push(...(await questionFaults(page, language, modes, size)).map(name('question', at)));
        const letters = await gradeLetters(page);
        const before = ordinary.get(at) ?? letters;
        ordinary.set(at, before);
        if (letters.some((px, index) => px < before[index]!)) faults.push(name('question', at)('words smaller'));
      };
      await onEveryScreen(page, seeQuestion, OTHER_SIZES);
      await show(page, reasons);
      const seeReasons = async (size: Size, at: string) =>
        void faults.push(...(await reasonFaults(page, language, modes, size)).map(name('reasons', at)));
      await onEveryScreen(page, seeReasons, OTHER_SIZES);
      await show(page, thanks);
      const seeThanks = async (_size: Size, at: string) =>
        void faults.push(...(await looks(page)).map(name('thanks', at)));
      await onEveryScreen(page, seeThanks, OTHER_SIZES);
    }
    expect(faults).toEqual([]);
  });
});
