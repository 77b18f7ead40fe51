import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { DueGroup } from '../policy/slack.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import { type Head, HeadWriter, hashText, NO_TALLY, type Tally } from './head.ts';
import type { ClaimedBatch, ClaimRequest, Outbox, OutboxCounts, OutboxRecord, Settlement } from './outbox.ts';
import { DEFERRED, type OutboxState, PENDING, REFUSED } from './outbox-rows.ts';
import { type DeliveryProof, Receipts } from './receipts.ts';
import { uuidSchema } from './record.ts';
import { idBytes, idText, type RecordRow, readForSending } from './record-row.ts';
import type { Reserve } from './reserve.ts';
import type { Secrets } from './sealing.ts';
import { type Known, MAX_DEFER_MS, parseSettlement, Settler } from './settlement.ts';
import { visitsFirst as inOrder, visitFollowedBy } from './visits-first.ts';

export interface OutboxParts {
  db: Database;
  secrets: Secrets;
  /** ms since 1970. */
  now: () => number;
  newId: () => string;
  head: () => Head;
  reserve: Reserve;
}

/** A record that the centre will not take, for the technician's page. */
export interface RefusedRecord {
  id: string;
  seq: number;
  kind: string;
  code: string;
  message: string;
  dueAt: number;
}

const claimSchema = z.strictObject({
  limit: z.int().min(1).max(500),
  maxBytes: z.number().min(1),
  visitsFirst: z.boolean().optional(),
});

/** Counting more would hold the device for longer than a finger notices; whoever is so late needs no exact number. */
const MOST_COUNTED = 20_000;
/** How many deferred records may come back in one claim: the write stays short however many wait. */
const RECALL_LIMIT = 1000;
/** Code of a record that this device itself cannot read any more. */
export const UNREADABLE_CODE = 'unreadable';

/** The records of a claim by id. */
type Lease = ReadonlyMap<string, Known>;
type ClaimRow = RecordRow & { due_at: number; attempts: number };
type RefusedRow = Pick<ClaimRow, 'seq' | 'id' | 'kind' | 'due_at'> & { code: string | null; message: string | null };

/**
 * The outbox on the ledger's database. A claim only reads and is remembered in memory, so it costs no sync; a lease that
 * is forgotten (restart, agent gone) leads to a second sending, which the centre answers with `duplicate`.
 */
