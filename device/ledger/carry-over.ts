import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { addAnchor, readAnchors } from './anchors.ts';
import { DamagedReader, whereReadable } from './damaged-reader.ts';
import { stateAad } from './device-state.ts';
import { type Head, readHead } from './head.ts';
import { replyAad } from './idempotency.ts';
import { outboxState, PENDING } from './outbox-rows.ts';
import { RECEIPT_COLUMNS, receiptRowSchema, receiptText } from './receipts.ts';
import { openRow, RECORD_COLUMNS, type RecordRow } from './record-row.ts';
import type { Secrets } from './sealing.ts';

const outboxRowSchema = z.object({
  state: z.int(),
  due_at: z.int(),
  /** A file from before step 20 has none. */
  margin: z.int().min(0).default(0),
  attempts: z.int().min(0),
  next_at: z.int().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
const deliverySchema = z.object({ receipt: z.int(), leaf: z.int().min(0) });
const sealedSchema = z.object({ key: z.union([z.string(), z.instanceof(Buffer)]), sealed: z.instanceof(Buffer) });
const replySchema = sealedSchema.extend({ key: z.instanceof(Buffer), request_hash: z.string(), at: z.int() });
const stateSchema = sealedSchema.extend({ key: z.string() });

/**
 * Fills a new file from damaged ones. Only what proves itself comes over: a record by its seal and hash, a receipt, an
 * anchor and the head by their stamp. Rows are copied as they are, so numbers, hashes and seals stay the same.
 */
export class CarryOver {
  readonly #secrets: Secrets;
  readonly #target: Database;
  readonly #has: Statement<[number], number>;
  readonly #insertRecord: Statement;
  readonly #insertOutbox: Statement;
  readonly #insertDelivery: Statement;
  readonly #insertReceipt: Statement;
  readonly #receipts = new Map<number, boolean>();
  #head: Head | null;
  #otherKey = 0;

  /** @param hint the head noted outside the database, null where there is none to trust */
  constructor(target: Database, secrets: Secrets, hint: Head | null) {
    this.#target = target;
    this.#secrets = secrets;
    this.#head = hint;
    this.#has = target.prepare<[number], number>('SELECT 1 FROM record WHERE seq = ?').pluck();
    this.#insertRecord = target.prepare(`INSERT OR IGNORE INTO record (${RECORD_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`);
    this.#insertOutbox = target.prepare(
      'INSERT INTO outbox (seq, state, due_at, margin, attempts, next_at, code, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#insertDelivery = target.prepare('INSERT INTO delivery (seq, receipt, leaf) VALUES (?, ?, ?)');
    this.#insertReceipt = target.prepare(
      `INSERT OR IGNORE INTO receipt (${RECEIPT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** The highest head that proved itself. */
  get head(): Head | null {
    return this.#head;
  }

  /** How many records were sealed under a key that is not here. */
  get otherKey(): number {
    return this.#otherKey;
  }

  /** Takes from a damaged file what is not there yet. */
  takeFrom(source: Database): void {
    this.#takeHead(source);
    this.#takeAnchors(source);
    this.#takeSmallTables(source);
    const states = stateReader(source);
    for (const row of new DamagedReader(source).rows(this.#head?.seq ?? 0)) this.#takeRecord(row, states);
  }

  #takeHead(source: Database): void {
    const head = whereReadable(() => readHead(source, this.#secrets.stamp));
    const sound = head !== null && (head.genuine || this.#plausible(source, head));
    if (sound && head.seq >= (this.#head?.seq ?? 0)) this.#head = { seq: head.seq, hash: head.hash };
  }

  /** With the key lost no stamp can be checked; a head that names the last row exactly still keeps the numbers going. */
  #plausible(source: Database, head: Head): boolean {
    const last = whereReadable(() => source.prepare('SELECT seq, hash, sealed FROM record ORDER BY seq DESC').get());
    const row = z.object({ seq: z.int(), hash: z.instanceof(Buffer) }).safeParse(last).data;
    return row !== undefined && row.seq === head.seq && `sha256:${row.hash.toString('hex')}` === head.hash;
  }

  #takeAnchors(source: Database): void {
    const { stamp } = this.#secrets;
    const there = new Set(readAnchors(this.#target, stamp).map((anchor) => anchor.fromSeq));
    for (const anchor of whereReadable(() => readAnchors(source, stamp)) ?? []) {
      if (!there.has(anchor.fromSeq)) addAnchor(this.#target, stamp, anchor);
    }
  }

  #takeSmallTables(source: Database): void {
    const putState = this.#target.prepare('INSERT OR IGNORE INTO device_state (key, sealed) VALUES (?, ?)');
    for (const raw of allReadable(source, 'SELECT key, sealed FROM device_state')) {
      const row = stateSchema.safeParse(raw).data;
      if (row !== undefined && this.#opens(row.sealed, stateAad(row.key))) putState.run(row.key, row.sealed);
    }
    const putReply = this.#target.prepare(
      'INSERT OR IGNORE INTO idempotency (key, request_hash, at, sealed) VALUES (?, ?, ?, ?)',
    );
    for (const raw of allReadable(source, 'SELECT key, request_hash, at, sealed FROM idempotency')) {
      const row = replySchema.safeParse(raw).data;
      if (row === undefined || !this.#opens(row.sealed, replyAad(row.key))) continue;
      putReply.run(row.key, row.request_hash, row.at, row.sealed);
    }
  }

  #opens(sealed: Buffer, aad: Buffer): boolean {
    return whereReadable(() => this.#secrets.sealer.open(sealed, aad)) !== null;
  }

  #takeRecord(row: RecordRow, states: StateReader): void {
    if (this.#has.get(row.seq) !== undefined) return;
    const opened = openRow(row, this.#secrets.sealer);
    if (opened.fault === 'other_key') this.#otherKey += 1;
    if (opened.fault !== undefined) return;
    const put = this.#insertRecord.run(row.seq, row.id, row.kind, row.hash, row.recorded_at, row.sealed);
    if (put.changes === 1) this.#takeState(row, states);
  }

  #takeState(row: RecordRow, states: StateReader): void {
    const delivery = states.delivery(row.seq);
    if (delivery !== null && this.#takeReceipt(delivery.receipt, states)) {
      this.#insertDelivery.run(row.seq, delivery.receipt, delivery.leaf);
      return;
    }
    const outbox = states.outbox(row.seq);
    const state = outbox === null ? null : outboxState(outbox.state);
    if (outbox === null || state === null) {
      // Delivered or not cannot be told: sending again is answered by `duplicate`, and the earliest place harms nobody.
      this.#insertOutbox.run(row.seq, PENDING, row.recorded_at, 0, 0, null, null, null);
      return;
    }
    const { due_at, margin, attempts, next_at, code, message } = outbox;
    this.#insertOutbox.run(row.seq, state, due_at, margin, attempts, next_at, code, message);
  }

  /** Whether the receipt is in the new file, taken there on its first mention. */
  #takeReceipt(number: number, states: StateReader): boolean {
    const known = this.#receipts.get(number);
    if (known === true) return true;
    const row = receiptRowSchema.safeParse(states.receipt(number)).data;
    const sound = row !== undefined && this.#secrets.stamp.fits(receiptText(row), row.mac);
    this.#receipts.set(number, sound);
    if (!sound) return false;
    const { batch_id, received_at, root, jws, leaves, newest_at, mac } = row;
    return this.#insertReceipt.run(number, batch_id, received_at, root, jws, leaves, newest_at, mac).changes === 1;
  }
}

interface StateReader {
  outbox(seq: number): z.infer<typeof outboxRowSchema> | null;
  delivery(seq: number): z.infer<typeof deliverySchema> | null;
  receipt(number: number): unknown;
}

/** Look-ups that answer null where a table, a page or a row is damaged. */
function stateReader(source: Database): StateReader {
  const lookUp = (sql: string) => {
    const statement = whereReadable(() => source.prepare(sql));
    return (key: number): unknown => (statement === null ? null : whereReadable(() => statement.get(key)));
  };
  const outbox = lookUp('SELECT * FROM outbox WHERE seq = ?');
  const delivery = lookUp('SELECT receipt, leaf FROM delivery WHERE seq = ?');
  return {
    outbox: (seq) => outboxRowSchema.safeParse(outbox(seq)).data ?? null,
    delivery: (seq) => deliverySchema.safeParse(delivery(seq)).data ?? null,
    receipt: lookUp(`SELECT ${RECEIPT_COLUMNS} FROM receipt WHERE number = ?`),
  };
}

function allReadable(source: Database, sql: string): unknown[] {
  const found: unknown[] = [];
  whereReadable(() => {
    for (const row of source.prepare(sql).iterate()) found.push(row);
  });
  return found;
}
