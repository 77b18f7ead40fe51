import { encodeGb18030 } from './gb18030.ts';

/** Commands of ESC/POS printers (peripherals reference, c.1 and c.2). Pure: each returns its bytes. */
export type Align = 'left' | 'centre' | 'right';

const ALIGN: Readonly<Record<Align, number>> = { left: 0, centre: 1, right: 2 };
const LF = 0x0a;

/** ESC @: forgets settings, and data of a QR code, of whoever printed before. */
export const RESET: readonly number[] = [0x1b, 0x40];
/** FS &: two-byte characters. Not every model has it on by itself. */
export const CHINESE_MODE: readonly number[] = [0x1c, 0x26];

export function align(to: Align): number[] {
  return [0x1b, 0x61, ALIGN[to]];
}

/** @param times 1 … 8, of width and height alike */
export function textSize(times: number): number[] {
  return [0x1d, 0x21, (times - 1) * 0x11];
}

/** @param lines 1 … 255 */
export function feed(lines: number): number[] {
  return [0x1b, 0x64, lines];
}

/** Feeds past the cutter and cuts, leaving one point of paper. */
export const CUT: readonly number[] = [0x1d, 0x56, 0x42, 0x00];

/** A line of text. `replaced`: how many of its characters the printer cannot set. */
export function textLine(text: string): { bytes: number[]; replaced: number } {
  const { bytes, replaced } = encodeGb18030(text);
  return { bytes: [...bytes, LF], replaced };
}

/**
 * A picture in black and white (GS v 0), in bands so that a small buffer is never overrun.
 * @param rows each as many dots wide as the first; true is black
 */
export function raster(rows: readonly (readonly boolean[])[]): number[] {
  const bytesWide = Math.ceil((rows[0]?.length ?? 0) / 8);
  const bytes: number[] = [];
  for (let from = 0; from < rows.length; from += BAND_ROWS) {
    const band = rows.slice(from, from + BAND_ROWS);
    bytes.push(0x1d, 0x76, 0x30, 0x00, bytesWide & 0xff, bytesWide >> 8, band.length & 0xff, band.length >> 8);
    for (const row of band) bytes.push(...packed(row, bytesWide));
  }
  return bytes;
}

const BAND_ROWS = 64;

/** Eight dots a byte, the leftmost in the highest bit. */
function packed(row: readonly boolean[], bytesWide: number): number[] {
  const bytes = Array.from({ length: bytesWide }, () => 0);
  for (const [index, black] of row.entries()) if (black) bytes[index >> 3]! |= 0x80 >> (index & 7);
  return bytes;
}
