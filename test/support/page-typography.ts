import type { Page } from 'playwright-core';

/** What a typographer would mend, as far as it can be measured. */

/** Words of the grades (parts of them, where they may break) that stand in more than one line; empty when none do. */
export function brokenWords(page: Page): Promise<string[]> {
  return page.locator('.grade-label .word:not(:has(.word))').evaluateAll((words) =>
    words
      .filter((word) => {
        const range = document.createRange();
        range.selectNodeContents(word);
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
      })
      .map((word) => `broken: ${word.textContent}`),
  );
}

/** Words of upright columns, as a blank ends them, that stand in more than one column; empty when none do. */
export function cutColumns(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const cut: string[] = [];
      for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
        for (const { 0: word, index } of (text.nodeValue ?? '').matchAll(/[^ ]+/g)) {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          if (new Set([...range.getClientRects()].map(({ left }) => Math.round(left))).size > 1) cut.push(word);
        }
      }
      return cut;
    }),
  );
}

/** Texts that end in an ellipsis and go on below it, in a box that is higher than the lines they may have. */
export function linesBelowEllipsis(page: Page): Promise<string[]> {
  return page.locator('.item-name, .hall, .items li span').evaluateAll((texts) =>
    texts
      .filter((text) => {
        const { webkitLineClamp, lineHeight, fontSize, display, writingMode } = getComputedStyle(text);
        const most = Number(webkitLineClamp);
        if (!Number.isFinite(most) || display === 'block' || writingMode !== 'horizontal-tb') return false;
        const line = Number.parseFloat(lineHeight) || Number.parseFloat(fontSize) * 1.4;
        return text.clientHeight > most * line + 2 && text.scrollHeight > most * line + 2;
      })
      .map((text) => `goes on below its end: ${text.className}`),
  );
}

/** Names of items that end in an ellipsis: who rates, or waits, must know what. Empty when none does. */
export function cutItemNames(page: Page, names = '.question .item-name'): Promise<string[]> {
  return page.locator(names).evaluateAll((found) =>
    found
      .filter((name) => {
        // Letters are taller than their line in most fonts; a line that is missing is more than half a letter.
        const spare = Number.parseFloat(getComputedStyle(name).fontSize) / 2;
        return name.scrollWidth > name.clientWidth + 1 || name.scrollHeight > name.clientHeight + spare;
      })
      .map((name) => `cut: ${name.textContent}`),
  );
}

/** Size of the letters (px) of each text in the header and the question, by a name of its own. */
export function letterSizes(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const sizes: Record<string, number> = {};
    for (const element of document.querySelectorAll('.top-bar *, .inviting *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
      if (!own || element.getBoundingClientRect().width <= 1) continue;
      const text = element.textContent?.replaceAll('\u00ad', '') ?? '';
      sizes[`${element.tagName} ${text}`] = Number.parseFloat(getComputedStyle(element).fontSize);
    }
    return sizes;
  });
}

/** Words that the tick of the chosen grade covers; empty when there are none. */
export function coveredByTick(page: Page): Promise<string[]> {
  return page.locator('.grade[aria-pressed=true]').evaluateAll((grades) =>
    grades.flatMap((grade) => {
      const box = grade.getBoundingClientRect();
      const { top, right, width, height } = getComputedStyle(grade, '::after');
      const edge = Number.parseFloat(getComputedStyle(grade).borderTopWidth);
      const y = box.top + edge + Number.parseFloat(top);
      const x = box.right - edge - Number.parseFloat(right) - Number.parseFloat(width);
      const tick = new DOMRect(x, y, Number.parseFloat(width), Number.parseFloat(height));
      return [...document.querySelectorAll('.chosen-title, .reasons h1, .grade-label, .stars')]
        .flatMap((text) => {
          const range = document.createRange();
          range.selectNodeContents(text);
          return [...range.getClientRects()].map((rect) => ({ text, rect }));
        })
        .filter(
          ({ rect }) =>
            rect.width > 0 &&
            Math.min(rect.right, tick.right) - Math.max(rect.left, tick.left) > 1 &&
            Math.min(rect.bottom, tick.bottom) - Math.max(rect.top, tick.top) > 3,
        )
        .map(({ text }) => `under the tick: ${text.textContent}`);
    }),
  );
}

/** Words nearer to any edge of the screen than a frame may hide: 8 px. */
export function nearTheEdge(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('#app *')]
      .filter((element) => {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
        const { left, top, right, bottom, width } = element.getBoundingClientRect();
        const space = Math.min(left, top, innerWidth - right, innerHeight - bottom);
        return own && width > 1 && !element.matches('.tags *') && space < 8;
      })
      .map((element) => `near the edge: ${element.className} ${element.textContent}`),
  );
}

/** Drawn Mongolian that lies in a row, or has a line along its stems as an underline; empty when none does. */
export function lyingColumns(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('#app *')]
      .filter((element) => {
        if (!element.checkVisibility()) return false;
        const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent);
        if (!/[\u1800-\u18af]/.test(own.join(''))) return false;
        const isLying = getComputedStyle(element).writingMode !== 'vertical-lr';
        return isLying || getComputedStyle(element.closest('button') ?? element).textDecorationLine !== 'none';
      })
      .map((element) => `lies or is underlined: ${element.tagName} ${element.className} ${element.textContent}`),
  );
}

/** Least space in CSS pixels between the signs of a heading and whatever is drawn above or below them. */
const HEADING_AIR_PX = { above: 8, below: 6 };

