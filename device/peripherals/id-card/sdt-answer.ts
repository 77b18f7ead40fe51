import { encodeSdt, SdtFramer } from './sdt-frame.ts';

/** What we ask of a reader, in the only order that works: find, select, read (peripherals reference, b.1 and b.3). */
export type SdtCommand = 'find' | 'select' | 'read';

const PAYLOADS: Readonly<Record<SdtCommand, Uint8Array>> = {
  find: Uint8Array.of(0x20, 0x01),
  select: Uint8Array.of(0x20, 0x02),
  read: Uint8Array.of(0x30, 0x01),
};

/** The bytes that ask for it. */
export function sdtCommand(command: SdtCommand): Uint8Array {
  return encodeSdt(PAYLOADS[command]);
}

/** SW1–SW3, then the lengths of text (256) and photo (1024). */
const CARD_HEAD = Uint8Array.of(0x00, 0x00, 0x90, 0x01, 0x00, 0x04, 0x00);
const TEXT_BYTES = 256;
const PHOTO_BYTES = 1024;

/** - `card`: the text block of a card that was read - `answer`: any other answer, of which only SW3 is kept */
export type SdtAnswer =
  | { type: 'card'; text: Uint8Array }
  | { type: 'answer'; status: number }
  | { type: 'bad_frame'; fault: 'length' | 'checksum' }
  | { type: 'discarded'; bytes: number };

/** Answers of a reader. The photo ends here: it is neither decoded nor handed on, and its bytes are wiped. */
export class SdtAnswerParser {
  readonly #framer = new SdtFramer(4);

  feed(bytes: Uint8Array): SdtAnswer[] {
    return this.#framer.feed(bytes).map((item) => (item.type === 'payload' ? answerOf(item.payload) : item));
  }

  reset(): void {
    this.#framer.reset();
  }
}

function answerOf(payload: Uint8Array): SdtAnswer {
  const isCard = payload.length === CARD_HEAD.length + TEXT_BYTES + PHOTO_BYTES && startsWith(payload, CARD_HEAD);
  const text = payload.slice(CARD_HEAD.length, CARD_HEAD.length + TEXT_BYTES);
  const status = payload[2]!;
  payload.fill(0);
  return isCard ? { type: 'card', text } : { type: 'answer', status };
}

function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  return head.every((byte, index) => bytes[index] === byte);
}
