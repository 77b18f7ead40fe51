import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { DAY_MS, parseTime } from '../time.ts';
import { LedgerError } from './errors.ts';
import { HeadWriter, NO_TALLY, type Tally } from './head.ts';
import type { Settlement } from './outbox.ts';
import { DEFERRED, type OutboxState, outboxState, PENDING, REFUSED, TALLY_NAME } from './outbox-rows.ts';
import type { Receipts } from './receipts.ts';
import { hashSchema, timeSchema, uuidSchema } from './record.ts';
import { idBytes } from './record-row.ts';
import type { Stamp } from './sealing.ts';

/** A centre that asks for longer is asked again after a day; it also bounds what a stepped clock can do (outbox-store.ts). */
export const MAX_DEFER_MS = DAY_MS;

const receiptSchema = z.strictObject({
  batchId: z.string().min(1).max(64),
  receivedAt: timeSchema,
  count: z.int().min(1),
  root: hashSchema,
  jws: z.string().min(1).max(65_536),
});

const settlementSchema = z
  .strictObject({
    leaseId: z.string().min(1).max(64),
    receipt: receiptSchema.nullable(),
    delivered: z.array(uuidSchema).max(100_000),
    deferred: z.array(z.strictObject({ id: uuidSchema, retryAfterMs: z.number().min(0), code: z.string().max(200) })),
    refused: z.array(z.strictObject({ id: uuidSchema, code: z.string().max(200), message: z.string().max(4000) })),
  })
  .refine((settlement) => (settlement.receipt?.count ?? 0) === settlement.delivered.length, {
    path: ['receipt', 'count'],
    message: 'a receipt exactly when something is delivered, counting as many records',
  })
  .refine(({ delivered }) => new Set(delivered).size === delivered.length, {
    path: ['delivered'],
    message: 'each record once',
  });

/** @throws LedgerError `settlement_invalid` naming the first field at fault */
export function parseSettlement(settlement: Settlement): Settlement {
  const parsed = settlementSchema.safeParse(settlement);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LedgerError('settlement_invalid', `${issue?.path.join('.')}: ${issue?.message}`);
}

/** What a claim read of a record. None of it ever changes, so a settlement need not read it again. */
export interface Known {
  seq: number;
  hash: Buffer;
  recorded_at: number;
}

interface Standing extends Known {
  /** null: delivered. */
  state: number | null;
}

/**
 * Writes the outcome of a batch. By record id, and a record only ever moves towards delivered, so a settlement may come
 * twice, late, or after a restart.
 */
export class Settler {
  readonly #receipts: Receipts;
  readonly #head: HeadWriter;
  readonly #standing: Statement<[Buffer], Standing>;
  readonly #waiting: Statement<[string], { state: OutboxState; records: number }>;
  readonly #deliver: Statement<[number, string]>;
  readonly #leave: Statement<[string]>;
  readonly #move: Statement<[number, number | null, number, string | null, string | null, number]>;