/**
 * Headings that touch their neighbour: a line of text, the edge or the ground of a box. Measured from where signs are drawn,
 * the em square in the middle of their line; empty when there are none.
 */
export function gluedHeadings(page: Page, within = '#app'): Promise<string[]> {
  return page.evaluate(
    ([root, least]) => {
      interface Drawn {
        element: Element;
        top: number;
        bottom: number;
        left: number;
        right: number;
      }
      const isText = (node: Node) => node.nodeType === 3 && node.textContent?.trim() !== '';
      const linesOf = (element: Element): Drawn[] => {
        const half = Number.parseFloat(getComputedStyle(element).fontSize) / 2;
        return [...element.childNodes].filter(isText).flatMap((node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          return [...range.getClientRects()].map(({ top, bottom, left, right }) => {
            const middle = (top + bottom) / 2;
            return { element, top: middle - half, bottom: middle + half, left, right };
          });
        });
      };
      const isBox = (element: Element) => {
        const { borderTopWidth, borderTopStyle, backgroundColor } = getComputedStyle(element);
        const hasEdge = borderTopStyle !== 'none' && Number.parseFloat(borderTopWidth) > 0;
        return hasEdge || !/(?:, |\/ )0\)$/.test(backgroundColor);
      };
      const seen = [...document.querySelectorAll(`${root} *`)].filter(
        // The word at the fold lies over whatever stands there.
        (element) =>
          element.checkVisibility() &&
          !element.matches('.visually-hidden, .visually-hidden *, .more-below, .more-below *'),
      );
      const drawn = seen.flatMap((element) => {
        const { top, bottom, left, right } = element.getBoundingClientRect();
        return isBox(element) ? [{ element, top, bottom, left, right }] : linesOf(element);
      });
      const headings = seen.filter((element) => element.matches('h1, h2, h3, legend, .lesson-task, dt.heading'));
      return headings.flatMap((heading) => {
        const lines = linesOf(heading);
        if (lines.length === 0) return [];
        const top = Math.min(...lines.map((line) => line.top));
        const bottom = Math.max(...lines.map((line) => line.bottom));
        const { left, right } = heading.getBoundingClientRect();
        const others = drawn.filter(
          (one) =>
            !heading.contains(one.element) && !one.element.contains(heading) && one.left < right && one.right > left,
        );
        const nearest = (gapOf: (one: Drawn) => number, side: 'above' | 'below') =>
          others
            .map((one) => ({ gap: gapOf(one), one }))
            .filter(({ gap }) => gap >= -1 && gap < least[side])
            .map(
              ({ gap, one }) =>
                `${heading.textContent}: ${gap.toFixed(1)} px ${side}: ${one.element.tagName} ${one.element.className}`,
            );
        return [...nearest((one) => top - one.bottom, 'above'), ...nearest((one) => one.top - bottom, 'below')];
      });
    },
    [within, HEADING_AIR_PX] as const,
  );
}

/** Lines, also those of columns, that begin with a mark which belongs to the word before it; empty when none does. */
export function linesBegunByMarks(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = document.createTreeWalker(document.querySelector('#app')!, NodeFilter.SHOW_TEXT);
    const faults: string[] = [];
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const { parentElement, textContent } = text;
      if (parentElement === null || textContent === null) continue;
      const isRows = getComputedStyle(parentElement).writingMode === 'horizontal-tb';
      const lineOf = (at: number): number | null => {
        const range = document.createRange();
        range.setStart(text!, at);
        range.setEnd(text!, at + 1);
        const box = range.getBoundingClientRect();
        if (box.width + box.height === 0) return null;
        return isRows ? (box.top + box.bottom) / 2 : (box.left + box.right) / 2;
      };
      for (const { index } of textContent.matchAll(/[；，。：、！？）”]/gu)) {
        const [before, here] = [index === 0 ? null : lineOf(index - 1), lineOf(index)];
        const half = Number.parseFloat(getComputedStyle(parentElement).fontSize) / 2;
        if (before !== null && here !== null && Math.abs(here - before) > half)
          faults.push(`begins a line: ${textContent.slice(index)}`);
      }
    }
    return faults;
  });
}

/** Those of `words` that stand in more than one line of an element of `selector`; empty when none do. */
export function wordsOverLines(page: Page, selector: string, words: readonly string[]): Promise<string[]> {
  return page.locator(selector).evaluateAll((elements, wanted) => {
    /** The `at`-th sign of `element`, whatever parts its text. */
    const signOf = (element: Element, at: number): DOMRect => {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      let before = 0;
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
        const length = text.nodeValue?.length ?? 0;
        if (at < before + length) {
          const sign = document.createRange();
          sign.setStart(text, at - before);
          sign.setEnd(text, at - before + 1);
          return sign.getBoundingClientRect();
        }
        before += length;
      }
      throw new Error('no such sign');
    };
    return elements.flatMap((element) => {
      const across = getComputedStyle(element).writingMode === 'horizontal-tb' ? 'top' : 'left';
      const half = Number.parseFloat(getComputedStyle(element).fontSize) / 2;
      return [...(element.textContent ?? '').matchAll(new RegExp(wanted.join('|'), 'gu'))]
        .filter(({ 0: word, index }) => {
          const [first, last] = [signOf(element, index), signOf(element, index + word.length - 1)];
          return first.width > 0 && last.width > 0 && Math.abs(first[across] - last[across]) > half;
        })
        .map(({ 0: word }) => `${word} in ${element.textContent}`);
    });
  }, words);
}
