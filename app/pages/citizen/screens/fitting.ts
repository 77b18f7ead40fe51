import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

const tracks = (used: string): number => used.split(' ').filter((px) => Number.parseFloat(px) > 0).length;

/** How many have room in the grid `list`, in whole rows: rows that it has no room for are 0 px high. */
function roomIn(list: HTMLElement): number {
  const { gridTemplateRows, gridTemplateColumns } = getComputedStyle(list);
  return Math.max(1, tracks(gridTemplateRows) * tracks(gridTemplateColumns));
}

/** Follows how many have room: with the size of the list, and with that of its rows in large letters. */
export function useFitting(list: RefObject<HTMLElement | null>, onRoom: (room: number) => void): void {
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const sizes = new ResizeObserver(() => onRoom(roomIn(element)));
    for (const each of [element, ...element.children]) sizes.observe(each);
    return () => sizes.disconnect();
  });
}
