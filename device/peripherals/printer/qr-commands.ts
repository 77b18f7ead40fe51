import QRCode from 'qrcode';
import { raster } from './escpos.ts';

/** Modules of white around a code, as ISO/IEC 18004 asks. The printer's own codes have none: that is the sender's duty. */
const QUIET_MODULES = 4;
/** The least that a printer with QR codes of its own is known to store is 1020 bytes with three of the command. */
const LONGEST_NATIVE_BYTES = 1017;
const LEVEL_M = 0x31;

const qrCommand = (fn: number, ...parameters: number[]) => {
  const length = parameters.length + 2;
  return [0x1d, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, fn, ...parameters];
};

/**
 * The size of a module at which a code with its white around it still fits on a line: a code that runs over the edge is
 * read by no phone. @param most what the printer is set to @param lineDots dots of a line
 */
export function fittingModuleDots(text: string, most: number, lineDots: number): number {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  return Math.max(1, Math.min(most, Math.floor(lineDots / (modules.size + 2 * QUIET_MODULES))));
}

/** Whether a printer that makes codes itself can be trusted with so long a text. */
export function fitsNativeQr(text: string): boolean {
  return Buffer.byteLength(text) <= LONGEST_NATIVE_BYTES;
}

/** A code that the printer makes: model 2, level M. Must begin a line. @param moduleDots 1 … 16 */
export function nativeQr(text: string, moduleDots: number): number[] {
  return [
    ...qrCommand(0x41, 0x32, 0x00),
    ...qrCommand(0x43, moduleDots),
    ...qrCommand(0x45, LEVEL_M),
    ...qrCommand(0x50, 0x30, ...Buffer.from(text)),
    ...qrCommand(0x51, 0x30),
  ];
}

/** The same code as a picture, for printers that make none; with its quiet zone. @param moduleDots 1 … 16 */
export function rasterQr(text: string, moduleDots: number): number[] {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const side = (modules.size + 2 * QUIET_MODULES) * moduleDots;
  const isBlack = (dotRow: number, dotColumn: number) => {
    const row = Math.floor(dotRow / moduleDots) - QUIET_MODULES;
    const column = Math.floor(dotColumn / moduleDots) - QUIET_MODULES;
    const inside = row >= 0 && column >= 0 && row < modules.size && column < modules.size;
    return inside && modules.get(row, column) === 1;
  };
  return raster(
    Array.from({ length: side }, (_r, row) => Array.from({ length: side }, (_c, column) => isBlack(row, column))),
  );
}
