import { z } from 'zod';
import type { Also, Ledger } from './ledger/ledger.ts';
import { type EventBody, LEVELS, levelSchema } from './ledger/record.ts';
import { shanghaiDay } from './time.ts';

/**
 * Once a day, one record of each grade that no citizen gave: an event, never a rating. Its receipt shows that what
 * carries this grade still gets through, so that a centre, a proxy or a filter that swallows 差评 is found the next
 * morning and not by the first complaint.
 */

const stateSchema = z.object({
  day: z.string(),
  records: z.array(z.object({ level: levelSchema, id: z.string() })),
  /** Days that had theirs before, the newest first: a clock that is set right may come to one of them again. */
  before: z.array(z.string()).default([]),
});
/** A clock is seldom further off and still believed. */
const DAYS_REMEMBERED = 40;

export interface CanaryView {
  /** `false`: the connector to this centre cannot prove what reached it, so none is sent; null: not known yet. */
  isSupported: boolean | null;
  /** Day of the last ones, in Shanghai; null before the first. */
  day: string | null;
  reached: number[];
  refused: number[];
  /** On their way. */
  waiting: number[];
}

export interface CanaryOptions {
  ledger: Pick<Ledger, 'state'> & { outbox: { refused(): readonly { id: string }[]; proofOf(id: string): unknown } };
  /** Events under ids chosen beforehand, and what goes into their commit; nothing while the device is not in service. */
  keep(events: readonly EventBody[], also: Also, ids: readonly string[]): void;
  newId: () => string;
  /** The best reading of time, ms since 1970; null while the clock was never set and nobody told the time. */
  now(): number | null;
}

const CANARY_EVENT = 'canary';
const STATE_KEY = 'canary';

export class Canary {
  readonly #options: CanaryOptions;
  #isSupported: boolean | null = null;

  constructor(options: CanaryOptions) {
    this.#options = options;
  }

  /** The agent says whether its connector can prove that a record reached the centre. */
  allow(isSupported: boolean): void {
    this.#isSupported = isSupported;
  }

  /** Sends today's, once; one commit, so a crash leaves all five or none. @throws the store's error */
  sendDaily(): void {
    const nowMs = this.#options.now();
    // A clock that starts in 1970 has the same day at every start, and a test that proves nothing of today.
    if (this.#isSupported !== true || nowMs === null) return;
    const day = shanghaiDay(nowMs);
    const last = this.#state();
    const before = last === null ? [] : [last.day, ...last.before].slice(0, DAYS_REMEMBERED);
    if (before.includes(day)) return;
    const events = LEVELS.map((level): EventBody => ({ type: CANARY_EVENT, detail: { level, day } }));
    const records = LEVELS.map((level) => ({ level, id: this.#options.newId() }));
    const state = { [STATE_KEY]: JSON.stringify({ day, records, before }) };
    this.#options.keep(
      events,
      { state },
      records.map(({ id }) => id),
    );
  }

  view(): CanaryView {
    const state = this.#state();
    const view: CanaryView = {
      isSupported: this.#isSupported,
      day: state?.day ?? null,
      reached: [],
      refused: [],
      waiting: [],
    };
    const refused = new Set(state === null ? [] : this.#options.ledger.outbox.refused().map(({ id }) => id));
    for (const { level, id } of state?.records ?? []) {
      if (this.#options.ledger.outbox.proofOf(id) !== null) view.reached.push(level);
      else view[refused.has(id) ? 'refused' : 'waiting'].push(level);
    }
    return view;
  }

  /** Where some grades get through and others do not, whatever the reason: with all of them waiting it is the line. */
  warnings(): { code: string; text: string }[] {
    const { day, reached, refused, waiting } = this.view();
    const nowMs = this.#options.now();
    const isLate = day !== null && nowMs !== null && day < shanghaiDay(nowMs);
    const lost = [...refused, ...(isLate && reached.length > 0 ? waiting : [])].sort((a, b) => a - b);
    if (lost.length === 0) return [];
    const text = `The daily test records of grade ${lost.join(', ')} did not reach the centre, others did: something on the way treats grades differently. Tell the operator of the centre; ratings are kept here.`;
    return [{ code: 'canary_lost', text }];
  }

  #state(): z.infer<typeof stateSchema> | null {
    const text = this.#options.ledger.state(STATE_KEY);
    return text === null ? null : stateSchema.parse(JSON.parse(text));
  }
}
