import { entryOf, type WindowEntry } from '../entry.ts';
import type { LedgerRecord } from '../ledger/record.ts';
import type { Rules } from '../rules.ts';
import { parseTime, shanghaiDay } from '../time.ts';
import { eventFact } from '../visit/facts.ts';
import type { FactToKeep } from '../visit/model.ts';
import { caseKey, unratedKey, unratedSchema, visitKey } from '../visit-index.ts';
import { isSameReading, type OpenForm, type PaperEntry, readOpenForm } from './entry.ts';
import { DONE, OPEN } from './form-marks.ts';
import { formNumber, isSameForm, seqOfForm } from './form-number.ts';
import { PaperError } from './paper-error.ts';
import { paperRating, paperVisit, type RatedVisit, ratedAtOf } from './paper-rating.ts';

export interface PaperStore {
  append(entries: readonly WindowEntry[], also: { state: Record<string, string | null> }): unknown;
  read(fromSeq: number, limit: number): LedgerRecord[];
  state(key: string): string | null;
  stateKeys(from: string, to: string, limit: number): string[];
}

export interface PaperDeskOptions {
  store: PaperStore;
  /** The best reading of true time, ms since 1970. */
  nowMs: () => number;
  newId: () => string;
  rules: () => Rules;
  /** Of the device's key; part of each form's number. */
  fingerprint: string;
}

/** What a person whose task is paper sees: numbers, and nothing of what anybody entered. */
export interface PaperForms {
  /** To be entered (again) by the first person, because two entries differed. */
  again: string[];
  /** To be entered by the second person. */
  waiting: string[];
}

const MOST_LISTED = 500;

interface IssuedForm {
  /** As printed. */
  form: string;
  window: string;
  /** Shanghai day; null where the device did not know the time. */
  issuedDay: string | null;
}

function dayOf({ recordedAt, clock }: LedgerRecord): string | null {
  return clock.quality === 'unset' ? null : shanghaiDay(parseTime(recordedAt) + clock.offsetMs);
}

/**
 * Paper forms (内蒙古 第十条, 第十九条第（三）项) typed by two people who do not see each other's entry. Only where both
 * read the same does a rating come of it, in one commit with the end of the form, so exactly one. What was entered once
 * waits sealed in the ledger's file and is shown to nobody, also not to whoever typed it.
 */
export class PaperDesk {
  readonly #options: PaperDeskOptions;

  constructor(options: PaperDeskOptions) {
    this.#options = options;
  }

