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

/**
 * How many rows of pixels are blank between one piece of ink and the next below it, in the one column that a field shows:
 * empty where all of it is joined. From a picture, since upright signs of a field have no boxes of their own.
 */
export async function blanksInColumn(page: Page, field: string): Promise<number[]> {
  const picture = await page.locator(field).screenshot();
  return page.evaluate(async (png) => {
    // Of the frame and the ring of the focus.
    const edge = 8;
    const bytes = Uint8Array.from(atob(png), (sign) => sign.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes]));
    const brush = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
    brush.drawImage(image, 0, 0);
    const [width, height] = [image.width - 2 * edge, image.height - 2 * edge];
    const { data } = brush.getImageData(edge, edge, width, height);
    const isInk = (y: number) =>
      Array.from({ length: width }, (_, x) => data[4 * (y * width + x)]!).some((red) => red < 160);
    const rows = Array.from({ length: height }, (_, y) => y).filter(isInk);
    return rows.flatMap((y, index) => {
      const blank = y - (rows[index - 1] ?? y - 1) - 1;
      return blank > 0 ? [blank] : [];
    });
  }, picture.toString('base64'));
}
