import type { Clock, Timer } from '../../clock.ts';
import type { Driver, Family, Notes } from '../family.ts';
import type { PortOpener } from '../port/opener.ts';
import { Trouble } from '../trouble.ts';
import { encodeDocument, type PrintItem } from './document.ts';
import { createFileOpener, PRINTER_DEVICE } from './file-opener.ts';
import { Printer, type PrintOutcome } from './printer.ts';
import type { PrinterSettings } from './settings.ts';

/** An empty roll should be known before somebody waits for a slip. */
export const LOOK_EVERY_MS = 60_000;
/** Slips that wait for a printer at work; a printer that lies so far behind prints for nobody. */
const MOST_WAITING = 4;

export interface PrinterFamilySetup {
  opener: PortOpener;
  clock: Clock;
}

export interface PrinterCounters {
  printed: number;
  notPrinted: number;
  replacedCharacters: number;
}

/** What became of a document. `none`: the window has no printer. `overrun`: it is too far behind. */
export type DocumentOutcome = PrintOutcome | { outcome: 'none' | 'overrun'; hint: string };

/** The receipt printer of the window. Nobody waits for it but who asks what became of a document. */
export class PrinterFamily implements Family<'printer'> {
  readonly name = 'printer';
  readonly #setup: PrinterFamilySetup;
  #service: PrinterService | null = null;

  constructor(setup: PrinterFamilySetup) {
    this.#setup = setup;
  }

  start(settings: PrinterSettings, notes: Notes): Driver {
    const service = new PrinterService(this.#setup, settings, notes);
    this.#service = service;
    return {
      status: () => service.status(),
      stop: async () => {
        if (this.#service === service) this.#service = null;
        await service.stop();
      },
    };
  }

  /** When the slip of a case is wanted; `never` without a printer. */
  get slip(): PrinterSettings['slip'] {
    return this.#service?.settings.slip ?? 'never';
  }

  /** Prints after what was asked for before. Never rejects. @param make the document for a line of so many dots */
  print(make: (lineDots: PrinterSettings['lineDots']) => readonly PrintItem[]): Promise<DocumentOutcome> {
    const none = { outcome: 'none', hint: 'Name a printer in the configuration of this window.' } as const;
    return this.#service?.print(make) ?? Promise.resolve(none);
  }
}

/** One printer in service: its queue, and what is wrong with it. */
class PrinterService {
  readonly settings: PrinterSettings;
  readonly #clock: Clock;
  readonly #printer: Printer;
  readonly #trouble: Trouble;
  readonly #counters: PrinterCounters = { printed: 0, notPrinted: 0, replacedCharacters: 0 };
  #work: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #timer: Timer;

  constructor({ opener, clock }: PrinterFamilySetup, settings: PrinterSettings, notes: Notes) {
    const { path, serial, answersStatus } = settings;
    this.settings = settings;
    this.#clock = clock;
    this.#trouble = new Trouble('printer', clock, notes);
    this.#printer = new Printer({
      path,
      serial,
      answersStatus,
      opener: PRINTER_DEVICE.test(path) ? createFileOpener(clock) : opener,
      clock,
      onEvent: ({ type, atMonotonicMs: _at, ...detail }) => notes.note(`printer_${type}`, detail),
    });
    this.#printer.start();
    this.#timer = this.#lookLater();
  }

  status() {
    const { state, hint } = this.#printer;
    return {
      path: this.settings.path,
      state,
      hint: hint ?? this.#trouble.hint,
      counters: { ...this.#counters },
    };
  }

  async print(make: (lineDots: PrinterSettings['lineDots']) => readonly PrintItem[]): Promise<DocumentOutcome> {
    if (this.#waiting >= MOST_WAITING) {
      this.#counters.notPrinted += 1;
      return { outcome: 'overrun', hint: 'Too many slips wait for the printer; look at its state and print again.' };
    }
    const { bytes, replaced } = encodeDocument(make(this.settings.lineDots), this.settings);
    this.#waiting += 1;
    const done = this.#work.then(() => this.#printer.print(bytes));
    this.#work = done;
    const outcome = await done;
    this.#waiting -= 1;
    this.#counters[outcome.outcome === 'printed' ? 'printed' : 'notPrinted'] += 1;
    this.#counters.replacedCharacters += replaced;
    this.#heed(outcome);
    return outcome;
  }

  async stop(): Promise<void> {
    this.#timer.cancel();
    await this.#printer.stop();
  }

  /** The port's own loss has its own events. */
  #heed(outcome: PrintOutcome): void {
    if (outcome.outcome === 'printed') this.#trouble.over();
    else if (outcome.outcome !== 'not_open' && outcome.outcome !== 'busy')
      this.#trouble.met(outcome.outcome, outcome.hint);
  }

  #lookLater(): Timer {
    return this.#clock.setTimer(LOOK_EVERY_MS, () => {
      this.#timer = this.#lookLater();
      // In turn with the slips: a printer answers one at a time.
      this.#work = this.#work.then(async () => this.#heed(await this.#printer.look()));
    });
  }
}
