import { LedgerError } from '../ledger/errors.ts';
import { seqOfForm } from './form-number.ts';
import type { PaperStore } from './paper-desk.ts';

/** That a form was entered, so that none counts twice; the visit is its text. */
export const DONE = 'paper-done:';
const END = `${DONE}\uffff`;
/** Each costs the opening of one record. */
const AT_ONCE = 100;

/**
 * Lets a mark leave when the record that issued its form has left (180 days after its receipt): without that record the
 * desk knows no such form, so none can be entered twice. What stays is bounded by the forms of those days.
 */
export class EnteredForms {
  readonly #store: PaperStore;
  #from = DONE;

  constructor(store: PaperStore) {
    this.#store = store;
  }

  /** Looks at the next hundred marks. @returns whether there are more; call again then. @throws the store's error */
  forget(): boolean {
    const keys = this.#store.stateKeys(this.#from, END, AT_ONCE);
    const gone = keys.filter((key) => !this.#isIssued(key));
    if (gone.length > 0) this.#store.append([], { state: Object.fromEntries(gone.map((key) => [key, null])) });
    const more = keys.length === AT_ONCE;
    this.#from = more ? `${keys.at(-1)} ` : DONE;
    return more;
  }

  #isIssued(key: string): boolean {
    const seq = seqOfForm(key);
    if (seq === null) return true;
    try {
      return this.#store.read(seq, 1)[0]?.seq === seq;
    } catch (error) {
      // A record that is there and cannot be read has not left.
      if (error instanceof LedgerError && error.code === 'record_unreadable') return true;
      throw error;
    }
  }
}
