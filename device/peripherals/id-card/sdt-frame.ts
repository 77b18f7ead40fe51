/**
 * Frames of SDT/SAM-V card readers: `AA AA AA 96 69`, a big-endian length that counts all behind it, a payload, and the
 * XOR of length and payload (peripherals reference, b.1).
 */
const PREAMBLE = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);
const HEADER_BYTES = 7;
/** Above the longest answer, that with fingerprints (2321 bytes). */
const LONGEST_LENGTH = 2400;
/** The most that a framer holds. */
export const SDT_BUFFER_BYTES = HEADER_BYTES + LONGEST_LENGTH;

/** - `payload`: of a whole frame with a right XOR - `discarded`: bytes that belong to no frame */
export type SdtItem =
  | { type: 'payload'; payload: Uint8Array }
  | { type: 'bad_frame'; fault: 'length' | 'checksum' }
  | { type: 'discarded'; bytes: number };

/** The bytes of a frame. @param payload 2 … 2399 bytes: of a command CMD, PARA and data, of an answer SW1–SW3 and data */
export function encodeSdt(payload: Uint8Array): Uint8Array {
  const length = payload.length + 1;
  const counted = Uint8Array.of(length >> 8, length & 0xff, ...payload);
  return Uint8Array.of(...PREAMBLE, ...counted, xor(counted));
}

/**
 * Takes chunks of any size. A known length is waited for and never searched for a preamble; after a bad XOR one byte is
 * dropped and the search goes on behind it, so a broken frame does not cost the next one.
 */
export class SdtFramer {
  readonly #held = new Uint8Array(SDT_BUFFER_BYTES);
  readonly #shortestLength: number;
  #count = 0;

  /** @param shortestLength 4 for answers, 3 at a reader's end, where commands without data arrive */
  constructor(shortestLength: 3 | 4) {
    this.#shortestLength = shortestLength;
  }

  feed(bytes: Uint8Array): SdtItem[] {
    const items: SdtItem[] = [];
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + this.#held.length - this.#count);
      this.#held.set(part, this.#count);
      this.#count += part.length;
      at += part.length;
      this.#drain(items);
    }
    return items;
  }

  /** Forgets what is held, as before a new command: what is left of an old answer is stale. */
  reset(): void {
    this.#drop(this.#count);
  }

  #drain(items: SdtItem[]): void {
    let more = true;
    while (more) {
      const noise = this.#noiseBytes();
      if (noise > 0) items.push({ type: 'discarded', bytes: this.#drop(noise) });
      more = this.#takeFrame(items);
    }
  }

  /** @returns whether something was taken, so that there may be more */
  #takeFrame(items: SdtItem[]): boolean {
    if (this.#count < HEADER_BYTES) return false;
    const length = this.#held[5]! * 256 + this.#held[6]!;
    if (length < this.#shortestLength || length > LONGEST_LENGTH) return this.#refuse(items, 'length');
    const end = HEADER_BYTES + length;
    if (this.#count < end) return false;
    if (xor(this.#held.subarray(5, end)) !== 0) return this.#refuse(items, 'checksum');
    items.push({ type: 'payload', payload: this.#held.slice(HEADER_BYTES, end - 1) });
    this.#drop(end);
    return true;
  }

  #refuse(items: SdtItem[], fault: 'length' | 'checksum'): boolean {
    items.push({ type: 'bad_frame', fault }, { type: 'discarded', bytes: this.#drop(1) });
    return true;
  }

  /** How many bytes stand before the first place where a frame may begin. */
  #noiseBytes(): number {
    for (let start = 0; start < this.#count; start += 1) if (this.#mayBeginAt(start)) return start;
    return this.#count;
  }

  #mayBeginAt(start: number): boolean {
    const known = Math.min(PREAMBLE.length, this.#count - start);
    for (let at = 0; at < known; at += 1) if (this.#held[start + at] !== PREAMBLE[at]) return false;
    return true;
  }

  /** Also wipes what it gives up: it may have been a person's. */
  #drop(bytes: number): number {
    this.#held.copyWithin(0, bytes, this.#count);
    this.#held.fill(0, this.#count - bytes, this.#count);
    this.#count -= bytes;
    return bytes;
  }
}

function xor(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
