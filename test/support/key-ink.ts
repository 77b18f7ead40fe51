import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { type Box, boxesOf } from './page-measures.ts';

/** A sign that is nearer to the border of its key, or to the hint in its corner, looks like a slip of the printer's. */
const LEAST_PX = 2;
const BORDER_PX = 1.5;
/** Of 255: what a colour of ink lacks of white. Fainter is the smoothing of an edge, which nobody sees. */
const LEAST_INK = 96;

type Point = readonly [x: number, y: number];

/**
 * Signs as they are drawn, red on white, with blue hints: boxes of text say nothing of where ink is. A key is named whose
 * sign leaves it or comes to its border, and one whose hint comes to its sign. The page keeps these colours.
 */
export async function inkFaults(page: Page): Promise<string[]> {
  await page.locator('.keyboard').evaluate(colour);
  const [keyboard] = await boxesOf(page, '.keyboard');
  const boxes = await boxesOf(page, '.keys .key');
  const names = await page.locator('.keys .key').allInnerTexts();
  const picture = PNG.sync.read(await page.screenshot({ clip: keyboard! }));
  const signs = inkOf(picture, 'blue', keyboard!);
  const hints = inkOf(picture, 'red', keyboard!);
  const isInside = (point: Point) => boxes.some((box) => isWithin(point, box, BORDER_PX + LEAST_PX));
  const loose = [...signs, ...hints].filter((point) => !isInside(point));
  return boxes.flatMap((box, index) => {
    const at = (point: Point) => isWithin(point, box, -LEAST_PX);
    const [sign, hint] = [signs.filter(at), hints.filter(at)];
    const isGlued = hint.some(([x, y]) => sign.some((other) => Math.hypot(x - other[0], y - other[1]) <= LEAST_PX));
    return [
      ...(loose.some(at) ? [`leaves its key: ${names[index]}`] : []),
      ...(isGlued ? [`touches its hint: ${names[index]}`] : []),
    ];
  });
}

/** By the object model, which the page's content policy allows. */
function colour(keyboard: HTMLElement | SVGElement): void {
  keyboard.style.background = 'white';
  for (const key of keyboard.querySelectorAll<HTMLElement>('.key')) {
    Object.assign(key.style, { transition: 'none', background: 'white', borderColor: 'white', color: 'red' });
  }
  for (const hint of keyboard.querySelectorAll<HTMLElement>('.key-hint')) hint.style.color = 'blue';
}

/** @param without the colour that this ink has nothing of; in coordinates of the page */
function inkOf({ data, width }: PNG, without: 'red' | 'blue', { x, y }: Box): Point[] {
  const [lacks, has] = without === 'red' ? [0, 2] : [2, 0];
  const points: Point[] = [];
  for (let pixel = 0; pixel * 4 < data.length; pixel++) {
    const isInk = data[pixel * 4 + lacks]! < 255 - LEAST_INK && data[pixel * 4 + has]! > data[pixel * 4 + lacks]!;
    if (isInk) points.push([x + (pixel % width) + 0.5, y + Math.floor(pixel / width) + 0.5]);
  }
  return points;
}

const isWithin = ([x, y]: Point, box: Box, inset: number) =>
  x > box.x + inset && x < box.x + box.width - inset && y > box.y + inset && y < box.y + box.height - inset;

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
