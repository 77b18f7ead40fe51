import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** `down`: some of the list stand below what is seen; `up`: the last one is seen, and a touch goes back to the first. */
export type Way = 'down' | 'up';

/** Padding of the list around its rows, in CSS pixels: what is behind it alone hides nothing. */
const EDGE_PX = 2;

/** The height of the row that the button has to itself: without the button it would be the list's, in CSS pixels. */
function ownRowPx(list: HTMLElement, group: HTMLElement): number {
  const foot = group.querySelector('.turn')?.parentElement;
  if (foot?.childElementCount !== 1) return 0;
  return group.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
}

/** Where the rest of `list` is; null where all of it is seen, or would be without the button. */
function wayIn(list: HTMLElement, group: HTMLElement): Way | null {
  const hiddenPx = list.scrollHeight - list.clientHeight;
  if (hiddenPx <= ownRowPx(list, group) + EDGE_PX) return null;
  return list.scrollTop >= hiddenPx - EDGE_PX ? 'up' : 'down';
}

/** Which rows are seen, as the person who looks counts them, and where the rest is. */
export interface Turning {
  way: Way;
  from: number;
  to: number;
  count: number;
}

/** What may be behind an edge of a row that is seen, as a part of its height: tags.css hides a row with more behind it. */
const HIDDEN_PART = 0.015;

/** Which rows of `list` are seen: those that tags.css shows. */
function seenIn(list: HTMLElement): Omit<Turning, 'way'> {
  const { top, bottom } = list.getBoundingClientRect();
  const isSeen = [...list.children].map((row) => {
    const box = row.getBoundingClientRect();
    return Math.max(top - box.top, box.bottom - bottom) <= HIDDEN_PART * box.height;
  });
  return { from: isSeen.indexOf(true) + 1, to: isSeen.lastIndexOf(true) + 1, count: isSeen.length };
}

/** The same object as long as it says the same, so that what follows it draws nothing anew. */
function kept(before: Turning | null, now: Turning | null): Turning | null {
  const isSame = before?.way === now?.way && before?.from === now?.from && before?.to === now?.to;
  return isSame && before?.count === now?.count ? before : now;
}

/** Follows what fits into `list`: its size, its letters, what was opened in it, how far it is scrolled. */
export function useTurning(list: RefObject<HTMLElement | null>): Turning | null {
  const [turning, setTurning] = useState<Turning | null>(null);
  useLayoutEffect(() => {
    const element = list.current;
    const group = element?.parentElement ?? null;
    if (element === null || group === null) return;
    const look = () => {
      const way = wayIn(element, group);
      setTurning((before) => kept(before, way === null ? null : { way, ...seenIn(element) }));
    };
    const sizes = new ResizeObserver(look);
    for (const each of [element, ...element.children]) sizes.observe(each);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  });
  return turning;
}

/** The first row that is not wholly seen comes to the top; behind the last row, the first one. */
export function turn(list: HTMLElement | null, way: Way): void {
  if (list === null) return;
  const { top, bottom } = list.getBoundingClientRect();
  const next = [...list.children].find((row) => row.getBoundingClientRect().bottom > bottom + 0.5);
  const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
  if (way === 'up' || next === undefined) list.scrollTo({ top: 0, behavior });
  else list.scrollBy({ top: next.getBoundingClientRect().top - top - EDGE_PX, behavior });
}
