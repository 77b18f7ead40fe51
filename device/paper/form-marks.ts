import { LedgerError } from '../ledger/errors.ts';
import type { EventBody } from '../ledger/record.ts';
import { readOpenForm } from './entry.ts';
import { seqOfForm } from './form-number.ts';
import type { PaperStore } from './paper-desk.ts';

/** What was entered of a form that is on its way, sealed; its number follows. */
export const OPEN = 'paper-open:';
/** That a form was entered, so that none counts twice; the visit is its text. */
export const DONE = 'paper-done:';
/** Each costs the opening of one record. */
const AT_ONCE = 100;

interface FormMarksOptions {
  store: Omit<PaperStore, 'append'>;
  /** Keeps the events and forgets the marks in one commit. @returns whether it could: a device out of service cannot */
  keep: (events: readonly EventBody[], also: { state: Record<string, null> }) => boolean;
}

/**
 * Lets a mark leave when the record that issued its form has left (180 days after its receipt): without that record the
 * desk knows no such form, so none can be entered twice, and none that waits can be finished. What stays is bounded by
 * the forms of those days. A form that waited in vain leaves an event: nothing of a citizen's vanishes without a trace.
 */
export class FormMarks {
  readonly #options: FormMarksOptions;
  readonly #from = { [OPEN]: OPEN, [DONE]: DONE };

  constructor(options: FormMarksOptions) {
    this.#options = options;
  }

  /** Looks at the next hundred marks of a kind. @returns whether there are more; call again then. @throws the store's error */
  forget(): boolean {
    return this.#forget(OPEN, (key) => this.#lapsed(key)) || this.#forget(DONE, () => null);
  }

  #forget(kind: typeof OPEN | typeof DONE, traceOf: (key: string) => EventBody | null): boolean {
    const { store, keep } = this.#options;
    const keys = store.stateKeys(this.#from[kind], `${kind}\uffff`, AT_ONCE);
    const gone = keys.filter((key) => !this.#isIssued(key));
    const traces = gone.flatMap((key) => traceOf(key) ?? []);
    if (gone.length > 0 && !keep(traces, { state: Object.fromEntries(gone.map((key) => [key, null])) })) return false;
    const more = keys.length === AT_ONCE;
    this.#from[kind] = more ? `${keys.at(-1)} ` : kind;
    return more;
  }

  /** Its number and how far it had come, and nothing of what was entered. */
  #lapsed(key: string): EventBody {
    const open = readOpenForm(this.#options.store.state(key) ?? '');
    return { type: 'paper_form_lapsed', detail: { form: key.slice(OPEN.length), state: open.state } };
  }

  #isIssued(key: string): boolean {
    const seq = seqOfForm(key);
    if (seq === null) return true;
    try {
      return this.#options.store.read(seq, 1)[0]?.seq === seq;
    } catch (error) {
      // A record that is there and cannot be read has not left.
      if (error instanceof LedgerError && error.code === 'record_unreadable') return true;
      throw error;
    }
  }
}
