import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { namedStep } from './named-step.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with the page as it stands: rule and element, empty when nothing. */
export async function axeViolations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    // Every rule on every element; only what nobody reads is left out: what passed, and a selector for each element.
    const { violations } = await axe.run(document, { resultTypes: ['violations'], selectors: false, elementRef: true });
    return violations.flatMap(({ id, nodes }) =>
      nodes.filter(({ element }) => !onlyHyphenated(id, element)).map(({ html }) => `${id}: ${html}`),
    );

    /** axe takes U+00AD for a letter that one sees: with it "dis\u00adsatisfied" would not be the name "dissatisfied". */
    function onlyHyphenated(id: string, element: HTMLElement | undefined): boolean {
      if (id !== 'label-content-name-mismatch' || element === undefined) return false;
      const seen = element.innerText.replaceAll('\u00ad', '').trim();
      return seen !== '' && (element.getAttribute('aria-label') ?? '').includes(seen);
    }
  });
}

/**
 * Resolves when the page is painted, its fonts are there and no transition runs: a colour or a size half-way between two
 * states is neither's fault. A letter asks for its font when it is first laid out, so that comes before the question.
 */
export async function atRest(page: Page): Promise<void> {
  const rest = page.evaluate(async () => {
    const moving = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
    do {
      await new Promise(requestAnimationFrame);
      document.documentElement.getBoundingClientRect();
      await document.fonts.ready;
      // One that is turned round on its way ends, and another begins.
      await Promise.allSettled(moving().map((one) => one.finished));
    } while (document.fonts.status === 'loading' || moving().length > 0);
  });
  await namedStep('that the page is painted, has its fonts and rests', rest);
}

/** What moves without an end: it would blink. Empty when nothing does. */
export const endlessMotion = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    document.getAnimations().flatMap(({ effect }) => {
      if (effect?.getTiming().iterations !== Number.POSITIVE_INFINITY) return [];
      return [(effect as KeyframeEffect).target?.outerHTML.slice(0, 120) ?? 'nothing'];
    }),
  );

/** Places where long names end in an ellipsis on purpose, and what a person may scroll. */
const MAY_CUT =
  '.item-name, .hall, .case-item, .items li, .items li *, .tags, .tags *, .candidate-list, .candidate-list *, .letters, textarea, .visually-hidden, .staff-window span';

/** Elements that are cut off, spill over or lie outside the screen; empty when nothing does. */
export async function clippedElements(page: Page): Promise<string[]> {
  await atRest(page);
  return page.evaluate((mayCut) => {
    const faults: string[] = [];
    const name = (element: Element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class')}`;
    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth > innerWidth || scrollHeight > innerHeight) faults.push(`page ${scrollWidth}×${scrollHeight}`);
    for (const element of document.querySelectorAll('#app *:not(svg *)')) {
      const box = element.getBoundingClientRect();
      if (element.matches(mayCut) || box.width === 0 || box.height === 0) continue;
      const outside = box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
      if (outside) faults.push(`outside: ${name(element)}`);
      const { display, overflowX, overflowY, writingMode } = getComputedStyle(element);
      if (display === 'inline') continue;
      const wide = element.scrollWidth - element.clientWidth;
      const high = element.scrollHeight - element.clientHeight;
      const [along, across] = writingMode === 'horizontal-tb' ? [wide, high] : [high, wide];
      if (along > 2) faults.push(`too long (${overflowX}): ${name(element)}`);
      // Letters are taller than their line box in most fonts; that alone is cut off only where overflow is.
      if (overflowY !== 'visible' && across > 1) faults.push(`too many lines: ${name(element)}`);
    }
    return faults;
  }, MAY_CUT);
}

/** Texts whose contrast with their ground is below `least` (WCAG ratio); empty when none. */
export async function lowContrast(page: Page, selector: string, least: number): Promise<string[]> {
  await atRest(page);
  return page.evaluate(
    ([what, limit]) => {
      const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const luminance = (color: string): number => {
        if (brush === null) return 0;
        brush.fillStyle = color;
        brush.fillRect(0, 0, 1, 1);
        const linear = [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3).map((byte) => {
          const part = byte / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
      };
      const groundOf = (element: Element): string => {
        for (let at: Element | null = element; at !== null; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (!/(?:, |\/ )0\)$/.test(backgroundColor)) return backgroundColor;
        }
        return 'white';
      };
      const faults: string[] = [];
      for (const element of document.querySelectorAll(what)) {
        const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
        if (!hasText || element.matches(':disabled')) continue;
        const [a, b] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < limit) faults.push(`${ratio.toFixed(1)}: ${element.textContent}`);
      }
      return faults;
    },
    [selector, least] as const,
  );
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Boxes of all elements that match, in document order, in CSS pixels. */
export function boxesOf(page: Page, selector: string): Promise<Box[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    }),
  );
}

/** The space between two boxes that stand side by side or one above the other; negative where they overlap. */
export function gapBetween(a: Box, b: Box): number {
  const across = Math.max(b.x - (a.x + a.width), a.x - (b.x + b.width));
  const down = Math.max(b.y - (a.y + a.height), a.y - (b.y + b.height));
  return Math.max(across, down);
}

