import type { Page } from 'playwright-core';
import { atRest } from './page-measures.ts';

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
