/**
 * Messages of Sundyn evaluators (peripherals reference, a.4): `SnnE`, `Snn||field||…||E`, and the answers `SnnOK` and
 * `RecvCmdOK`. Pure: bytes in, messages out. Their text is UTF-8, and everything that frames it ASCII.
 */
export type SundynMessage =
  | { type: 'command'; code: string }
  | { type: 'record'; code: string; fields: readonly string[] }
  | { type: 'answer'; code: string | null };

export type SundynItem =
  | { type: 'message'; message: SundynMessage }
  | { type: 'bad_frame'; fault: 'length' | 'end' }
  | { type: 'discarded'; byte: number };

export const SUNDYN = { start: 'S02', heartbeat: 'S95', poll: 'SE' } as const;
/** Staff card and key, two more, two times, picture, film and the business result. */
const LEAST_RECORD_FIELDS = 8;
/** A record carries names of files and numbers; the most that a parser holds. */
export const LONGEST_SUNDYN_MESSAGE = 2048;

const USB_ANSWER = 'RecvCmdOK';
const CODE = /^S\d\d/;

export function encodeSundyn(code: string): number[] {
  return [...Buffer.from(code === SUNDYN.poll ? code : `${code}E`, 'latin1')];
}

type Verdict =
  | { type: 'more' | 'noise' }
  | { type: 'fault'; fault: 'length' | 'end' }
  | { type: 'message'; message: SundynMessage };

/** Takes chunks of any size. After a fault one byte is dropped and the search begins again behind it. */
export class SundynParser {
  #held: number[] = [];

  feed(bytes: Uint8Array): SundynItem[] {
    const items: SundynItem[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      this.#drain(items);
    }
    return items;
  }

  /** The line fell silent: what is held will never be complete. */
  expire(): SundynItem[] {
    const wasMessage = this.#held.length > 3;
    const items = this.#held.map((byte): SundynItem => ({ type: 'discarded', byte }));
    this.#held = [];
    return wasMessage ? [{ type: 'bad_frame', fault: 'end' }, ...items] : items;
  }

  #drain(items: SundynItem[]): void {
    while (this.#held.length > 0) {
      const verdict = judge(this.#held);
      if (verdict.type === 'more') return;
      if (verdict.type === 'message') {
        items.push({ type: 'message', message: verdict.message });
        this.#held = [];
        return;
      }
      if (verdict.type === 'fault') items.push({ type: 'bad_frame', fault: verdict.fault });
      items.push({ type: 'discarded', byte: this.#held.shift()! });
    }
  }
}

/** What the bytes held begin with. They end with the newest byte, so a whole message is always all of them. */
function judge(held: readonly number[]): Verdict {
  // Long texts are only looked at where they could end: a record grows byte by byte.
  if (held.length > LONGEST_SUNDYN_MESSAGE) return { type: 'fault', fault: 'length' };
  if (held.length > 5 && held[0] === S && held[3] === BAR && held[4] === BAR) return judgeRecord(held);
  const text = String.fromCharCode(...held);
  if (USB_ANSWER.startsWith(text)) {
    return text === USB_ANSWER ? { type: 'message', message: { type: 'answer', code: null } } : { type: 'more' };
  }
  if (!CODE.test(text.padEnd(3, '0'))) return { type: 'noise' };
  const code = text.slice(0, 3);
  switch (text.slice(3)) {
    case '':
    case 'O':
    case '|':
    case '||':
      return { type: 'more' };
    case 'E':
      return { type: 'message', message: { type: 'command', code } };
    case 'OK':
      return { type: 'message', message: { type: 'answer', code } };
    default:
      return { type: 'fault', fault: 'end' };
  }
}

const [S, BAR, E] = [0x53, 0x7c, 0x45];

/** A field may begin with E itself, so a record ends at `||E` only when it has all its fields. */
function judgeRecord(held: readonly number[]): Verdict {
  if (held.at(-1) !== E || held.at(-2) !== BAR || held.at(-3) !== BAR) return { type: 'more' };
  const [code = '', ...rest] = Buffer.from(held).toString('utf8').split('||');
  const fields = rest.slice(0, -1);
  if (code === SUNDYN.start && fields.length < LEAST_RECORD_FIELDS) return { type: 'more' };
  return { type: 'message', message: { type: 'record', code, fields } };
}
