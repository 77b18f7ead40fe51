import { useLayoutEffect, useRef } from 'preact/hooks';
import { Pieces } from './phrased.tsx';
import { chinesePieces } from './word-breaks.ts';

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

interface WordedProps {
  text: string;
  /** Whether it may have a line more for whole words as long as all of it is seen; else it has no more than without. */
  mayGrow?: boolean;
}

/**
 * `text` of the centre, whose Chinese breaks between its words: names of items and reasons. One line more in a full
 * list would hide a reason, and in a name that has no room for it the end of the name: there it breaks anywhere.
 */
export function Worded({ text, mayGrow = false }: WordedProps) {
  const shown = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = shown.current;
    const holder = element?.parentElement;
    if (!element || !holder) return;
    // Its size changes with its letters too.
    const sizes = new ResizeObserver(() => breakWhereNeeded(element, holder, mayGrow));
    breakWhereNeeded(element, holder, mayGrow);
    sizes.observe(holder);
    return () => sizes.disconnect();
  });
  return (
    <span class="worded" ref={shown}>
      <Pieces pieces={chinesePieces(text)} />
    </span>
  );
}
