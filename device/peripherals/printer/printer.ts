import { answerLimit } from '../port/answer-limit.ts';
import type { SerialOptions } from '../port/opener.ts';
import type { Port, PortState } from '../port/port.ts';
import { type PortPlace, reportedPort } from '../port/reported-port.ts';
import {
  isStatusByte,
  type PrinterCondition,
  SOUND_PRINTER,
  type StatusQuestion,
  statusQuestion,
  withAnswer,
} from './printer-status.ts';

/** A printer answers at once or never, from the moment on when the question has reached it. */
const ANSWER_LIMIT_MS = 1000;
/** Start, eight data bits, parity and two stop bits: the most that a byte takes on the line. */
const BITS_PER_BYTE = 12;
/** One part of a document; a printer without paper takes none. */
const PART_LIMIT_MS = 5000;
const PART_BYTES = 512;
/** Cover, paper, faults. */
const QUESTIONS: readonly StatusQuestion[] = [2, 4, 1];

/** What to do about a slip that was not printed, by outcome. */
export const PRINTER_HINTS = {
  busy: 'Another slip is being printed; try again in a moment.',
  not_open: 'Check that the printer is plugged in and that the configured path is the right one.',
  no_answer: 'The printer does not answer; check its power and the line speed.',
  cover_open: 'Close the printer’s cover.',
  paper_out: 'Put in a new roll of paper.',
  error: 'The printer reports a fault; switch it off and on, then look for a paper jam.',
  not_taken: 'The printer took only a part of the slip; check paper, cover and cable, and print it again.',
} as const;

/** `printed`: given to a printer that was sound before and after. Anything else was not, or not wholly, printed. */
export type PrintOutcome =
  | { outcome: 'printed'; paperLow: boolean }
  | { outcome: keyof typeof PRINTER_HINTS; hint: string };

export interface PrinterSetup extends PortPlace {
  serial: SerialOptions;
  /** False for a model that answers no status questions: it is trusted then. */
  answersStatus: boolean;
}

/** A receipt printer on a serial port. None of its methods throws or rejects, and each ends within its limits. */
export class Printer {
  readonly #setup: PrinterSetup;
  readonly #port: Port;
  #busy = false;
  #answer: ((byte: number | null) => void) | null = null;

  constructor(setup: PrinterSetup) {
    this.#setup = setup;
    this.#port = reportedPort(setup, {
      options: setup.serial,
      onData: (bytes) => this.#read(bytes),
      onState: ({ to }) => {
        if (to !== 'ready') this.#answer?.(null);
      },
    });
  }

  start(): void {
    this.#port.start();
  }

  get state(): PortState {
    return this.#port.state;
  }

  /** Why the port is not ready; null where it is. */
  get hint(): string | null {
    return this.#port.state === 'ready' ? null : (this.#port.lastError?.hint ?? null);
  }

  /** Final. A print under way ends as `not_taken` or `no_answer`. */
  stop(): Promise<void> {
    return this.#port.stop();
  }

  /**
   * Prints a document and says what became of it. The wait is at most 5 s for every 512 bytes, the time that the
   * document needs on the line, and 6 s for the printer's answers.
   */
  async print(document: Uint8Array): Promise<PrintOutcome> {
    if (this.#busy) return failed('busy');
    this.#busy = true;
    const outcome = await this.#print(document);
    this.#busy = false;
    return outcome;
  }

  /** Asks a printer that is not at work how it is; `printed` where it is sound. */
  async look(): Promise<PrintOutcome> {
    if (this.#busy) return failed('busy');
    if (this.#port.state !== 'ready') return failed('not_open');
    this.#busy = true;
    const outcome = await this.#check();
    this.#busy = false;
    return outcome;
  }

  async #print(document: Uint8Array): Promise<PrintOutcome> {
    if (this.#port.state !== 'ready') return failed('not_open');
    const before = await this.#check();
    if (before.outcome !== 'printed') return before;
    for (let at = 0; at < document.length; at += PART_BYTES) {
      const fault = await this.#port.write(document.subarray(at, at + PART_BYTES), PART_LIMIT_MS);
      if (fault !== null) return failed('not_taken');
    }
    // Paper that ended in the middle is known only now.
    return this.#check(document.length);
  }

  /**
   * Whether the printer is sound; `printed` where it is.
   * @param bytesBefore what the system took and may still hold back from a slow line (4 KiB are 5 s at 9600 baud): the
   * first question stands behind it
   */
  async #check(bytesBefore = 0): Promise<PrintOutcome> {
    let condition = SOUND_PRINTER;
    let limitMs = ANSWER_LIMIT_MS + Math.ceil((bytesBefore * BITS_PER_BYTE * 1000) / this.#setup.serial.baudRate);
    for (const question of this.#setup.answersStatus ? QUESTIONS : []) {
      const byte = await this.#ask(question, limitMs);
      limitMs = ANSWER_LIMIT_MS;
      if (byte === null) return failed('no_answer');
      condition = withAnswer(condition, question, byte);
    }
    return outcomeOf(condition);
  }

  async #ask(question: StatusQuestion, limitMs: number): Promise<number | null> {
    // The listener first: an answer may be faster than the write's own end.
    const answer = this.#nextAnswer(limitMs);
    // And that end is waited for: a port refuses what comes next while it holds an earlier write.
    await this.#port.write(Uint8Array.from(statusQuestion(question)), ANSWER_LIMIT_MS);
    return answer;
  }

  #nextAnswer(limitMs: number): Promise<number | null> {
    return new Promise((resolve) => {
      const end = (byte: number | null) => {
        timer.cancel();
        this.#answer = null;
        resolve(byte);
      };
      const timer = answerLimit(this.#setup.clock, limitMs, () => end(null));
      this.#answer = end;
    });
  }

  #read(bytes: Uint8Array): void {
    const answer = bytes.find(isStatusByte);
    if (answer !== undefined) this.#answer?.(answer);
  }
}

function outcomeOf({ coverOpen, paperOut, error, offline, paperLow }: PrinterCondition): PrintOutcome {
  if (coverOpen) return failed('cover_open');
  if (paperOut) return failed('paper_out');
  return error || offline ? failed('error') : { outcome: 'printed', paperLow };
}

function failed(outcome: keyof typeof PRINTER_HINTS): PrintOutcome {
  return { outcome, hint: PRINTER_HINTS[outcome] };
}
