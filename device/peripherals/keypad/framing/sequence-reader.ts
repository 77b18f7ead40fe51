import type { FrameReader, LineSymbol } from './frame-reader.ts';
import type { SequenceFraming } from './framing-schema.ts';

/**
 * Each key is one fixed run of bytes, whatever is in it; so a box whose protocol nobody knows can be learned.
 * A run counts only from the first byte after silence, or right behind another whole run: behind a byte that fits
 * nothing all is unknown until the line is silent, since a key found inside of something else was not pressed.
 */
export function createSequenceReader(framing: SequenceFraming): FrameReader {
  return new SequenceReader(framing);
}

class SequenceReader implements FrameReader {
  readonly #meanings: readonly { bytes: readonly number[]; symbol: LineSymbol }[];
  readonly #byteTimeoutMs: number;
  /** The beginning of a run; never longer than the longest one. */
  #held: number[] = [];
  #lostTrack = false;
  #newestByteAtMs = Number.NEGATIVE_INFINITY;

  constructor({ keys, ignore, byteTimeoutMs }: SequenceFraming) {
    this.#byteTimeoutMs = byteTimeoutMs;
    this.#meanings = [
      ...keys.map(({ bytes, key }) => ({ bytes, symbol: { type: 'key', key } as const })),
      ...ignore.map((bytes) => ({ bytes, symbol: { type: 'ignored', byte: bytes[0]! } as const })),
    ];
  }

  feed(bytes: Uint8Array, atMs: number): LineSymbol[] {
    const symbols = atMs - this.#newestByteAtMs > this.#byteTimeoutMs ? this.#silence() : [];
    if (bytes.length > 0) this.#newestByteAtMs = atMs;
    for (const byte of bytes) symbols.push(...this.#take(byte));
    return symbols;
  }

  noteSent(): void {
    // Nothing that we send to a learned box is known to come back.
  }

  #silence(): LineSymbol[] {
    this.#lostTrack = false;
    return this.#giveUp();
  }

  #take(byte: number): LineSymbol[] {
    if (this.#lostTrack) return [{ type: 'unknown', byte }];
    this.#held.push(byte);
    const fitting = this.#meanings.filter(({ bytes }) => this.#held.every((one, index) => one === bytes[index]));
    const whole = fitting.find(({ bytes }) => bytes.length === this.#held.length);
    if (whole !== undefined) this.#held = [];
    if (whole !== undefined) return [whole.symbol];
    if (fitting.length > 0) return [];
    this.#lostTrack = true;
    return this.#giveUp();
  }

  #giveUp(): LineSymbol[] {
    const unknown = this.#held.map((byte): LineSymbol => ({ type: 'unknown', byte }));
    this.#held = [];
    return unknown;
  }
}
