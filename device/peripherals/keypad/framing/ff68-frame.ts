/**
 * Frames `FF 68 L L 68 ADDR FUNC DATA… CHK 16` of call boxes and evaluators (peripherals reference, a.2). `L` counts
 * ADDR, FUNC and DATA; CHK is their sum modulo 256. Pure: bytes in, frames out.
 */
export interface Ff68Frame {
  address: number;
  func: number;
  data: readonly number[];
}

export const FF68_FUNC = { box: 0x01, show: 0x02, beep: 0x03, evaluatorKey: 0x11 } as const;
/** Data of the frame that starts an evaluation; the 评价 key of the call box sends the same. */
export const FF68_START = 0x0b;

/** ADDR and FUNC alone (the beep), up to six digits of the display. */
const SHORTEST_L = 2;
const LONGEST_L = 8;
/** What surrounds the bytes that L counts. */
const OVERHEAD = 7;
/** The most that a parser holds. */
export const LONGEST_FF68_FRAME = LONGEST_L + OVERHEAD;

/**
 * What the line gave.
 * - `frame`: whole and with a right checksum
 * - `bad_frame`: began like one and was none; its bytes follow as discarded, or as parts of frames
 * - `discarded`: a byte that belongs to no frame
 */
export type Ff68Item =
  | { type: 'frame'; frame: Ff68Frame }
  | { type: 'bad_frame'; fault: 'length' | 'checksum' | 'end' }
  | { type: 'discarded'; byte: number };

/** The bytes of a frame. @param frame bytes 0 … 255, at most 6 of data */
export function encodeFf68({ address, func, data }: Ff68Frame): number[] {
  const counted = [address, func, ...data];
  return [0xff, 0x68, counted.length, counted.length, 0x68, ...counted, checksum(counted), 0x16];
}

/** Takes chunks of any size. After a fault one byte is dropped and the search begins again behind it. */
export class Ff68Parser {
  readonly #held: number[] = [];

  feed(bytes: Uint8Array): Ff68Item[] {
    const items: Ff68Item[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      this.#drain(items);
    }
    return items;
  }

  /** The line fell silent: what is held will never be complete. */
  expire(): Ff68Item[] {
    const items: Ff68Item[] = [];
    while (this.#held.length > 0) {
      items.push({ type: 'discarded', byte: this.#held.shift()! });
      this.#drain(items);
    }
    return items;
  }

  #drain(items: Ff68Item[]): void {
    while (this.#held.length > 0) {
      const verdict = judge(this.#held);
      if (verdict === 'more') return;
      if (verdict === 'frame') {
        items.push({ type: 'frame', frame: decode(this.#held) });
        this.#held.length = 0;
        return;
      }
      if (verdict !== 'noise') items.push({ type: 'bad_frame', fault: verdict });
      items.push({ type: 'discarded', byte: this.#held.shift()! });
    }
  }
}

/** What the bytes held begin with. They end with the newest byte, so a whole frame is always all of them. */
function judge(held: readonly number[]): 'more' | 'frame' | 'noise' | 'length' | 'checksum' | 'end' {
  if (held[0] !== 0xff || (held.length > 1 && held[1] !== 0x68)) return 'noise';
  const length = held[2];
  if (length === undefined) return 'more';
  if (length < SHORTEST_L || length > LONGEST_L) return 'length';
  if (held.length > 3 && held[3] !== length) return 'length';
  if (held.length > 4 && held[4] !== 0x68) return 'length';
  if (held.length < length + OVERHEAD) return 'more';
  if (held[length + 6] !== 0x16) return 'end';
  return held[length + 5] === checksum(held.slice(5, length + 5)) ? 'frame' : 'checksum';
}

function decode(held: readonly number[]): Ff68Frame {
  return { address: held[5]!, func: held[6]!, data: held.slice(7, held[2]! + 5) };
}

function checksum(counted: readonly number[]): number {
  return counted.reduce((sum, byte) => sum + byte, 0) % 256;
}
