import type { Page } from 'playwright-core';

/**
 * Keys from which a drawn sign comes nearer to the border than 2 px, or stands out. A box of text says nothing of that:
 * Tibetan strokes hang far below their line. Upright keys of Mongolian are left out, which a line's baseline says nothing of.
 */
export const inkOutsideKeys = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const brush = document.createElement('canvas').getContext('2d')!;
    return [...document.querySelectorAll<HTMLElement>('.keyboard .key')].flatMap((key) => {
      const text = [...key.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
      const style = getComputedStyle(key);
      if (text === undefined || style.writingMode !== 'horizontal-tb') return [];
      brush.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const ink = brush.measureText(text.textContent ?? '');
      const range = document.createRange();
      range.selectNodeContents(text);
      const baseline = range.getBoundingClientRect().bottom - ink.fontBoundingBoxDescent;
      const { top, bottom } = key.getBoundingClientRect();
      const [above, below] = [
        baseline - ink.actualBoundingBoxAscent - top,
        bottom - baseline - ink.actualBoundingBoxDescent,
      ];
      return Math.min(above, below) < 2
        ? [`${text.textContent}: ${above.toFixed(1)} above, ${below.toFixed(1)} below`]
        : [];
    });
  });