export class OutboxStore implements Outbox {
  readonly #parts: OutboxParts;
  readonly #receipts: Receipts;
  readonly #settler: Settler;
  readonly #headWriter: HeadWriter;
  readonly #leases = new Map<string, Lease>();
  readonly #leased = new Set<number>();
  readonly #statements: ReturnType<typeof prepareAll>;
  #unknownIds = 0;
  /** No record below this number is waiting; spares the look at refused records that stay for ever. */
  #oldestFrom = 0;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#receipts = new Receipts(parts.db, parts.secrets.stamp);
    this.#settler = new Settler(parts.db, parts.secrets.stamp, this.#receipts);
    this.#headWriter = new HeadWriter(parts.db, parts.secrets.stamp);
    this.#statements = prepareAll(parts.db);
  }

  /** How many ids in settlements were not of this ledger. */
  get unknownIds(): number {
    return this.#unknownIds;
  }

  /** @throws LedgerError `claim_invalid`, `ledger_full`, `ledger_io` */
  claim(request: ClaimRequest): Promise<ClaimedBatch | null> {
    return this.#answer('claiming a batch', () => {
      const parsed = claimSchema.safeParse(request);
      if (!parsed.success) throw new LedgerError('claim_invalid', z.prettifyError(parsed.error));
      this.#recall(this.#parts.now());
      const { records, lease, isLast } = this.#take(parsed.data);
      return records.length === 0 ? null : { leaseId: this.#hold(lease), records, isLast };
    });
  }

  /** @throws LedgerError `settlement_invalid`, `ledger_full`, `ledger_io`; nothing of it is kept then */
  settle(settlement: Settlement): Promise<void> {
    return this.#answer('settling a batch', () => {
      const parsed = parseSettlement(settlement);
      const { db, now } = this.#parts;
      const lease = this.#leases.get(parsed.leaseId);
      this.#unknownIds += db.transaction(() => this.#settler.apply(parsed, now(), lease)).immediate();
      this.#drop(parsed.leaseId);
    });
  }

  release(leaseId: string): Promise<void> {
    return this.#answer('releasing a batch', () => this.#drop(leaseId));
  }

  /** For the owner, when the agent is gone: everything claimed may be claimed again. */
  releaseAll(): void {
    this.#leases.clear();
    this.#leased.clear();
  }

  counts(): Promise<OutboxCounts> {
    return this.#answer('counting the outbox', () => this.countsNow());
  }

  /** The counts at once; costs a few index look-ups, whatever the number of records. */
  countsNow(): OutboxCounts {
    const s = this.#statements;
    const tally = s.tally.get() ?? NO_TALLY;
    const oldest = s.oldest.get(this.#oldestFrom);
    this.#oldestFrom = oldest?.seq ?? this.#oldestFrom;
    const head = this.#parts.head();
    return {
      pending: tally.pending,
      deferred: tally.deferred,
      refused: tally.refused,
      delivered: tally.delivered,
      oldestPendingAt: oldest?.recorded_at ?? null,
      nextDueAt: s.nextDue.get() ?? null,
      nextLegalDueAt: earlierOf(s.nextLegal.get(PENDING), s.nextLegal.get(DEFERRED)),
      headSeq: head.seq,
      headHash: head.hash,
    };
  }

  /** @param untilMs ms since 1970 @param most records of each state that are counted @throws LedgerError `ledger_io` */
  dueGroups(untilMs: number, most: number = MOST_COUNTED): Promise<DueGroup[]> {
    const bound = { untilMs, most };
    return this.#answer('grouping the outbox by date', () => this.#statements.dueGroups.all(bound));
  }

  /** What the centre (or this device, by `unreadable`) will not take, oldest first. @param limit 1 or more */
  refused(limit: number = 100): RefusedRecord[] {
    return this.#statements.refused.all(limit).map((row) => ({
      id: idText(row.id),
      seq: row.seq,
      kind: row.kind,
      code: row.code ?? '',
      message: row.message ?? '',
      dueAt: row.due_at,
    }));
  }

  /** Sends a refused record again, after a person removed the reason. @returns false where it is not refused */
  resubmit(id: string): boolean {
    if (!uuidSchema.safeParse(id).success) return false;
    const seq = this.#statements.refusedSeq.get(idBytes(id));
    if (seq === undefined) return false;
    this.#parts.db.transaction(() => this.#settler.moveOne(seq, REFUSED, PENDING, null)).immediate();
    this.reopened(seq);
    return true;
  }

  /** Records from this number on may wait again (completeness.ts). */
  reopened(seq: number): void {
    this.#oldestFrom = Math.min(this.#oldestFrom, seq);
  }

  /** Receipt, leaf index and leaves of a delivered record; null where it is not delivered or not here. */
  proofOf(id: string): DeliveryProof | null {
    return uuidSchema.safeParse(id).success ? this.#receipts.proofOf(idBytes(id)) : null;
  }

  /**
   * Deferred records whose time has come are pending again. One that waits longer than any deferral lasts was written
   * under a clock that has been set back since: it comes too, or a wrong year would keep it for a year.
   */
  #recall(now: number): void {
    const s = this.#statements;
    const first = s.firstNext.get() ?? null;
    const last = s.lastNext.get() ?? null;
    if (first === null || last === null || (first > now && last <= now + MAX_DEFER_MS)) return;
    const write = this.#parts.db.transaction(() => {
      const recalled = s.recall.run(now, now + MAX_DEFER_MS, RECALL_LIMIT).changes;
      this.#headWriter.count({ ...NO_TALLY, pending: recalled, deferred: -recalled });
    });
    write.immediate();
  }

  #take({ limit, maxBytes, visitsFirst = false }: ClaimRequest) {
    const taken: OutboxRecord[] = [];
    const lease = new Map<string, Known>();
    let isLast = true;
    const unreadable: number[] = [];
    let bytes = 0;
    const due = this.#statements.due.iterate(JSON.stringify([...this.#leased]));
    for (const row of visitsFirst ? inOrder(due, (row) => this.#visitBefore(row)) : due) {
      isLast = taken.length < limit;
      if (!isLast) break;
      const json = readForSending(row, this.#parts.secrets.sealer);
      if (json === null) {
        unreadable.push(row.seq);
        continue;
      }
      bytes += Buffer.byteLength(json);
      isLast = bytes <= maxBytes || taken.length === 0;
      if (!isLast) break;
      const record = onTheWire(row, json);
      taken.push(record);
      lease.set(record.id, { seq: row.seq, hash: row.hash, recorded_at: row.recorded_at });
    }
    this.#setAside(unreadable);
    return { records: taken, lease, isLast };
  }

  /** For `visitsFirst`: opens each record that it looks at, ratings that are held included. */
  #visitBefore(row: ClaimRow): ClaimRow | 'held' | null {
    if (row.kind === 'visit' || row.kind === 'event') return null;
    const json = readForSending(row, this.#parts.secrets.sealer);
    const visitId = json === null ? null : visitFollowedBy(json);
    const visit = visitId === null ? undefined : this.#statements.undelivered.get(idBytes(visitId));
    if (visit === undefined || visit.state === REFUSED) return null;
    return visit.state === DEFERRED || this.#leased.has(visit.seq) ? 'held' : visit;
  }

  /** A record that does not open must not block the others; it is kept and shown, never deleted. */
  #setAside(seqs: readonly number[]): void {
    if (seqs.length === 0) return;
    const why = { code: UNREADABLE_CODE, message: 'The stored record is damaged.' };
    const write = this.#parts.db.transaction(() => {
      for (const seq of seqs) this.#settler.moveOne(seq, PENDING, REFUSED, why);
    });
    write.immediate();
  }

  #hold(lease: Lease): string {
    const leaseId = this.#parts.newId();
    this.#leases.set(leaseId, lease);
    for (const { seq } of lease.values()) this.#leased.add(seq);
    return leaseId;
  }

  #drop(leaseId: string): void {
    for (const { seq } of this.#leases.get(leaseId)?.values() ?? []) this.#leased.delete(seq);
    this.#leases.delete(leaseId);
  }

  /** The contract is asynchronous because a port may lie between; here the answer is there at once. */
  #answer<Result>(doing: string, run: () => Result): Promise<Result> {
    try {
      if (!this.#parts.db.open) throw new LedgerError('ledger_closed', `${doing}: the ledger is closed.`);
      return Promise.resolve(this.#parts.reserve.spend(run));
    } catch (error) {
      return Promise.reject(asLedgerError(error, doing));
    }
  }
}

