import { inspect } from 'node:util';
import { hasRightCheckDigit } from './check-digit.ts';

/** Resident card, residence permit for 港澳台 residents, and both permits for foreigners. */
export type CardKind = 'resident' | 'hmt_residence' | 'foreigner_2017' | 'foreigner_2023';

/** What may be told to anybody: nothing of the person. */
export interface CardSummary {
  kind: CardKind;
  numberChars: number;
  checkDigit: 'right' | 'wrong' | 'none';
}

/**
 * Who laid a card on the reader. It lives in memory alone: printing, logging or serialising it gives only its summary
 * (design §2.7), so what is done with name and number is always asked for by name.
 */
export class CardIdentity {
  readonly #name: string;
  readonly #number: string;
  readonly #kind: CardKind;

  constructor(kind: CardKind, name: string, number: string) {
    this.#kind = kind;
    this.#name = name;
    this.#number = number;
  }

  name(): string {
    return this.#name;
  }

  number(): string {
    return this.#number;
  }

  /** The permit of 2017 has another number, whose check rule no second source confirms, so it is not judged. */
  summary(): CardSummary {
    const right = hasRightCheckDigit(this.#number) ? 'right' : 'wrong';
    const checkDigit = this.#kind === 'foreigner_2017' ? 'none' : right;
    return { kind: this.#kind, numberChars: this.#number.length, checkDigit };
  }

  toJSON(): CardSummary {
    return this.summary();
  }

  [inspect.custom](): string {
    return `CardIdentity ${JSON.stringify(this.summary())}`;
  }
}

interface Layout {
  kind: CardKind;
  /** Byte ranges by preference: the first that is not blank is the name. */
  names: readonly (readonly [offset: number, bytes: number])[];
  number: readonly [offset: number, bytes: number];
}

/** By the character at offset 248 and by nothing else (peripherals reference, b.4). */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  ' ': { kind: 'resident', names: [[0, 30]], number: [122, 36] },
  J: { kind: 'hmt_residence', names: [[0, 30]], number: [122, 36] },
  Y: {
    kind: 'foreigner_2023',
    names: [
      [0, 30],
      [52, 70],
    ],
    number: [122, 36],
  },
  I: {
    kind: 'foreigner_2017',
    names: [
      [0, 120],
      [158, 30],
    ],
    number: [122, 30],
  },
};

/**
 * Reads the text block of a card and wipes it.
 * @param text 256 bytes, UTF-16LE
 * @returns null for a layout that nobody has described, or one without name or number
 */
export function takeIdentity(text: Uint8Array): CardIdentity | null {
  const field = ([offset, bytes]: readonly [number, number]) => utf16(text.subarray(offset, offset + bytes));
  const layout = LAYOUTS[new TextDecoder('utf-16le').decode(text.subarray(248, 250))];
  const name = layout?.names.map(field).find((candidate) => candidate !== '');
  const number = layout === undefined ? '' : field(layout.number);
  text.fill(0);
  return layout === undefined || name === undefined || number === ''
    ? null
    : new CardIdentity(layout.kind, name, number);
}

/** Fields are padded with spaces; some readers pad with zeros. */
function utf16(bytes: Uint8Array): string {
  return new TextDecoder('utf-16le').decode(bytes).replaceAll('\0', ' ').trim();
}
