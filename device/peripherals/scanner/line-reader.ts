/** What the largest QR code holds (ISO/IEC 18004): an enrolment order with the centre's authority needs some 900. */
export const LONGEST_SCAN_CHARS = 4296;

/** - `line`: one scan, with at least one character - `too_long`: was dropped whole */
export type ScanItem = { type: 'line'; text: string } | { type: 'too_long' } | { type: 'discarded'; bytes: number };

const CR = 0x0d;
const LF = 0x0a;
const DELETE = 0x7f;

/**
 * Lines of a scanner, which ends a scan with CR, LF, CRLF or with nothing, as it was set up (peripherals reference, d).
 * The owner says when the line fell silent, which ends a scan too. Control characters are dropped; what is not UTF-8
 * becomes U+FFFD, which no pattern allows.
 */
export class ScanLineReader {
  #held: number[] = [];
  #tooLong = false;

  feed(bytes: Uint8Array): ScanItem[] {
    const items: ScanItem[] = [];
    let dropped = 0;
    for (const byte of bytes) {
      if (byte === CR || byte === LF) items.push(...this.#end());
      else if (byte < 0x20 || byte === DELETE) dropped += 1;
      else this.#hold(byte);
    }
    return dropped === 0 ? items : [...items, { type: 'discarded', bytes: dropped }];
  }

  /** Whether a scan has begun, so that silence would end it. */
  get pending(): boolean {
    return this.#held.length > 0 || this.#tooLong;
  }

  /** The line fell silent. */
  endBySilence(): ScanItem[] {
    return this.#end();
  }

  #hold(byte: number): void {
    // In bytes: a character has at least one, so a line within the limit of characters may be cut, never one beyond it.
    if (this.#held.length >= LONGEST_SCAN_CHARS) this.#tooLong = true;
    else this.#held.push(byte);
  }

  #end(): ScanItem[] {
    const text = new TextDecoder().decode(Uint8Array.from(this.#held)).trim();
    const tooLong = this.#tooLong;
    this.#held = [];
    this.#tooLong = false;
    if (tooLong) return [{ type: 'too_long' }];
    return text === '' ? [] : [{ type: 'line', text }];
  }
}