function earlierOf(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined ? (a ?? b ?? null) : Math.min(a, b);
}

function onTheWire(row: ClaimRow, json: string): OutboxRecord {
  return {
    id: idText(row.id),
    seq: row.seq,
    hash: hashText(row.hash),
    dueAt: row.due_at,
    attempts: row.attempts,
    json,
  };
}

const soonest = (state: OutboxState): string =>
  `SELECT due_at, margin FROM outbox INDEXED BY outbox_due
   WHERE state = ${state} AND due_at <= @untilMs ORDER BY due_at, margin DESC LIMIT @most`;

/** `NOT INDEXED` and `INDEXED BY` pin plans whose cost does not grow with the number of records. */
function prepareAll(db: Database) {
  return {
    // What is on lease stands in front of all else: here it is passed over in the index, and its records are not read.
    due: db.prepare<[string], ClaimRow>(
      `SELECT r.seq, r.id, r.kind, r.hash, r.recorded_at, r.sealed, o.due_at, o.attempts
       FROM outbox o INDEXED BY outbox_due CROSS JOIN record r ON r.seq = o.seq
       WHERE o.state = ${PENDING} AND o.seq NOT IN (SELECT value FROM json_each(?))
       ORDER BY o.due_at, o.margin DESC, o.seq`,
    ),
    undelivered: db.prepare<[Buffer], ClaimRow & { state: number }>(
      `SELECT r.seq, r.id, r.kind, r.hash, r.recorded_at, r.sealed, o.due_at, o.attempts, o.state
       FROM record r CROSS JOIN outbox o ON o.seq = r.seq WHERE r.id = ?`,
    ),
    tally: db.prepare<[], Tally>('SELECT pending, deferred, refused, delivered FROM head WHERE one = 1'),
    oldest: db.prepare<[number], { seq: number; recorded_at: number }>(
      `SELECT o.seq, r.recorded_at FROM outbox o NOT INDEXED CROSS JOIN record r ON r.seq = o.seq
       WHERE o.seq >= ? AND o.state < ${REFUSED} ORDER BY o.seq LIMIT 1`,
    ),
    nextDue: db
      .prepare<[], number | null>(
        `SELECT min(due) FROM (
           SELECT min(due_at) AS due FROM outbox WHERE state = 0 UNION ALL SELECT min(due_at) FROM outbox WHERE state = 1)`,
      )
      .pluck(),
    // Events are few: the walk past their dates is short.
    nextLegal: db
      .prepare<[number], number>(
        'SELECT due_at FROM outbox INDEXED BY outbox_due WHERE state = ? AND margin > 0 ORDER BY due_at LIMIT 1',
      )
      .pluck(),
    // Each half comes in the order of the index; only the few groups are sorted.
    dueGroups: db.prepare<[{ untilMs: number; most: number }], DueGroup>(
      `WITH soonest AS (
         SELECT * FROM (${soonest(PENDING)}) UNION ALL SELECT * FROM (${soonest(DEFERRED)}))
       SELECT due_at AS dueAt, margin AS marginMs, count(*) AS records
       FROM soonest GROUP BY due_at, margin ORDER BY due_at, margin DESC`,
    ),
    refused: db.prepare<[number], RefusedRow>(
      `SELECT o.seq, r.id, r.kind, o.due_at, o.code, o.message FROM outbox o INDEXED BY outbox_due
       CROSS JOIN record r ON r.seq = o.seq WHERE o.state = ${REFUSED} ORDER BY o.due_at, o.margin DESC, o.seq LIMIT ?`,
    ),
    refusedSeq: db
      .prepare<[Buffer], number>(`SELECT seq FROM record JOIN outbox USING (seq) WHERE id = ? AND state = ${REFUSED}`)
      .pluck(),
    firstNext: db.prepare<[], number | null>('SELECT min(next_at) FROM outbox WHERE state = 1').pluck(),
    lastNext: db.prepare<[], number | null>('SELECT max(next_at) FROM outbox WHERE state = 1').pluck(),
    recall: db.prepare<[number, number, number]>(
      `UPDATE outbox SET state = ${PENDING}, next_at = NULL WHERE seq IN (
         SELECT seq FROM outbox INDEXED BY outbox_next WHERE state = 1 AND (next_at <= ? OR next_at > ?)
         ORDER BY next_at LIMIT ?)`,
    ),
  };
}