/** What stands outside the margins that the header has at both sides; empty when nothing does. */
export async function outsideMargin(page: Page): Promise<string[]> {
  await atRest(page);
  return page.evaluate(() => {
    const bar = document.querySelector('.top-bar')!;
    const { left, right } = bar.getBoundingClientRect();
    const { paddingLeft, paddingRight } = getComputedStyle(bar);
    const [from, to] = [left + Number.parseFloat(paddingLeft), right - Number.parseFloat(paddingRight)];
    return [...document.querySelectorAll('.screen > * *:not(svg *, .visually-hidden, .tag-list)')]
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && (box.left < from - 0.5 || box.right > to + 0.5))
      .map(({ element, box }) => `${element.tagName} ${element.className} from ${box.left} to ${box.right}`);
  });
}

/** What a person must see at once and does not: the whole name of the hall, the window's number, the way not to say why. */
export function missedAtOnce(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const hall = document.querySelector('.hall');
    // Letters are taller than their line in most fonts; a line that is missing is more than half a letter.
    const spare = hall === null ? 0 : Number.parseFloat(getComputedStyle(hall).fontSize) / 2;
    const isCut =
      hall !== null && (hall.scrollWidth > hall.clientWidth || hall.scrollHeight > hall.clientHeight + spare);
    const withhold = document.querySelector('[data-kind=withhold]');
    const below =
      withhold !== null &&
      withhold.getBoundingClientRect().bottom > withhold.closest('.tags')!.getBoundingClientRect().bottom + 0.5;
    const tag = document.querySelector('.window-tag strong');
    const isHidden = tag !== null && tag.getBoundingClientRect().width === 0;
    return [
      ...(isCut ? ['hall cut'] : []),
      ...(isHidden ? ['number hidden'] : []),
      ...(below ? ['withhold below'] : []),
    ];
  });
}

/** Parts of the card with the code for the phone that touch its edge or reach beyond it; empty when none do. */
export function spilledPhoneParts(page: Page): Promise<string[]> {
  return page.locator('.phone > *').evaluateAll((parts) =>
    parts
      .filter((part) => {
        const [box, card] = [part.getBoundingClientRect(), part.parentElement!.getBoundingClientRect()];
        const isNear = box.bottom > card.bottom - 4 || box.right > card.right - 4 || box.left < card.left + 4;
        return box.height > 0 && isNear;
      })
      .map((part) => `${part.tagName.toLowerCase()} outside of .phone`),
  );
}

/**
 * What is wrong inside the five buttons: a face, label or stars within the button's padding or in one another, and faces or
 * stars that are not on one line with those of the buttons beside (or under) theirs, or at another place of their button.
 */
export function misplacedGradeParts(page: Page): Promise<string[]> {
  return page.locator('.grade').evaluateAll((grades) => {
    const boxOf = (grade: Element, part: string) => grade.querySelector(part)!.getBoundingClientRect();
    const [first] = grades;
    if (first === undefined) return [];
    const offsetOf = (grade: Element, part: string, side: 'top' | 'left' | 'right' | 'bottom') =>
      boxOf(grade, part)[side] - grade.getBoundingClientRect()[side];
    const sides = ['top', 'left', 'right', 'bottom'] as const;
    const astray = ['.face', '.stars'].flatMap((part) =>
      grades
        .filter((grade) =>
          sides.some((side) => Math.abs(offsetOf(grade, part, side) - offsetOf(first, part, side)) > 0.5),
        )
        .map((grade) => `${grade.getAttribute('data-level')}: ${part} out of line`),
    );
    return [...astray, ...grades.flatMap(faultsWithin)];

    function faultsWithin(grade: Element): string[] {
      const level = grade.getAttribute('data-level');
      const room = roomIn(grade);
      const parts = ['.face', '.grade-label', '.stars'].map((name) => ({ name, box: extentOf(grade, name) }));
      const outside = parts.filter(
        ({ box }) =>
          box.left < room.left - 1 ||
          box.top < room.top - 1 ||
          box.right > room.right + 1 ||
          box.bottom > room.bottom + 1,
      );
      const touching = parts.flatMap((a, index) =>
        parts
          .slice(index + 1)
          .filter(
            (b) =>
              Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 3 &&
              Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 3,
          )
          .map((b) => `${level}: ${a.name} in ${b.name}`),
      );
      return [...outside.map(({ name }) => `${level}: ${name} in the padding`), ...touching];
    }

    function roomIn(grade: Element) {
      const { left, top, right, bottom } = grade.getBoundingClientRect();
      const style = getComputedStyle(grade);
      const inset = (side: string) =>
        Number.parseFloat(style.getPropertyValue(`padding-${side}`)) +
        Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
      return {
        left: left + inset('left'),
        top: top + inset('top'),
        right: right - inset('right'),
        bottom: bottom - inset('bottom'),
      };
    }

    /** Along its lines a text reaches as far as its letters do, across them as far as its lines. */
    function extentOf(grade: Element, part: string) {
      const element = grade.querySelector(part)!;
      const box = element.getBoundingClientRect();
      if (part !== '.grade-label') return box;
      const range = document.createRange();
      range.selectNodeContents(element);
      const letters = range.getBoundingClientRect();
      const isRows = getComputedStyle(element).writingMode === 'horizontal-tb';
      return isRows
        ? new DOMRect(letters.x, box.y, letters.width, box.height)
        : new DOMRect(box.x, letters.y, box.width, letters.height);
    }
  });
}
