import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page, type Route } from 'playwright-core';
import { PNG } from 'pngjs';
import mongolian from '../../assets/locales/mn-Mong.json' with { type: 'json' };
import chinese from '../../assets/locales/zh-CN.json' with { type: 'json' };
import words from '../../assets/paper-form/picture-words.json' with { type: 'json' };
import { browserPath } from '../support/ensure-browser.ts';

/** The boxes of a paper form (内蒙古 Art 10), drawn by a browser: no receipt printer has Mongolian letters. */

export type FormWidth = 384 | 576;

/** As assets/paper-form has it: rows from the top, eight dots a byte, the leftmost highest. */
export interface FormPicture {
  width: FormWidth;
  height: number;
  rows: string;
}

/** No page is there: what is asked of it comes from our packages. */
const ORIGIN = 'http://paper-form.invalid';
const PACKAGES = join(import.meta.dirname, '../../node_modules');
const LEVELS = ['level.5', 'level.4', 'level.3', 'level.2', 'level.1'] as const;
/** So many points across a dot are drawn; a dot is black where half of them are. Hinted letters would differ by system. */
const POINTS = 4;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-lcd-text'];

/** Drawn: which font would be asked for the sign differs by system. */
const TICK = '<svg viewBox="0 0 24 24"><path d="M3 13l6 7L21 3"/></svg>';

const grade = (level: (typeof LEVELS)[number]) =>
  `<div class="grade"><i class="box"></i><span class="chinese">${chinese.strings[level]}</span><i class="stroke"></i>` +
  `<span class="mongolian" lang="mn-Mong">${mongolian.strings[level]}</span></div>`;

const html = (width: FormWidth) => `<!doctype html><html lang="zh-CN" data-width="${width}">
<link rel="stylesheet" href="/picture.css"><main style="width:${width}px">
<p class="tick">${words.tick.replace('√', TICK)}</p><div class="grades">${LEVELS.map(grade).join('')}</div>
${words.written.map((label) => `<div class="written"><span>${label}</span></div>`).join('')}
<p class="words">${words.words}</p><div class="room"></div></main>`;

async function answer(route: Route, width: FormWidth): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (pathname === '/') return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html(width) });
  const folder = pathname === '/picture.css' ? import.meta.dirname : PACKAGES;
  const type = pathname.endsWith('.css') ? 'text/css' : 'font/woff2';
  return route.fulfill({ contentType: type, body: await readFile(join(folder, pathname)) });
}

async function draw(page: Page, width: FormWidth): Promise<FormPicture> {
  await page.route(`${ORIGIN}/**`, (route) => answer(route, width));
  await page.goto(ORIGIN);
  await page.evaluate(() => document.fonts.ready);
  return packed(PNG.sync.read(await page.locator('main').screenshot()), width);
}

function packed({ width: across, height: down, data }: PNG, width: FormWidth): FormPicture {
  const height = Math.floor(down / POINTS);
  const rows = Buffer.alloc((width / 8) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let light = 0;
      for (let point = 0; point < POINTS * POINTS; point += 1) {
        light += data[4 * ((y * POINTS + Math.floor(point / POINTS)) * across + x * POINTS + (point % POINTS))]!;
      }
      if (light < 128 * POINTS * POINTS) rows[y * (width / 8) + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  }
  return { width, height, rows: rows.toString('base64') };
}

export async function drawFormPicture(width: FormWidth): Promise<FormPicture> {
  const browser = await chromium.launch({ executablePath: browserPath()!, args: FLAGS });
  try {
    const viewport = { width, height: 1000 };
    return await draw(await browser.newPage({ viewport, deviceScaleFactor: POINTS }), width);
  } finally {
    await browser.close();
  }
}
