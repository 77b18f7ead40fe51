import { writeFile } from 'node:fs/promises';
import QRCode from 'qrcode';
import { launchBrowser } from '../support/browser.ts';
import type { Printed } from './paper-printer.ts';

/** Dots of one line of text and of the space below it, as receipt printers have them. */
const FONT_DOTS = 24;
const LINE_DOTS = 30;
const MARGIN_DOTS = 24;

/** The paper as SVG, one unit a dot. @param lineDots 384 for paper of 58 mm, 576 for 80 mm */
function paperSvg(roll: readonly Printed[], lineDots: number): { svg: string; width: number; height: number } {
  let y = MARGIN_DOTS;
  let body = '';
  for (const item of roll) {
    const { drawing, height } = drawn(item, lineDots);
    body += `<g transform="translate(${MARGIN_DOTS} ${y})">${drawing}</g>`;
    y += height;
  }
  const [width, height] = [lineDots + 2 * MARGIN_DOTS, y + MARGIN_DOTS];
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-size="${FONT_DOTS}" font-family="'Noto Sans SC', 'Noto Sans CJK SC', sans-serif">`;
  return { svg: `${head}<rect width="100%" height="100%" fill="#fff"/>${body}</svg>`, width, height };
}

function drawn(item: Printed, lineDots: number): { drawing: string; height: number } {
  switch (item.type) {
    case 'feed':
      return { drawing: '', height: item.lines * LINE_DOTS };
    case 'cut':
      return { drawing: tornLine(lineDots), height: LINE_DOTS };
    case 'text':
      return drawnText(item, lineDots);
    case 'code': {
      const { modules } = QRCode.create(item.text, { errorCorrectionLevel: 'M' });
      const side = modules.size * item.moduleDots;
      const rows = Array.from({ length: side }, (_r, row) =>
        Array.from({ length: side }, (_c, dot) => {
          const at = (value: number) => Math.floor(value / item.moduleDots);
          return modules.get(at(row), at(dot)) === 1;
        }),
      );
      return drawnDots(rows, item.align, lineDots);
    }
    case 'picture':
      return drawnDots(item.rows, item.align, lineDots);
  }
}

/** Dashes of about 8 dots from edge to edge: an odd number of dashes and gaps begins and ends with a dash. */
function tornLine(lineDots: number): string {
  const parts = 2 * Math.round(lineDots / 16) - 1;
  return `<path d="M0 12h${lineDots}" pathLength="${parts}" stroke="#999" stroke-dasharray="1 1"/>`;
}

const startOf = (align: 'left' | 'centre' | 'right', width: number, lineDots: number) =>
  align === 'left' ? 0 : align === 'right' ? lineDots - width : Math.floor((lineDots - width) / 2);

/** A Chinese sign is as wide as it is high, a letter half of that; a line that is too long goes on below. */
function drawnText({ text, align, times }: Extract<Printed, { type: 'text' }>, lineDots: number) {
  const lines: { sign: string; x: number; width: number }[][] = [[]];
  let x = 0;
  for (const sign of text) {
    const width = (sign.codePointAt(0)! < 0x80 ? FONT_DOTS / 2 : FONT_DOTS) * times;
    if (x + width > lineDots) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1)!.push({ sign, x, width });
    x += width;
  }
  const height = FONT_DOTS * times + (LINE_DOTS - FONT_DOTS);
  const drawing = lines.map((signs, line) => {
    const wide = signs.reduce((sum, { width }) => sum + width, 0);
    const from = startOf(align, wide, lineDots);
    return signs
      .map(({ sign, x: left, width }) => {
        const safe = sign.replace(/[<&]/, (mark) => (mark === '<' ? '&lt;' : '&amp;'));
        const size = `font-size="${FONT_DOTS * times}" textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
        return `<text x="${from + left}" y="${line * height + FONT_DOTS * times * 0.88}" ${size}>${safe}</text>`;
      })
      .join('');
  });
  return { drawing: drawing.join(''), height: lines.length * height };
}

function drawnDots(rows: readonly boolean[][], align: 'left' | 'centre' | 'right', lineDots: number) {
  const from = startOf(align, rows[0]?.length ?? 0, lineDots);
  let path = '';
  for (const [y, row] of rows.entries()) {
    for (const [x, black] of row.entries()) if (black) path += `M${from + x} ${y}h1v1h-1z`;
  }
  return { drawing: `<path d="${path}" shape-rendering="crispEdges"/>`, height: rows.length };
}

/** What a simulated printer has on its paper, as PNG. Needs Chromium, for the letters. */
export async function paperPng(roll: readonly Printed[], lineDots: 384 | 576): Promise<Buffer> {
  const { svg, width, height } = paperSvg(roll, lineDots);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.setContent(`<body style="margin:0">${svg}</body>`);
    return await page.screenshot();
  } finally {
    await browser.close();
  }
}

/** The same into a file. */
export async function savePaper(roll: readonly Printed[], lineDots: 384 | 576, file: string): Promise<void> {
  await writeFile(file, await paperPng(roll, lineDots));
}
