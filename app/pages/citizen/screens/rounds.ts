/**
 * What the idle screen shows one after the other (pure). A window may have 2000 items, whose pages alone take most of an
 * hour: so after every few pages comes one of the notices and pictures, in their order and round again; whichever had no
 * turn by the last page follows it.
 */

/** So many pages of items, a minute of them, and then something else. */
export const PAGES_BETWEEN = 4;

/** `page`: of the items; `other`: which notice or picture. */
export type Turn = { page: number } | { other: number };

/** So many turns has a round. @param pages 1 at least, also where they show no item */
export function roundLength(pages: number, others: number): number {
  return others === 0 ? pages : pages + Math.max(Math.ceil(pages / PAGES_BETWEEN), others);
}

/** @param at from 0, below the round's length */
export function turnAt(at: number, pages: number, others: number): Turn {
  if (others === 0) return { page: at };
  const groups = Math.ceil(pages / PAGES_BETWEEN);
  if (at >= pages + groups) return { other: at - pages };
  const group = Math.floor(at / (PAGES_BETWEEN + 1));
  const inGroup = at % (PAGES_BETWEEN + 1);
  const page = group * PAGES_BETWEEN + inGroup;
  return inGroup < PAGES_BETWEEN && page < pages ? { page } : { other: group % others };
}

/** At which turn a page is shown. */
export const turnOfPage = (page: number, others: number): number =>
  others === 0 ? page : page + Math.floor(page / PAGES_BETWEEN);

/** The turn at `from` where that is a page's, else the next page's: where the list goes on. */
export function nextPageTurn(from: number, pages: number, others: number): number {
  let at = from;
  while ('other' in turnAt(at, pages, others)) at = (at + 1) % roundLength(pages, others);
  return at;
}
