import { z } from 'zod';
import type { SeqRange, Sorted } from './ledger/completeness.ts';
import type { Also, Ledger } from './ledger/ledger.ts';
import type { EventBody } from './ledger/record.ts';
import { DAY_MS } from './time.ts';

/**
 * Completeness (补报, reference-protocol §6): what this device asks the centre to confirm, and what follows from the
 * answer. What the centre misses is sent again from what is still held; what nobody can send again, and a database
 * that is older than what the centre holds, become events of the chain and are shown to a technician.
 */

/** One manifest as it goes to the centre. */
export interface ManifestRange {
  fromSeq: number;
  toSeq: number;
  /** Hash of the record `toSeq`. */
  head: string;
  /** Records of the range that are held. */
  count: number;
}

export interface ManifestPlan {
  /** To be handed back with the answer. */
  receipt: number;
  headSeq: number;
  headHash: string;
  /** Everything that should be at the centre; none before the first receipt. */
  ranges: ManifestRange[];
}

export interface ManifestAnswer {
  /** Of the plan. */
  receipt: number;
  ranges: { fromSeq: number; toSeq: number; missing: SeqRange[]; headMatches: boolean }[];
  /** The highest number that the centre holds beyond the plan's head; null where it holds none, or did not tell. */
  centreSeq: number | null;
}

const foundAt = { at: z.number() };
const stateSchema = z.object({
  doneAt: z.number().nullable(),
  /** The first number that this device's id stands for: what came before was delivered under another one. */
  fromSeq: z.int().default(1),
  /** Up to here two chains are known to meet at the centre: told once, not every day anew. */
  forkTo: z.int(),
  behind: z.object({ ...foundAt, headSeq: z.int(), centreSeq: z.int() }).nullable(),
  forked: z.object({ ...foundAt, toSeq: z.int() }).nullable(),
  lost: z.object({ ...foundAt, records: z.int(), ranges: z.string() }).nullable(),
});
type State = z.infer<typeof stateSchema>;

const NOTHING_KNOWN: State = { doneAt: null, fromSeq: 1, forkTo: 0, behind: null, forked: null, lost: null };
const STATE_KEY = 'completeness';
/** One commit of this size holds the device for a few tens of milliseconds. */
const MAX_REPLAY = 2000;
/** How long a finding stays on the technician's page; the event stays for ever. */
const SHOWN_MS = 7 * DAY_MS;

export interface ManifestsOptions {
  ledger: Pick<Ledger, 'state' | 'head' | 'read'> & {
    completeness: Pick<Ledger['completeness'], 'holding' | 'count' | 'sort'>;
  };
  /** One event and what goes into its commit; null: only what goes with it. */
  keep(event: EventBody | null, also: Also): void;
  /** ms since 1970. */
  now(): number;
}

export class Manifests {
  readonly #options: ManifestsOptions;

  constructor(options: ManifestsOptions) {
    this.#options = options;
  }

  /** What to ask the centre now. Reads only. */
  plan(): ManifestPlan {
    const { ledger } = this.#options;
    const { delivered, receipt, ...held } = ledger.completeness.holding();
    const { forkTo, fromSeq } = this.#state();
    const firstSeq = Math.max(held.firstSeq, fromSeq);
    const head = ledger.head();
    const base = { receipt, headSeq: head.seq, headHash: head.hash };
    if (delivered === null || delivered.seq < firstSeq) return { ...base, ranges: [] };
    const range = (fromSeq: number, end: { seq: number; hash: string }): ManifestRange => {
      return { fromSeq, toSeq: end.seq, head: end.hash, count: ledger.completeness.count(fromSeq, end.seq) };
    };
    const [fork] = forkTo >= firstSeq && forkTo < delivered.seq ? ledger.read(forkTo, 1) : [];
    if (fork?.seq !== forkTo) return { ...base, ranges: [range(firstSeq, delivered)] };
    return { ...base, ranges: [range(firstSeq, fork), range(forkTo + 1, delivered)] };
  }

  /**
   * Takes the centre's answer to a plan. Each finding is kept in one commit with its event, so a crash half-way leaves
   * it for the next manifest.
   * @returns whether more can be sent again than fitted in
   */
  answer(answer: ManifestAnswer): boolean {
    const missing = answer.ranges.flatMap((range) => range.missing);
    const sorted = this.#options.ledger.completeness.sort(missing, answer.receipt, MAX_REPLAY);
    this.#replay(sorted);
    this.#noteLost(sorted, missing);
    this.#noteBehind(answer.centreSeq);
    this.#noteFork(answer);
    this.#remember({ doneAt: this.#options.now() }, null);
    return sorted.more;
  }

