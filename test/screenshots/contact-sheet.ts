import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openScreen } from '../support/browser.ts';

export interface Picture {
  name: string;
  /** Of the screen, like `1280x800`. */
  size: string;
  /** Its file in the folder of pictures. */
  file: string;
}

/** As many beside one another, and on one sheet, as can still be read one by one. */
interface Grid {
  columns: number;
  rows: number;
  /** Of each picture, in CSS pixels; a longer page is cut off below. */
  width: number;
  height: number;
}
const WIDE: Grid = { columns: 3, rows: 4, width: 512, height: 320 };
const GRIDS: Readonly<Record<string, Grid>> = {
  '1920x1080': { ...WIDE, height: 288 },
  '800x480': { ...WIDE, height: 307 },
  '800x1280': { columns: 5, rows: 2, width: 310, height: 496 },
  '360x480': { columns: 5, rows: 2, width: 310, height: 413 },
  A4: { columns: 5, rows: 2, width: 310, height: 438 },
  '80mm': { columns: 5, rows: 1, width: 310, height: 900 },
  '58mm': { columns: 5, rows: 1, width: 310, height: 1200 },
  '360x280': { columns: 5, rows: 3, width: 310, height: 241 },
};

const STYLE = `body{margin:0;padding:8px;background:#9aa0a8;font:12px sans-serif;display:grid;gap:8px;width:max-content}
  figure{margin:0}figcaption{padding:2px 0}img{display:block;width:100%;object-fit:cover;object-position:top}
  /* A roll is as long as it is: all of it. */ .roll img{object-fit:contain}`;

async function sheet(page: Page, folder: string, file: string, pictures: readonly Picture[], grid: Grid) {
  const figures = pictures.map(async (picture) => {
    const bytes = await readFile(join(folder, picture.file));
    const image = `<img alt="" style="height:${grid.height}px" src="data:image/png;base64,${bytes.toString('base64')}">`;
    return `<figure${picture.size.endsWith('mm') ? ' class="roll"' : ''}><figcaption>${picture.name}</figcaption>${image}</figure>`;
  });
  const columns = `body{grid-template-columns:repeat(${grid.columns},${grid.width}px)}`;
  const html = `<!doctype html><style>${STYLE}${columns}</style>${(await Promise.all(figures)).join('')}`;
  await page.setContent(html, { waitUntil: 'load' });
  await page.screenshot({ path: join(folder, file), fullPage: true });
}

/**
 * Lays pictures of one size side by side, in sheets that a person can go through.
 * @returns how many sheets were written, as `contact-sheet-<size>-<number>.png`
 */
export async function contactSheets(browser: Browser, folder: string, pictures: readonly Picture[]): Promise<number> {
  const context = await openScreen(browser, { width: 1600, height: 1000 });
  const page = await context.newPage();
  let written = 0;
  for (const [size, ofSize] of Map.groupBy(pictures, (picture) => picture.size)) {
    const grid = GRIDS[size] ?? WIDE;
    const each = grid.columns * grid.rows;
    for (let from = 0; from < ofSize.length; from += each) {
      const number = String(from / each + 1).padStart(2, '0');
      await sheet(page, folder, `contact-sheet-${size}-${number}.png`, ofSize.slice(from, from + each), grid);
      written += 1;
    }
  }
  await context.close();
  return written;
}
