import type { Page } from 'playwright-core';
import { atRest, type Box, boxesOf } from './page-measures.ts';

/** What a person sees of the reasons, as the list stands. */
export interface SeenReasons {
  /** Words higher than their box. */
  tight: string[];
  /** Seen, and cut by an edge of the list. */
  cut: string[];
  whole: string[];
  hidden: string[];
  /** The button that turns the list; null where there is none. */
  turn: { way: string | null; says: string; width: number; height: number } | null;
}

/** Once the page has measured its list and drawn what follows: a frame each for size, button, and the list beside it. */
export async function seenReasons(page: Page): Promise<SeenReasons> {
  await atRest(page);
  return page.locator('.tag-list').evaluate(async (list) => {
    for (const _frame of [1, 2, 3, 4]) await new Promise(requestAnimationFrame);
    const edge = list.getBoundingClientRect();
    const seen: SeenReasons = { tight: [], cut: [], whole: [], hidden: [], turn: null };
    for (const row of list.children) {
      const { top, bottom } = row.getBoundingClientRect();
      const text = row.textContent ?? '';
      if (row.scrollHeight > row.clientHeight + 1) seen.tight.push(text);
      if (getComputedStyle(row).opacity === '0') seen.hidden.push(text);
      else (top < edge.top - 2 || bottom > edge.bottom + 2 ? seen.cut : seen.whole).push(text);
    }
    const turn = list.parentElement?.querySelector('.turn');
    if (turn instanceof HTMLElement) {
      const { width, height } = turn.getBoundingClientRect();
      seen.turn = { way: turn.getAttribute('data-way'), says: turn.innerText, width, height };
    }
    return seen;
  });
}

/** Touches the button until it leads back; what is seen each time, from now on. */
export async function turnedThrough(page: Page): Promise<SeenReasons[]> {
  const views = [await seenReasons(page)];
  while (views.at(-1)?.turn?.way === 'down' && views.length < 20) {
    await page.locator('.turn').evaluate((button: HTMLElement) => button.click());
    views.push(await seenReasons(page));
  }
  return views;
}

/** How far the headings of reasons and remarks stand apart from top to top, and the boxes under them, in CSS pixels. */
export async function stepsBetweenColumns(page: Page): Promise<number[]> {
  const topOf = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => element.getBoundingClientRect().top);
  const [title, label] = [await topOf('#tags-title'), await topOf('.comment label')];
  const [box, field] = [await topOf('.tag'), await topOf('.comment textarea')];
  return [Math.abs(title - label), Math.abs(box - field)];
}

/** How far the first grade and the first reason beside it stand apart from top to top, and the last grade and what sends. */
export async function stepsBesideGrades(page: Page): Promise<number[]> {
  const [[tag], [send], grades] = [
    await boxesOf(page, '.tag'),
    await boxesOf(page, '.reasons .button--main'),
    await boxesOf(page, '.grade'),
  ];
  const bottomOf = ({ y, height }: Box) => y + height;
  return [Math.abs(grades[0]!.y - tag!.y), Math.abs(bottomOf(grades.at(-1)!) - bottomOf(send!))];
}

/** Choices that a person must find within reach and that stand above `limitPx`; not those behind an edge of the list. */
export function choicesAbove(page: Page, limitPx: number): Promise<string[]> {
  return page
    .locator('.tags .tag, .turn, .reasons .button--main')
    .evaluateAll(
      (choices, limit) =>
        choices
          .filter((choice) => getComputedStyle(choice).opacity !== '0' && choice.getBoundingClientRect().top < limit)
          .map((choice) => `${Math.round(choice.getBoundingClientRect().top)}: ${choice.textContent}`),
      limitPx,
    );
}

/** The least of each in CSS pixels: letters of the grades, height of a reason, sign of the chosen grade, row or column of stars. */
export interface ReasonParts {
  lettersPx: number;
  tagPx: number;
  tickPx: number;
  starsPx: number;
}

export async function reasonParts(page: Page): Promise<ReasonParts> {
  await atRest(page);
  return page.evaluate(() => {
    const least = (selector: string, of: (element: Element) => number) =>
      Math.min(...[...document.querySelectorAll(selector)].map(of));
    return {
      lettersPx: least('.grade-label', (label) => Number.parseFloat(getComputedStyle(label).fontSize)),
      tagPx: least('.tag', (tag) => tag.getBoundingClientRect().height),
      tickPx: least('.grade[aria-pressed=true]', (one) => Number.parseFloat(getComputedStyle(one, '::after').width)),
      starsPx: least('.stars', (stars) => {
        const { width, height } = stars.getBoundingClientRect();
        return Math.max(width, height);
      }),
    };
  });
}

/** Reasons and the button that turns them, as far as they are seen. */
export const seenChoices = (page: Page): Promise<Box[]> =>
  page.locator('.tags :is(.tag, .turn)').evaluateAll((choices) =>
    choices
      .filter((choice) => getComputedStyle(choice).opacity !== '0')
      .map((choice) => {
        const { x, y, width, height } = choice.getBoundingClientRect();
        return { x, y, width, height };
      }),
  );

/** The boxes of the texts that match, as their letters stand, without what their elements have around them. */
export const textBoxes = (page: Page, selector: string): Promise<(Box & { fontPx: number })[]> =>
  page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const letters = document.createRange();
      letters.selectNodeContents(element);
      const { x, y, width, height } = letters.getBoundingClientRect();
      return { x, y, width, height, fontPx: Number.parseFloat(getComputedStyle(element).fontSize) };
    }),
  );

/** Where each column of words begins, in each element that matches: the words of the grades if nothing is said. */
export const columnTops = (page: Page, selector = '.grade-label'): Promise<number[][]> =>
  page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const letters = document.createRange();
      letters.selectNodeContents(element);
      const tops = new Map<number, number>();
      for (const { left, top, height } of letters.getClientRects()) {
        const column = Math.round(left);
        if (height > 0) tops.set(column, Math.min(top, tops.get(column) ?? top));
      }
      return [...tops.values()];
    }),
  );

/** The lines around reasons: colour, and width of border and of the line within it in CSS pixels. */
export const tagLines = (page: Page, selector: string): Promise<{ color: string; px: number; box: string }[]> =>
  page.locator(selector).evaluateAll((tags) =>
    tags.map((tag) => {
      const { borderTopColor, borderTopWidth, boxShadow } = getComputedStyle(tag);
      const within = boxShadow.startsWith(borderTopColor) ? /(\d+)px inset/.exec(boxShadow)?.[1] : undefined;
      const box = tag.querySelector('.tag-box');
      return {
        color: borderTopColor,
        px: Number.parseFloat(borderTopWidth) + Number(within ?? 0),
        box: box === null ? '' : getComputedStyle(box).backgroundColor,
      };
    }),
  );
