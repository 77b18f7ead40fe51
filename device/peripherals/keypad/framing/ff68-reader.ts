import { encodeFf68, FF68_FUNC, FF68_START, type Ff68Frame, type Ff68Item, Ff68Parser } from './ff68-frame.ts';
import type { BoxKey, FrameReader, LineSymbol } from './frame-reader.ts';
import type { Ff68Framing } from './framing-schema.ts';

/** A line that hears itself gives our frames back at once; a person presses a key later than this. */
const ECHO_WINDOW_MS = 500;
const MOST_ECHOES = 16;

/** Keys of the call box by their data bytes (peripherals reference, a.2). They carry no grade. */
const BOX_KEYS: ReadonlyMap<string, BoxKey> = new Map([
  [keyOf([FF68_START]), 'evaluate'],
  [keyOf([0x0c]), 'call_next'],
  [keyOf([0x0d]), 'recall'],
  [keyOf([0x0e]), 'cancel'],
  [keyOf([0x06, 0x0f]), 'give_up'],
  [keyOf([0x00, 0x0f]), 'hang_up'],
  [keyOf([0x03, 0x0f]), 'call_back'],
  [keyOf([0x11]), 'one_metre_line'],
  [keyOf([0x12]), 'pause'],
  [keyOf([0x13]), 'transfer'],
]);

export function createFf68Reader(framing: Ff68Framing): FrameReader {
  return new Ff68Reader(framing);
}

class Ff68Reader implements FrameReader {
  readonly #framing: Ff68Framing;
  readonly #keys: ReadonlyMap<number, string>;
  readonly #parser = new Ff68Parser();
  #newestByteAtMs = 0;
  #echoes: { frame: string; untilMs: number }[] = [];

  constructor(framing: Ff68Framing) {
    this.#framing = framing;
    this.#keys = new Map(framing.keys.map((entry) => [entry.byte, entry.key]));
  }

  feed(bytes: Uint8Array, atMs: number): LineSymbol[] {
    const silent = atMs - this.#newestByteAtMs > this.#framing.byteTimeoutMs;
    this.#newestByteAtMs = atMs;
    const items = silent ? [...this.#parser.expire(), ...this.#parser.feed(bytes)] : this.#parser.feed(bytes);
    return items.flatMap((item) => this.#symbols(item, atMs));
  }

  noteSent(frame: readonly number[], atMs: number): void {
    const pending = this.#echoes.filter(({ untilMs }) => untilMs > atMs).slice(1 - MOST_ECHOES);
    this.#echoes = [...pending, { frame: keyOf(frame), untilMs: atMs + ECHO_WINDOW_MS }];
  }

  #symbols(item: Ff68Item, atMs: number): LineSymbol[] {
    if (item.type === 'discarded') return [{ type: 'unknown', byte: item.byte }];
    if (item.type === 'bad_frame') return [{ type: 'bad_frame', fault: item.fault }];
    const { frame } = item;
    // Answering our own answer on a line that hears itself would never end.
    if (this.#isEcho(frame, atMs)) return [{ type: 'ignored', byte: frame.func }];
    if (frame.address !== this.#framing.address) return [{ type: 'other_window', address: frame.address }];
    const symbol = this.#meaning(frame);
    return this.#framing.acknowledge ? [symbol, { type: 'reply', frame: answerTo(frame) }] : [symbol];
  }

  /** Each frame sent excuses one that comes back. */
  #isEcho(frame: Ff68Frame, atMs: number): boolean {
    const key = keyOf(encodeFf68(frame));
    const index = this.#echoes.findIndex((echo) => echo.frame === key && echo.untilMs > atMs);
    if (index >= 0) this.#echoes.splice(index, 1);
    return index >= 0;
  }

  #meaning({ func, data }: Ff68Frame): LineSymbol {
    const unknown: LineSymbol = { type: 'unknown', byte: data[0] ?? func };
    if (func === FF68_FUNC.evaluatorKey && data.length === 1) {
      const key = this.#keys.get(data[0]!);
      return key === undefined ? unknown : { type: 'key', key };
    }
    const boxKey = func === FF68_FUNC.box ? BOX_KEYS.get(keyOf(data)) : undefined;
    return boxKey === undefined ? unknown : { type: 'box_key', key: boxKey };
  }
}

/** The same frame back; an evaluator key is answered with FUNC 01 (peripherals reference, a.2). */
function answerTo(frame: Ff68Frame): number[] {
  return encodeFf68(frame.func === FF68_FUNC.evaluatorKey ? { ...frame, func: FF68_FUNC.box } : frame);
}

function keyOf(bytes: readonly number[]): string {
  return bytes.join(' ');
}
