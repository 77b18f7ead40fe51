import fc from 'fast-check';
import QRCode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { builtinSlipTexts, caseSlip } from './case-slip.ts';
import { encodeDocument } from './document.ts';
import { align, CHINESE_MODE, feed, RESET, raster, textLine, textSize } from './escpos.ts';
import { encodeGb18030 } from './gb18030.ts';
import { fitsNativeQr, nativeQr, rasterQr } from './qr-commands.ts';

const hex = (bytes: Iterable<number>) => Buffer.from(Uint8Array.from(bytes)).toString('hex').toUpperCase();
const TEXTS = builtinSlipTexts;
const MODEL = { nativeQr: true, moduleDots: 6, lineDots: 576, cutter: true };

describe('text', () => {
  it.each([
    ['评价', 'C6C0BCDB'],
    ['感谢您的评价', 'B8D0D0BBC4FAB5C4C6C0BCDB'],
    ['A-07', '412D3037'],
  ])('%s is set', (text, bytes) => {
    expect(encodeGb18030(text)).toEqual({ bytes: [...Buffer.from(bytes, 'hex')], replaced: 0 });
  });

  it('when a printer cannot set a character then it is replaced and counted', () => {
    expect(hex(encodeGb18030('𠮷a').bytes)).toBe('A1F561');
    expect(encodeGb18030('𠮷བོ😀').replaced).toBe(4);
  });

  it('makes the line of the reference', () => {
    expect(hex([...RESET, ...CHINESE_MODE, ...textLine('评价').bytes])).toBe('1B401C26C6C0BCDB0A');
  });

  it('cannot command the printer', () => {
    expect(hex(textLine('a\u001b@\u001dV\u0000\n\u007fb').bytes)).toBe('6140 5662 0A'.replaceAll(' ', ''));
  });

  it('comes back unchanged where nothing was replaced', () => {
    const texts = fc.string({
      unit: fc
        .oneof(fc.integer({ min: 0x4e00, max: 0x9fa5 }), fc.integer({ min: 0x20, max: 0x7e }))
        .map((point) => String.fromCodePoint(point)),
    });
    fc.assert(
      fc.property(texts, (text) => {
        const { bytes, replaced } = encodeGb18030(text);
        expect(replaced).toBe(0);
        expect(new TextDecoder('gb18030').decode(Uint8Array.from(bytes))).toBe(text);
      }),
    );
  });

  it('never gives a control byte, nor a byte pair that is no character, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { bytes } = encodeGb18030(text);
        expect(bytes.every((byte) => byte >= 0x20 && byte !== 0x7f && byte <= 0xfe)).toBe(true);
        expect(new TextDecoder('gb18030', { fatal: true }).decode(Uint8Array.from(bytes))).toBeTypeOf('string');
      }),
    );
  });
});

describe('commands', () => {
  it.each([
    [align('centre'), '1B6101'],
    [textSize(2), '1D2111'],
    [feed(3), '1B6403'],
  ])('are the known bytes', (bytes, expected) => {
    expect(hex(bytes)).toBe(expected);
  });
});

describe('a QR code', () => {
  it('of the printer is the vector of the reference', () => {
    expect(hex(nativeQr('https://x.cn/a', 6))).toBe(
      '1D286B0400314132001D286B03003143061D286B03003145311D286B110031503068747470733A2F2F782E636E2F611D286B0300315130',
    );
  });

  it('counts a long text in both length bytes', () => {
    expect(hex(nativeQr('x'.repeat(400), 4)).includes('1D286B9301315030')).toBe(true);
    expect([fitsNativeQr('x'.repeat(1017)), fitsNativeQr('评'.repeat(340))]).toEqual([true, false]);
  });

  it('as a picture has the same modules, with four of white around', () => {
    const dots = dotsOf(rasterQr('https://x.cn/a', 3));
    const { modules } = QRCode.create('https://x.cn/a', { errorCorrectionLevel: 'M' });
    expect(dots).toHaveLength((modules.size + 8) * 3);
    for (const [y, row] of dots.entries()) {
      for (const [x, black] of row.entries()) {
        const [my, mx] = [Math.floor(y / 3) - 4, Math.floor(x / 3) - 4];
        const inside = my >= 0 && mx >= 0 && my < modules.size && mx < modules.size;
        expect(black).toBe(inside && modules.get(my, mx) === 1);
      }
    }
  });

  it('as a picture comes in bands that fit small buffers', () => {
    const rows = Array.from({ length: 130 }, (_none, row) => [
      row % 2 === 0,
      ...Array.from({ length: 8 }, () => false),
    ]);
    expect(hex(raster(rows)).match(/1D7630000200(4000|0200)/g)).toHaveLength(3);
    expect(dotsOf(raster(rows)).map((row) => row[0])).toEqual(rows.map((row) => row[0]));
  });
});

describe('a slip', () => {
  const facts = {
    hall: '呼和浩特政务大厅',
    window: 'A-07',
    caseNo: 'BJ2026000001',
    itemName: '𠮷字更名',
    servedAt: '2026-11-22 10:05',
  };
  const items = caseSlip(TEXTS, facts, 'https://x.cn/a');

  it('says what was served and how to rate it, and names nobody', () => {
    const text = items.flatMap((item) => (item.type === 'text' ? [item.text] : [])).join('\n');
    for (const fact of Object.values(facts)) expect(text).toContain(fact);
    expect(text).not.toMatch(/[{}]/);
    expect(items).toContainEqual({ type: 'qr', text: 'https://x.cn/a' });
  });

  it('begins with a reset, carries the code, ends with a cut, and counts what it replaced', () => {
    const { bytes, replaced } = encodeDocument(items, MODEL);
    expect(hex(bytes)).toMatch(/^1B401C26.*1D286B1100315030.*1D564200$/);
    expect(replaced).toBe(1);
  });

  it.each([
    ['makes no codes', { ...MODEL, nativeQr: false }, 'https://x.cn/a'],
    ['cannot store so long a text', MODEL, `https://x.cn/${'a'.repeat(1100)}`],
  ])('when the printer %s then the code is a picture', (_what, model, url) => {
    const printed = hex(encodeDocument(caseSlip(TEXTS, facts, url), model).bytes);
    expect(printed).toContain('1D763000');
    expect(printed).not.toContain('1D286B');
  });

  it('when the printer has no cutter then it feeds instead', () => {
    expect(hex(encodeDocument(items, { ...MODEL, cutter: false }).bytes)).toMatch(/1B6404$/);
  });
});

/** What GS v 0 says, as dots. */
function dotsOf(bytes: readonly number[]): boolean[][] {
  const rows: boolean[][] = [];
  for (let at = 0; at < bytes.length; ) {
    const [width, height] = [bytes[at + 4]! + bytes[at + 5]! * 256, bytes[at + 6]! + bytes[at + 7]! * 256];
    at += 8;
    for (let row = 0; row < height; row += 1, at += width) {
      rows.push(
        bytes
          .slice(at, at + width)
          .flatMap((byte) => Array.from({ length: 8 }, (_none, bit) => (byte & (0x80 >> bit)) !== 0)),
      );
    }
  }
  // The width is filled up to whole bytes, with white.
  const wide = rows.length;
  return rows[0]!.length > wide ? rows.map((row) => row.slice(0, wide)) : rows;
}
