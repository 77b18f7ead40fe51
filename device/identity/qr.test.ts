import fc from 'fast-check';
import QRCode from 'qrcode';
import { expect, it } from 'vitest';
import { qrSvg } from './qr.ts';

const PIECE = /M(\d+) (\d+)h(\d+)v1h-(\d+)z/g;

/** The dark modules that `svg` paints, as `column,row` without the quiet zone; one that is painted twice stands twice. */
function painted(svg: string): string[] {
  const path = /fill="#000" d="([^"]*)"/.exec(svg)?.[1] ?? '';
  expect(path.replace(PIECE, '')).toBe('');
  return [...path.matchAll(PIECE)].flatMap(([, x, y, length, back]) => {
    expect(back).toBe(length);
    return Array.from({ length: Number(length) }, (_, index) => `${Number(x) + index - 4},${Number(y) - 4}`);
  });
}

it('paints each dark module of the code once and nothing else', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200 }), fc.constantFrom('L', 'M'), (text, level) => {
      const { modules } = QRCode.create(text, { errorCorrectionLevel: level });
      const dark = Array.from(modules.data.keys()).filter((at) => modules.data[at]);
      const places = dark.map((at) => `${at % modules.size},${Math.floor(at / modules.size)}`);
      expect(painted(qrSvg(text, level))).toEqual(places);
    }),
    { numRuns: 60 },
  );
});

it('is one plain picture with a quiet zone of four modules and nothing that runs', () => {
  const svg = qrSvg('https://x.example/rate#t=abc');
  const side = Number(/viewBox="0 0 (\d+) \d+"/.exec(svg)?.[1]);
  expect((side - 8 - 17) % 4).toBe(0);
  expect(svg).toMatch(/d="M4 4h7v1h-7z/);
  expect(svg).not.toMatch(/script|style|href|on[a-z]+=/);
  expect(qrSvg('another')).not.toBe(svg);
});
