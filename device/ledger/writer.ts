import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { formatTime } from '../time.ts';
import { canonicalJson } from './canonical-json.ts';
import { sha256 } from './chain.ts';
import { LedgerError } from './errors.ts';
import { EMPTY_HEAD, type Head, HeadWriter, readHead } from './head.ts';
import {
  type ClockBlock,
  eventBodySchema,
  type LedgerRecord,
  notRatedBodySchema,
  type RecordFact,
  ratingBodySchema,
  uuidSchema,
  visitBodySchema,
} from './record.ts';
import { RecordInserter } from './record-row.ts';
import type { Secrets } from './sealing.ts';

/** Time as the ledger writes it down: the moment, and how far the device trusted its clock. */
export interface LedgerClock {
  /** ms since 1970. */
  wallMs(): number;
  block(): ClockBlock;
  /** Time that no step of the wall clock moves, for deferrals; the wall clock's where left out. */
  steadyMs?(): number;
}

/** A fact to keep, and the earliest date that its late delivery would break (ms since 1970). */
export interface Entry {
  fact: RecordFact;
  dueAt: number;
  /** Slack below which the record is at risk, ms; 0 or left out: the date is the house's own and raises no alarm. */
  marginMs?: number;
  /** The record's id, chosen beforehand so that a later record can name it; a new one where left out. */
  id?: string;
}

const entrySchema = z.strictObject({
  fact: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('visit'), body: visitBodySchema }),
    z.strictObject({ kind: z.literal('rating'), body: ratingBodySchema }),
    z.strictObject({ kind: z.literal('not_rated'), body: notRatedBodySchema }),
    z.strictObject({ kind: z.literal('event'), body: eventBodySchema }),
  ]),
  dueAt: z.int().min(0),
  marginMs: z.int().min(0).optional(),
  id: uuidSchema.optional(),
});

/** @throws LedgerError `fact_invalid` naming the first field at fault */
export function checkEntries(entries: readonly Entry[]): void {
  for (const entry of entries) {
    const issue = entrySchema.safeParse(entry).error?.issues[0];
    if (issue !== undefined) throw new LedgerError('fact_invalid', `${issue.path.join('.')}: ${issue.message}`);
  }
}

/** Makes records of facts and links them to the chain. Everything happens inside the caller's transaction. */
export class ChainWriter {
  readonly #db: Database;
  readonly #secrets: Secrets;
  readonly #clock: LedgerClock;
  readonly #newId: () => string;
  readonly #records: RecordInserter;
  readonly #outbox: Statement;
  readonly #headWriter: HeadWriter;
  #head: Head | null = null;

  constructor(db: Database, secrets: Secrets, clock: LedgerClock, newId: () => string) {
    this.#db = db;
    this.#secrets = secrets;
    this.#clock = clock;
    this.#newId = newId;
    this.#records = new RecordInserter(db, secrets.sealer);
    this.#outbox = db.prepare('INSERT INTO outbox (seq, due_at, margin) VALUES (?, ?, ?)');
    this.#headWriter = new HeadWriter(db, secrets.stamp);
  }

  /** The head as of the last commit. */
  head(): Head {
    this.#head ??= readHead(this.#db, this.#secrets.stamp) ?? EMPTY_HEAD;
    return { seq: this.#head.seq, hash: this.#head.hash };
  }

  /** To be called after a commit, and only then. */
  committed(records: readonly LedgerRecord[]): void {
    const last = records.at(-1);
    if (last !== undefined) this.#head = { seq: last.seq, hash: last.hash };
  }

  /** After a failed commit the file is asked again what it holds. */
  failed(): void {
    this.#head = null;
  }

  /** Writes records, outbox rows and the head. @param entries checked by `checkEntries` */
  write(entries: readonly Entry[]): LedgerRecord[] {
    const wallMs = this.#clock.wallMs();
    const clock = this.#clock.block();
    let head = this.head();
    const records = entries.map((entry) => {
      const { record, json } = this.#link(entry, head, wallMs, clock);
      this.#records.insert(record, wallMs, json);
      this.#outbox.run(record.seq, entry.dueAt, entry.marginMs ?? 0);
      head = record;
      return record;
    });
    if (records.length > 0) this.#headWriter.move(head, records.length);
    return records;
  }

  #link({ fact, id }: Entry, head: Head, wallMs: number, clock: ClockBlock): Linked {
    const base = { id: id ?? this.#newId(), seq: head.seq + 1, prev: head.hash, recordedAt: formatTime(wallMs), clock };
    // The union is closed over `kind`: one object per member keeps kind and body together for the compiler.
    switch (fact.kind) {
      case 'visit':
        return hashed({ ...base, kind: fact.kind, body: fact.body });
      case 'rating':
        return hashed({ ...base, kind: fact.kind, body: fact.body });
      case 'not_rated':
        return hashed({ ...base, kind: fact.kind, body: fact.body });
      case 'event':
        return hashed({ ...base, kind: fact.kind, body: fact.body });
    }
  }
}

type Unhashed<R> = R extends LedgerRecord ? Omit<R, 'hash'> : never;

interface Linked {
  record: LedgerRecord;
  /** The text that is kept and sent: made from the canonical form, so that a record is written out once. */
  json: string;
}

function hashed<R extends Unhashed<LedgerRecord>>(record: R): Linked {
  const canonical = canonicalJson(record);
  const hash = sha256(canonical);
  return { record: { ...record, hash } as LedgerRecord, json: `${canonical.slice(0, -1)},"hash":"${hash}"}` };
}
