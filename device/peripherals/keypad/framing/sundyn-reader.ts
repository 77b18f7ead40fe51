import type { FrameReader, LineSymbol } from './frame-reader.ts';
import type { SundynFraming } from './framing-schema.ts';
import { SUNDYN, type SundynItem, type SundynMessage, SundynParser } from './sundyn-message.ts';

/** Nothing that is sent to the device begins a record, so a line that hears itself gives no key. */
const KEY_FIELD = 1;
const KEY_NUMBER = /^\d{1,3}$/;
/** Stands for a key field that is no number. */
const NO_NUMBER = 0xff;

export function createSundynReader(framing: SundynFraming): FrameReader {
  return new SundynReader(framing);
}

class SundynReader implements FrameReader {
  readonly #byteTimeoutMs: number;
  readonly #keys: ReadonlyMap<number, string>;
  readonly #parser = new SundynParser();
  #newestByteAtMs = 0;

  constructor({ keys, byteTimeoutMs }: SundynFraming) {
    this.#byteTimeoutMs = byteTimeoutMs;
    this.#keys = new Map(keys.map(({ number, key }) => [number, key]));
  }

  feed(bytes: Uint8Array, atMs: number): LineSymbol[] {
    const silent = atMs - this.#newestByteAtMs > this.#byteTimeoutMs;
    this.#newestByteAtMs = atMs;
    const items = silent ? [...this.#parser.expire(), ...this.#parser.feed(bytes)] : this.#parser.feed(bytes);
    return items.map((item) => this.#symbol(item));
  }

  noteSent(): void {
    // Nothing of what is sent means a key when it comes back.
  }

  #symbol(item: SundynItem): LineSymbol {
    if (item.type === 'discarded') return { type: 'unknown', byte: item.byte };
    if (item.type === 'bad_frame') return item;
    return this.#meaning(item.message);
  }

  /** Of a result the key alone is taken: what else it holds is of the staff, and names files of the device. */
  #meaning(message: SundynMessage): LineSymbol {
    if (message.type === 'answer') return { type: 'answer' };
    if (message.type !== 'record' || message.code !== SUNDYN.start) {
      return { type: 'ignored', byte: Number(message.code.slice(1)) };
    }
    const field = message.fields[KEY_FIELD] ?? '';
    const number = KEY_NUMBER.test(field) ? Number(field) : NO_NUMBER;
    const key = this.#keys.get(number);
    return key === undefined ? { type: 'unknown', byte: Math.min(number, NO_NUMBER) } : { type: 'key', key };
  }
}
