import { useLayoutEffect, useRef } from 'preact/hooks';
import { chinesePieces } from '../../../device/visit/word-breaks.ts';
import { Pieces } from './phrased.tsx';

/** How far the lines of `text` reach across: in rows its height, in columns its width. */
function acrossPx(text: Element): number {
  const { width, height } = text.getBoundingClientRect();
  return getComputedStyle(text).writingMode === 'horizontal-tb' ? height : width;
}

/** Letters are taller than their line in most fonts; a line that is missing is more than half a letter. */
function isCut(holder: Element): boolean {
  return holder.scrollHeight > holder.clientHeight + Number.parseFloat(getComputedStyle(holder).fontSize) / 2;
}

/** Breaks words of `text` anywhere (`data-tight`) where whole ones would cost what they must not. */
function breakWhereNeeded(text: Element, holder: Element, mayGrow: boolean): void {
  text.removeAttribute('data-tight');
  if (mayGrow && !isCut(holder)) return;
  const wholePx = acrossPx(text);
  text.setAttribute('data-tight', '');
  if (wholePx <= acrossPx(text) + 1) text.removeAttribute('data-tight');
}

/**
 * The same in one of a list of reasons: a line more is free in a row that is as high anyhow, and where the list still shows all
 * of them and begins where it did. In the lower half it grows upwards, and would lift the grades out of that half.
 */
function breakInList(text: Element, row: Element, list: Element): void {
  const place = () => ({ topPx: list.getBoundingClientRect().top, rowPx: row.getBoundingClientRect().height });
  text.setAttribute('data-tight', '');
  const tight = place();
  text.removeAttribute('data-tight');
  const whole = place();
  const isSeen = list.scrollHeight <= list.clientHeight;
  if (whole.rowPx <= tight.rowPx + 1 || (isSeen && Math.abs(whole.topPx - tight.topPx) < 1)) return;
  text.setAttribute('data-tight', '');
}

interface Growth {
  /** Whether it may have a line more for whole words as long as all of it is seen; else it has no more than without. */
  mayGrow?: boolean;
}

/** `text` of the centre in the pieces that the page makes of it. */
export const Worded = ({ text, ...growth }: Growth & { text: string }) => (
  <WordedPieces pieces={chinesePieces(text)} {...growth} />
);

/**
 * A text of the centre, whose Chinese breaks between its words: names of items and reasons. One line more in a full
 * list would hide a reason, and in a name that has no room for it the end of the name: there it breaks anywhere, and in a
 * list that has the room it does not.
 */
export function WordedPieces({ pieces, mayGrow = false }: Growth & { pieces: readonly string[] }) {
  const shown = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = shown.current;
    const holder = element?.parentElement;
    if (!element || !holder) return;
    const list = holder.closest('.tag-list');
    const look = () => (list ? breakInList(element, holder, list) : breakWhereNeeded(element, holder, mayGrow));
    // Its size changes with its letters too, and the room in a list with what stands under it. The observer tells at once, and
    // before the picture: to look here as well would lay the page out in the middle of its drawing.
    const sizes = new ResizeObserver(look);
    for (const each of [holder, list]) if (each) sizes.observe(each);
    return () => sizes.disconnect();
  });
  return (
    <span class="worded" ref={shown}>
      <Pieces pieces={pieces} />
    </span>
  );
}