  /**
   * The device goes on under another id: its centre is not asked for what was delivered before, lest it be sent twice.
   * @param seq the last number before
   */
  startAfter(seq: number): void {
    this.#remember({ fromSeq: seq + 1, forkTo: 0, behind: null, forked: null, lost: null }, null);
  }

  /** When the centre last answered; ms since 1970. */
  get doneAt(): number | null {
    return this.#state().doneAt;
  }

  /** For the technician: what was found within the last week. */
  warnings(): { code: string; text: string }[] {
    const { behind, forked, lost } = this.#state();
    const found: { at: number; code: string; text: string }[] = [];
    if (behind !== null) found.push({ at: behind.at, code: 'ledger_behind_centre', text: behindText(behind) });
    if (forked !== null) found.push({ at: forked.at, code: 'ledger_forked', text: forkedText(forked) });
    if (lost !== null) found.push({ at: lost.at, code: 'records_lost', text: lostText(lost) });
    const now = this.#options.now();
    return found.filter(({ at }) => now - at < SHOWN_MS).map(({ code, text }) => ({ code, text }));
  }

  #replay({ replayable }: Sorted): void {
    if (replayable.length === 0) return;
    const detail = { records: replayable.length, fromSeq: replayable[0]!, toSeq: replayable.at(-1)! };
    // Delivered once and in time: its date is ours alone, and what was never delivered goes first.
    const replay = { seqs: replayable, dueAt: this.#options.now() + DAY_MS };
    this.#options.keep({ type: 'centre_missing', detail }, { replay });
  }

  #noteLost({ gone }: Sorted, missing: readonly SeqRange[]): void {
    const known = this.#state().lost;
    if (gone === 0) {
      if (known !== null) this.#remember({ lost: null }, null);
      return;
    }
    const ranges = missing
      .map(([from, to]) => `${from}-${to}`)
      .join(',')
      .slice(0, 500);
    if (known?.records === gone) return;
    const lost = { at: this.#options.now(), records: gone, ranges };
    this.#remember({ lost }, { type: 'records_lost', detail: { records: gone, missing: ranges } });
  }

  #noteBehind(centreSeq: number | null): void {
    const { behind, forkTo } = this.#state();
    const headSeq = this.#options.ledger.head().seq;
    if (centreSeq === null || centreSeq <= headSeq || centreSeq <= (behind?.centreSeq ?? 0)) return;
    const found = { at: this.#options.now(), headSeq, centreSeq };
    const change = { behind: found, forkTo: Math.max(forkTo, centreSeq) };
    this.#remember(change, { type: 'ledger_behind_centre', detail: { headSeq, centreSeq } });
  }

  /**
   * The number of the head is there, and still the head is another: the centre holds other records than this device. What
   * else is missing says nothing against that: a record that is lost for good (seed 1910) would hide it for ever.
   */
  #noteFork({ ranges }: ManifestAnswer): void {
    const { forkTo } = this.#state();
    for (const { fromSeq, toSeq, missing, headMatches } of ranges) {
      const isMissing = missing.some(([from, to]) => from <= toSeq && to >= toSeq);
      if (headMatches || isMissing || toSeq <= forkTo) continue;
      const forked = { at: this.#options.now(), toSeq };
      this.#remember({ forked, forkTo: toSeq }, { type: 'ledger_forked', detail: { fromSeq, toSeq } });
    }
  }

  #state(): State {
    const text = this.#options.ledger.state(STATE_KEY);
    return text === null ? NOTHING_KNOWN : stateSchema.parse(JSON.parse(text));
  }

  #remember(change: Partial<State>, event: EventBody | null): void {
    this.#options.keep(event, { state: { [STATE_KEY]: JSON.stringify({ ...this.#state(), ...change }) } });
  }
}

const CALL = 'Tell the operator of the centre; nothing there is overwritten.';

function behindText({ headSeq, centreSeq }: NonNullable<State['behind']>): string {
  return `The centre holds records up to ${centreSeq}, this device only up to ${headSeq}: its database was put back from an older copy. ${CALL}`;
}

function forkedText({ toSeq }: NonNullable<State['forked']>): string {
  return `The centre holds other records under numbers up to ${toSeq} than this device: two copies of its database were in use. ${CALL}`;
}

function lostText({ records, ranges }: NonNullable<State['lost']>): string {
  return `${records} records are missing at the centre and are no longer here (numbers ${ranges}). ${CALL}`;
}
