import { Ff68Parser } from './keypad/framing/ff68-frame.ts';
import { type SundynMessage, SundynParser } from './keypad/framing/sundyn-message.ts';
import { type StatusQuestion, statusQuestion } from './printer/printer-status.ts';

const QUESTIONS: readonly StatusQuestion[] = [1, 2, 3, 4];
/** A frame that is not complete by then never will be. */
const FRAME_ENDS_AFTER_MS = 500;
const MOST_WORDS = 4;
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/**
 * Whole frames of one direction of a line in words, for a technician. Frames are put together over chunks. Families whose
 * frames may hold a person's data have no words here, and of a Sundyn record no field is told: it names staff and files.
 */
export class FrameWords {
  #ff68 = new Ff68Parser();
  #sundyn = new SundynParser();
  #newestAtMs = Number.NEGATIVE_INFINITY;

  /** @returns what became complete with this chunk; null where nothing that we know did */
  feed(bytes: Uint8Array, atMs: number): string | null {
    if (atMs - this.#newestAtMs > FRAME_ENDS_AFTER_MS) this.#forget();
    this.#newestAtMs = atMs;
    const question = QUESTIONS.find((number) => Buffer.from(statusQuestion(number)).equals(bytes));
    const words = [
      ...(question === undefined ? [] : [`ESC/POS status ${question}?`]),
      ...this.#ff68.feed(bytes).flatMap((item) => {
        if (item.type !== 'frame') return [];
        const { address, func, data } = item.frame;
        return [`FF68 address ${hex(address)} function ${hex(func)} data ${data.map(hex).join(' ')}`.trimEnd()];
      }),
      ...this.#sundyn.feed(bytes).flatMap((item) => (item.type === 'message' ? [sundynWords(item.message)] : [])),
    ];
    if (words.length === 0) return null;
    const more = words.length > MOST_WORDS ? ` … (${words.length})` : '';
    return `${words.slice(0, MOST_WORDS).join('; ')}${more}`;
  }

  #forget(): void {
    this.#ff68 = new Ff68Parser();
    this.#sundyn = new SundynParser();
  }
}

function sundynWords(message: SundynMessage): string {
  switch (message.type) {
    case 'answer':
      return `Sundyn answer ${message.code ?? 'received'}`;
    case 'command':
      return `Sundyn command ${message.code}`;
    case 'record':
      return `Sundyn record ${message.code}, ${message.fields.length} fields`;
  }
}
