import { type Align, align, CHINESE_MODE, CUT, feed, RESET, raster, textLine, textSize } from './escpos.ts';
import { fitsNativeQr, fittingModuleDots, nativeQr, rasterQr } from './qr-commands.ts';

/** What is to be printed, from top to bottom, whatever printer does it. */
export type PrintItem =
  | { type: 'text'; text: string; align?: Align; times?: 1 | 2 }
  | { type: 'qr'; text: string }
  /** Rows of dots from top to bottom, true is black, none wider than the line. */
  | { type: 'picture'; rows: readonly (readonly boolean[])[] }
  | { type: 'feed'; lines: number };

/** What a model can do. */
export interface PrinterModel {
  /** Makes QR codes itself; cheap ones do not and get a picture. */
  nativeQr: boolean;
  /** Dots of one module of a QR code, 1 … 16; fewer where a code would not fit on the line. */
  moduleDots: number;
  /** Dots of a line. */
  lineDots: number;
  cutter: boolean;
}

export interface EncodedDocument {
  bytes: Uint8Array;
  /** Characters that came out as □, because printers have the two-byte characters alone. */
  replaced: number;
}

/** The bytes of a document, from reset to cut. */
export function encodeDocument(items: readonly PrintItem[], model: PrinterModel): EncodedDocument {
  const bytes: number[] = [...RESET, ...CHINESE_MODE];
  let replaced = 0;
  for (const item of items) {
    const encoded = encodeItem(item, model);
    for (const byte of encoded.bytes) bytes.push(byte);
    replaced += encoded.replaced;
  }
  bytes.push(...(model.cutter ? CUT : feed(4)));
  return { bytes: Uint8Array.from(bytes), replaced };
}

function encodeItem(item: PrintItem, model: PrinterModel): { bytes: number[]; replaced: number } {
  switch (item.type) {
    case 'feed':
      return { bytes: feed(item.lines), replaced: 0 };
    case 'picture':
      return { bytes: [...align('centre'), ...raster(item.rows), ...align('left')], replaced: 0 };
    case 'qr':
      return { bytes: [...align('centre'), ...qr(item.text, model), ...align('left')], replaced: 0 };
    case 'text': {
      const { bytes, replaced } = textLine(item.text);
      return { bytes: [...align(item.align ?? 'left'), ...textSize(item.times ?? 1), ...bytes], replaced };
    }
  }
}

function qr(text: string, { nativeQr: makesItself, moduleDots: most, lineDots }: PrinterModel): number[] {
  const moduleDots = fittingModuleDots(text, most, lineDots);
  if (!makesItself || !fitsNativeQr(text)) return rasterQr(text, moduleDots);
  // The white above and below is ours to make; that at the sides is the rest of the line.
  return [...feed(1), ...nativeQr(text, moduleDots), ...feed(1)];
}
