import type { Page } from 'playwright-core';
import { isSmall, leastOf } from './arranged-pages.ts';
import type { Size } from './browser.ts';
import type { Mode } from './comfort-choices.ts';
import { type Box, boxesOf, gapBetween } from './page-measures.ts';

/** What the five grades must have in millimetres and dp, and what must keep away from them. */

/** Grades that are less than 20 mm, unequal, or nearer to one another than 8 mm; empty when none are. */
export async function gradeFaults(page: Page, size: { height: number }): Promise<string[]> {
  const least = leastOf(size);
  const boxes = await boxesOf(page, '.grade');
  const [first] = boxes;
  return boxes.flatMap((box, index) => {
    const faults: string[] = [];
    if (Math.min(box.width, box.height) < least.side) faults.push(`grade ${index}: ${box.width}×${box.height}`);
    if (Math.abs(box.width - first!.width) > 0.1 || Math.abs(box.height - first!.height) > 0.1) faults.push('unequal');
    const before = boxes[index - 1];
    if (before === undefined) return faults;
    const gap = Math.max(box.x - before.x - before.width, box.y - before.y - before.height);
    return gap < least.gap - 0.5 ? [...faults, `gap ${gap}`] : faults;
  });
}

/** As `gradeFaults`, in millimetres of a panel that has `dpi` CSS pixels to an inch; of a gap half a pixel may be rounded. */
export async function gradeFaultsMm(page: Page, dpi: number): Promise<string[]> {
  const mm = (px: number) => (px / dpi) * 25.4;
  const boxes = await boxesOf(page, '.grade');
  const [first] = boxes;
  const isUnequal = boxes.some(
    ({ width, height }) => Math.abs(width - first!.width) > 0.1 || Math.abs(height - first!.height) > 0.1,
  );
  const side = mm(Math.min(...boxes.flatMap(({ width, height }) => [width, height])));
  const gaps = boxes.flatMap((box, index) => boxes.slice(index + 1).map((other) => gapBetween(box, other)));
  return [
    ...(boxes.length === 5 ? [] : [`${boxes.length} grades`]),
    ...(isUnequal ? ['unequal'] : []),
    ...(side < 20 ? [`grades of ${side.toFixed(1)} mm`] : []),
    ...(mm(Math.min(...gaps) + 0.5) < 8 ? [`gaps of ${mm(Math.min(...gaps)).toFixed(1)} mm`] : []),
  ];
}

/**
 * Controls besides the grades, and how near a grade they may be. On 7 inches there is no room for 8 mm and a code that
 * phones read; whoever touches the code aims at its middle, which is 4.5 mm + half of the code away.
 */
export async function nearAGrade(page: Page, size: { height: number }): Promise<string[]> {
  const grades = await boxesOf(page, '.grade');
  const { gap, codeGap } = leastOf(size);
  const others = [
    { selector: '#app :is(button, a, input, textarea):not(.grade, .phone-code)', least: gap },
    { selector: '.phone-code', least: codeGap },
  ];
  const faults: string[] = [];
  for (const { selector, least } of others) {
    for (const [index, box] of (await boxesOf(page, selector)).entries()) {
      const nearest = Math.min(...grades.map((grade) => gapBetween(grade, box)));
      if (nearest < least - 0.5) faults.push(`${selector} ${index} is ${nearest} px from a grade`);
    }
  }
  return faults;
}

/** Texts smaller than `textPx` and switches or buttons lower than `targetPx`; marks and the hall's name are neither. */
export function tooSmall(page: Page, { textPx, targetPx }: { textPx: number; targetPx: number }): Promise<string[]> {
  return page.evaluate(
    ([least, target]) => {
      const faults: string[] = [];
      for (const element of document.querySelectorAll('main *')) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
        const size = Number.parseFloat(getComputedStyle(element).fontSize);
        const shown = element.getBoundingClientRect().width > 0;
        if (own && shown && size < least) faults.push(`${size}px: ${element.textContent}`);
      }
      for (const control of document.querySelectorAll('button')) {
        const { width, height } = control.getBoundingClientRect();
        if (width > 0 && Math.min(width, height) < target - 0.5)
          faults.push(`${width}×${height}: ${control.textContent}`);
      }
      return faults;
    },
    [textPx, targetPx] as const,
  );
}

/**
 * Grades that somebody who reaches no higher than the middle of the screen cannot touch. On 7 inches the largest letters
 * of most scripts need more than the lower half: there a whole target of each, 20 mm, stands in it. Of the upper of two
 * rows, which whole words of English need and two of 20 mm, 8 mm apart, leave no more: 15 mm, and as large an area.
 */
export async function beyondReach(page: Page, size: Size, modes: readonly Mode[]): Promise<string[]> {
  if (!modes.includes('low')) return [];
  const isTight = isSmall(size) && modes.includes('elder');
  const { side } = leastOf(size);
  const grades = await boxesOf(page, '.grade');
  const isRow = new Set(grades.map(({ y }) => y)).size === 1;
  const isBeyond = ({ y, width, height }: Box) => {
    const reachedPx = y + height - size.height / 2;
    return isTight ? reachedPx < side * (isRow ? 1 : 0.75) || reachedPx * width < side ** 2 : y < size.height / 2 - 0.5;
  };
  return grades.filter(isBeyond).map(({ y, height }, index) => `grade ${index} from ${y} to ${y + height}`);
}

/**
 * Space (px) between the ink of each grade's lowest line, with the strokes that hang from its letters, and what is under it:
 * the stars, or the border of the button where they stand over the words; any where they stand beside the words.
 */
