/**
 * What the caller does next with an error; every area's error class carries one.
 * - `retry`: nothing was kept or shown; the same call may be made again later.
 * - `refuse`: the input is at fault; tell the sender the field and what would be right.
 * - `stop`: a person has to act before this can work; say what.
 */
export type NextStep = 'retry' | 'refuse' | 'stop';

/**
 * Base of all typed errors. Callers decide by `code` and `next`, never by matching the text.
 * Only plain data survives a process boundary, so `toPlain()` is what travels.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly next: NextStep;
  /** One sentence for a technician: what to do about it. */
  readonly hint: string;

  constructor(code: Code, message: string, options: { next: NextStep; hint: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.next = options.next;
    this.hint = options.hint;
  }

  toPlain(): { code: string; message: string; next: NextStep; hint: string } {
    return { code: this.code, message: this.message, next: this.next, hint: this.hint };
  }
}

/** Something amiss that stops nothing, for the technician. */
export interface Warning {
  code: string;
  text: string;
}