  /** At most 500 of each, in the order of their numbers. */
  forms(): PaperForms {
    const found: PaperForms = { again: [], waiting: [] };
    for (const key of this.#options.store.stateKeys(OPEN, `${OPEN}\uffff`, MOST_LISTED)) {
      const form = key.slice(OPEN.length);
      found[this.#open(form)?.state === 'first' ? 'waiting' : 'again'].push(form);
    }
    return found;
  }

  /**
   * The first reading of a form.
   * @param staffId of the person who types @returns the form's number as printed
   * @throws PaperError; or the store's error, and nothing was kept
   */
  first(entry: PaperEntry, staffId: string): string {
    const { form, issuedDay } = this.#unentered(entry.form);
    const open = this.#open(form);
    if (open?.state === 'first') throw new PaperError('form_waits', `form ${form} was entered once`);
    this.#checkDay(entry, issuedDay);
    const next: OpenForm = { state: 'first', entry, staffId, differed: open?.differed ?? 0 };
    this.#keep([eventFact('paper_form_first_entry', { form, staffId })], { [OPEN + form]: JSON.stringify(next) });
    return form;
  }

  /**
   * The second reading. Where it differs, both are forgotten and the form is read anew: an answer that said more, or a
   * first entry that stayed, could be tried until it fits.
   * @throws PaperError; or the store's error, and nothing was kept
   */
  second(entry: PaperEntry, staffId: string): { form: string; outcome: 'agreed' | 'differs' } {
    const { form, issuedDay, window } = this.#unentered(entry.form);
    const open = this.#open(form);
    if (open?.state !== 'first') throw new PaperError('form_not_entered', `form ${form} has no first entry`);
    if (open.staffId === staffId) throw new PaperError('form_same_person', 'one person cannot make both entries');
    this.#checkDay(entry, issuedDay);
    const people = { form, firstBy: open.staffId, secondBy: staffId };
    if (isSameReading(open.entry, entry)) {
      this.#agree(open.entry, window, people);
      return { form, outcome: 'agreed' };
    }
    const differed = open.differed + 1;
    const next: OpenForm = { state: 'differs', differed };
    this.#keep([eventFact('paper_form_differs', { ...people, times: differed })], {
      [OPEN + form]: JSON.stringify(next),
    });
    return { form, outcome: 'differs' };
  }

  #agree(entry: PaperEntry, window: string, people: { form: string; firstBy: string; secondBy: string }): void {
    const { form } = people;
    const { visit, facts, state } = this.#visitOf(entry, form, window);
    const detail = { ...people, visitId: visit.visitId, paperDate: entry.paperDate };
    this.#keep([...facts, paperRating(visit, entry, this.#options.rules()), eventFact('paper_form_entered', detail)], {
      ...state,
      [OPEN + form]: null,
      [DONE + form]: visit.visitId,
    });
  }

  /**
   * Which visit the form rates: that of the case it names, where it ended here without a rating by the paper's day. A
   * case that is not known here gets its visit now. One that has its rating, or is still at the window, stays untouched,
   * without a word to whoever types (promise 6): the form then stands for itself, and a flag tells the centre.
   */
  #visitOf(entry: PaperEntry, form: string, window: string) {
    const { caseNo, serviceNo, paperDate } = entry;
    const known = this.#caseOf(entry);
    const unrated = known?.unrated ?? null;
    if (unrated !== null && shanghaiDay(unrated.servedAt) <= paperDate) {
      return { visit: unrated, facts: [], state: { [unratedKey(unrated.visitId)]: null } };
    }
    const isTaken = known !== null || caseNo === null;
    const visit: RatedVisit = {
      visitId: this.#options.newId(),
      // A window's number may be in any script, a case's may not.
      caseNo: isTaken ? `PAPER${form.slice(window.length)}` : caseNo,
      serviceNo: isTaken ? 1 : serviceNo,
      servedAt: ratedAtOf(paperDate, null),
    };
    const key = caseKey(visit.caseNo, visit.serviceNo);
    const flag = known === null ? [] : [eventFact('anomaly', { kind: 'same_case', visitId: visit.visitId })];
    return {
      visit,
      facts: [paperVisit(visit, window), ...flag],
      state: { [key]: visit.visitId, [visitKey(visit.visitId)]: key },
    };
  }

  /** Null where the entry names no case or one that is not known here. */
  #caseOf({ caseNo, serviceNo }: PaperEntry): { unrated: RatedVisit | null } | null {
    const { store } = this.#options;
    const visitId = caseNo === null ? null : store.state(caseKey(caseNo, serviceNo));
    if (caseNo === null || visitId === null) return null;
    const text = store.state(unratedKey(visitId));
    if (text === null) return { unrated: null };
    const { servedAt } = unratedSchema.parse(JSON.parse(text));
    return { unrated: { visitId, caseNo, serviceNo, servedAt } };
  }

  /** @throws PaperError `form_unknown`, `form_entered` */
  #unentered(typed: string): IssuedForm {
    const issued = this.#issued(typed);
    if (this.#options.store.state(DONE + issued.form) === null) return issued;
    throw new PaperError('form_entered', `form ${issued.form} was entered before`);
  }

  #issued(typed: string): IssuedForm {
    const seq = seqOfForm(typed);
    const [record] = seq === null || !Number.isSafeInteger(seq) ? [] : this.#options.store.read(seq, 1);
    if (record?.seq === seq && record?.kind === 'event' && record.body.type === 'paper_form_issued') {
      const window = String(record.body.detail.window);
      const form = formNumber(window, this.#options.fingerprint, record.seq);
      if (isSameForm(typed, form)) return { form, window, issuedDay: dayOf(record) };
    }
    throw new PaperError('form_unknown', 'this device issued no form of that number');
  }

  /** Days as written: whoever handed a form out at nine cannot tell whether it was filled in at ten. */
  #checkDay({ paperDate }: PaperEntry, issuedDay: string | null): void {
    if (paperDate > shanghaiDay(this.#options.nowMs())) {
      throw new PaperError('paper_date_wrong', `${paperDate} lies ahead`);
    }
    if (issuedDay !== null && paperDate < issuedDay) {
      throw new PaperError('paper_date_wrong', `${paperDate} lies before the form was handed out`);
    }
  }

  #open(form: string): OpenForm | null {
    const text = this.#options.store.state(OPEN + form);
    return text === null ? null : readOpenForm(text);
  }

  #keep(facts: readonly FactToKeep[], state: Record<string, string | null>): void {
    const { store, rules, nowMs } = this.#options;
    // The paper's day was not read off this device's clock, so the clock's error moves nothing.
    const now = Math.round(nowMs());
    store.append(
      facts.map((fact) => entryOf(fact, rules(), { wallMs: now, dateMs: now })),
      { state },
    );
  }
}