  constructor(db: Database, stamp: Stamp, receipts: Receipts) {
    this.#receipts = receipts;
    this.#head = new HeadWriter(db, stamp);
    this.#standing = db.prepare<[Buffer], Standing>(
      'SELECT seq, hash, recorded_at, state FROM record LEFT JOIN outbox USING (seq) WHERE id = ?',
    );
    // One statement each for all of a batch, whose list of seqs comes as JSON: a call for each row costs more than its work.
    const listed = `json_each(?) AS listed CROSS JOIN outbox ON seq = listed.value AND state BETWEEN ${PENDING} AND ${REFUSED}`;
    this.#waiting = db.prepare(`SELECT state, count(*) AS records FROM ${listed} GROUP BY state`);
    this.#deliver = db.prepare(`INSERT INTO delivery (seq, receipt, leaf) SELECT seq, ?, listed.key FROM ${listed}`);
    this.#leave = db.prepare(`DELETE FROM outbox WHERE seq IN (SELECT seq FROM ${listed})`);
    this.#move = db.prepare<[number, number | null, number, string | null, string | null, number]>(
      'UPDATE outbox SET state = ?, next_at = ?, attempts = attempts + ?, code = ?, message = ? WHERE seq = ?',
    );
  }

  /**
   * Inside the caller's transaction.
   * @param now ms since 1970
   * @param known by record id, what the claim of this batch read
   * @returns how many ids are not of this ledger
   */
  apply(settlement: Settlement, now: number, known: ReadonlyMap<string, Known> = new Map()): number {
    const change: Tally = { ...NO_TALLY };
    const unknown =
      this.#deliverAll(settlement, known, change) +
      this.#deferAll(settlement, now, change) +
      this.#refuseAll(settlement, change);
    this.#head.count(change);
    return unknown;
  }

  /** Moves one row that is known to be in `from`; for the outbox's own moves. */
  moveOne(seq: number, from: OutboxState, to: OutboxState, why: { code: string; message: string } | null): void {
    const change: Tally = { ...NO_TALLY };
    this.#shift(
      seq,
      from,
      to,
      { nextAt: null, attempts: 0, code: why?.code ?? null, message: why?.message ?? null },
      change,
    );
    this.#head.count(change);
  }

  #deliverAll({ receipt, delivered }: Settlement, claimed: ReadonlyMap<string, Known>, change: Tally): number {
    if (receipt === null) return 0;
    const found = delivered.map((id) => claimed.get(id) ?? this.#standing.get(idBytes(id)));
    const known = found.filter((record) => record !== undefined);
    if (known.length === 0) return found.length;
    // Leaves of records that are no longer here cannot be known; they would make every proof of this receipt wrong.
    const leaves = known.length === found.length ? known.map((record) => record.hash) : [];
    // The centre's clock too: what was recorded under a clock that stood in 1970 would be past retention at once.
    const receivedAt = parseTime(receipt.receivedAt);
    const newestAt = known.reduce((newest, record) => Math.max(newest, record.recorded_at), receivedAt);
    this.#leaveAll(found, this.#receipts.keep(receipt, leaves, newestAt), change);
    return found.length - known.length;
  }

  /** What is delivered already has no row in the outbox any more and stays as it is. @param found in leaf order */
  #leaveAll(found: readonly (Known | undefined)[], receipt: number, change: Tally): void {
    const seqs = JSON.stringify(found.map((record) => record?.seq ?? null));
    for (const { state, records } of this.#waiting.all(seqs)) {
      change[TALLY_NAME[state]] -= records;
      change.delivered += records;
    }
    this.#deliver.run(receipt, seqs);
    this.#leave.run(seqs);
  }

  #deferAll({ deferred }: Settlement, now: number, change: Tally): number {
    return this.#each(deferred, ({ retryAfterMs, code }, seq, state) => {
      // A row that is deferred already was settled by the same answer before: it is one attempt, not two.
      if (state !== PENDING) return;
      const nextAt = Math.ceil(now + Math.min(retryAfterMs, MAX_DEFER_MS));
      this.#shift(seq, state, DEFERRED, { nextAt, attempts: 1, code, message: null }, change);
    });
  }

  #refuseAll({ refused }: Settlement, change: Tally): number {
    return this.#each(refused, ({ code, message }, seq, state) => {
      this.#shift(seq, state, REFUSED, { nextAt: null, attempts: 0, code, message }, change);
    });
  }

  /** Runs for each item whose record is not delivered. @returns how many ids are unknown */
  #each<Item extends { id: string }>(
    items: readonly Item[],
    run: (item: Item, seq: number, state: OutboxState) => void,
  ): number {
    let unknown = 0;
    for (const item of items) {
      const standing = this.#standing.get(idBytes(item.id));
      if (standing === undefined) unknown += 1;
      const state = standing === undefined ? null : outboxState(standing.state ?? -1);
      if (standing !== undefined && state !== null) run(item, standing.seq, state);
    }
    return unknown;
  }

  #shift(
    seq: number,
    from: OutboxState,
    to: OutboxState,
    set: { nextAt: number | null; attempts: number; code: string | null; message: string | null },
    change: Tally,
  ): void {
    this.#move.run(to, set.nextAt, set.attempts, set.code, set.message, seq);
    change[TALLY_NAME[from]] -= 1;
    change[TALLY_NAME[to]] += 1;
  }
}