export const inkAboveStars = (page: Page): Promise<number[]> =>
  page.locator('.grade').evaluateAll((grades) =>
    grades.map((grade) => {
      const label = grade.querySelector('.grade-label')!;
      const brush = document.createElement('canvas').getContext('2d')!;
      const { fontWeight, fontSize, fontFamily } = getComputedStyle(label);
      brush.font = `${fontWeight} ${fontSize} ${fontFamily}`;
      const ink = brush.measureText(label.textContent ?? '');
      const letters = document.createRange();
      letters.selectNodeContents(label.querySelector('.word:last-of-type') ?? label);
      const baseline = letters.getBoundingClientRect().bottom - ink.fontBoundingBoxDescent;
      const stars = grade.querySelector('.stars')!.getBoundingClientRect();
      const words = letters.getBoundingClientRect();
      if (stars.left >= words.right || stars.right <= words.left) return Number.POSITIVE_INFINITY;
      const border =
        grade.getBoundingClientRect().bottom - Number.parseFloat(getComputedStyle(grade).borderBottomWidth);
      return (stars.bottom > baseline ? stars.top : border) - baseline - ink.actualBoundingBoxDescent;
    }),
  );

/** Size of the letters (px) of each grade, best first as they stand. */
export const gradeLetters = (page: Page): Promise<number[]> =>
  page
    .locator('.grade-label')
    .evaluateAll((labels) => labels.map((label) => Number.parseFloat(getComputedStyle(label).fontSize)));

/** Sides (px) of the faces and lengths of their rows (or columns) of stars, best first as they stand. */
export const faceSizes = (page: Page): Promise<{ face: number; stars: number }[]> =>
  page.locator('.grade').evaluateAll((grades) =>
    grades.map((grade) => {
      const { width, height } = grade.querySelector('.face')!.getBoundingClientRect();
      const stars = grade.querySelector('.stars')!.getBoundingClientRect();
      return { face: Math.min(width, height), stars: Math.max(stars.width, stars.height) };
    }),
  );

/** Space (px) from the ink of `selector`, with the strokes that hang from its letters, down to `edgeY`. */
export const inkUnder = (page: Page, selector: string, edgeY: number): Promise<number> =>
  page.locator(selector).evaluate((element, edge) => {
    const brush = document.createElement('canvas').getContext('2d')!;
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(element);
    brush.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    const ink = brush.measureText(element.textContent ?? '');
    const letters = document.createRange();
    letters.selectNodeContents(element);
    const lines = [...letters.getClientRects()];
    const baseline = Math.max(...lines.map(({ bottom }) => bottom)) - ink.fontBoundingBoxDescent;
    return edge - baseline - ink.actualBoundingBoxDescent;
  }, edgeY);

/** Space (px) between the ink of the question and the grades. */
export async function inkAboveGrades(page: Page): Promise<number> {
  const [grades] = await boxesOf(page, '.grades');
  return inkUnder(page, '.question h1', grades!.y);
}

/**
 * Least space (px) between the ink of each grade's words and the inner side of its border, along their lines: to the left
 * and right, of columns above and below. A letter's ink is not its advance, so each line is measured by itself.
 */
export const inkBesideWords = (page: Page): Promise<number[]> =>
  page.locator('.grade').evaluateAll((grades) => {
    const brush = document.createElement('canvas').getContext('2d')!;
    return grades.map((grade) => {
      const label = grade.querySelector('.grade-label')!;
      const style = getComputedStyle(label);
      const { fontSize, fontFamily, writingMode, direction } = style;
      // A canvas knows no font-synthesis: of a script of one weight it would draw a smeared bold, which the page does not.
      const weight = style.fontSynthesisWeight === 'none' ? 400 : style.fontWeight;
      brush.font = `${weight} ${fontSize} ${fontFamily}`;
      brush.letterSpacing = style.letterSpacing === 'normal' ? '0px' : style.letterSpacing;
      brush.direction = direction as CanvasDirection;
      brush.textAlign = 'left';
      const isRows = writingMode === 'horizontal-tb';
      const box = grade.getBoundingClientRect();
      const edge = Number.parseFloat(getComputedStyle(grade).borderTopWidth);
      const [from, to] = isRows ? [box.left + edge, box.right - edge] : [box.top + edge, box.bottom - edge];
      const spaces = linesOf(label, isRows).map((line) => {
        const ink = brush.measureText(line.text.trim());
        return Math.min(line.from - ink.actualBoundingBoxLeft - from, to - line.from - ink.actualBoundingBoxRight);
      });
      return Math.min(...spaces);
    });

    /** The letters of each line, and where along it they begin. */
    function linesOf(label: Element, isRows: boolean): { text: string; across: number; from: number }[] {
      const lines: { text: string; across: number; from: number }[] = [];
      const walker = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        for (const [at, sign] of (node.nodeValue ?? '').split('').entries()) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          const rect = range.getBoundingClientRect();
          if (sign.trim() === '' && lines.length === 0) continue;
          const across = isRows ? rect.top : rect.left;
          const from = isRows ? rect.left : rect.top;
          const line = lines.at(-1);
          const isSame = line !== undefined && (rect.width + rect.height === 0 || Math.abs(line.across - across) < 4);
          if (isSame) {
            line.text += sign;
            if (rect.width > 0 && rect.height > 0 && sign.trim() !== '') line.from = Math.min(line.from, from);
          } else lines.push({ text: sign, across, from });
        }
      }
      return lines;
    }
  });
