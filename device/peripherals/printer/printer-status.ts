/**
 * Real-time status, DLE EOT 1 … 4. The bits of questions 1 and 2 are in published command references; those of 3 and 4
 * are the common reading of ESC/POS and were not seen on a device. Bits 1 and 4 are always on, 0 and 7 always off.
 */
export type StatusQuestion = 1 | 2 | 3 | 4;

/** What a printer said about itself; everything false is a printer at work. */
export interface PrinterCondition {
  offline: boolean;
  coverOpen: boolean;
  paperOut: boolean;
  paperLow: boolean;
  error: boolean;
}

export const SOUND_PRINTER: PrinterCondition = {
  offline: false,
  coverOpen: false,
  paperOut: false,
  paperLow: false,
  error: false,
};

const BITS: Readonly<Record<StatusQuestion, Partial<Record<keyof PrinterCondition, number>>>> = {
  1: { offline: 0x08 },
  2: { coverOpen: 0x04, paperOut: 0x20, error: 0x40 },
  3: { error: 0x68 },
  4: { paperLow: 0x0c, paperOut: 0x60 },
};

export function statusQuestion(question: StatusQuestion): number[] {
  return [0x10, 0x04, question];
}

/** Whether a byte can be an answer at all; anything else on the line is noise. */
export function isStatusByte(byte: number): boolean {
  return (byte & 0x93) === 0x12;
}

/** What an answer adds to what is known. @param byte one that `isStatusByte` */
export function withAnswer(before: PrinterCondition, question: StatusQuestion, byte: number): PrinterCondition {
  const after = { ...before };
  for (const [fact, bits] of Object.entries(BITS[question])) {
    if ((byte & bits) !== 0) after[fact as keyof PrinterCondition] = true;
  }
  return after;
}
