import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { hashBytes } from './chain.ts';
import { hashText } from './head.ts';
import type { VerifiedReceipt } from './outbox.ts';
import type { Stamp } from './sealing.ts';

export interface ReceiptRow {
  number: number;
  batch_id: string;
  received_at: string;
  root: Buffer;
  jws: string;
  /** The leaves of the tree, 32 bytes each, in order: a proof needs no other record to be still here. */
  leaves: Buffer;
  newest_at: number;
  mac: Buffer;
}

export const RECEIPT_COLUMNS = 'number, batch_id, received_at, root, jws, leaves, newest_at, mac';

export const receiptRowSchema = z.object({
  number: z.int(),
  batch_id: z.string(),
  received_at: z.string(),
  root: z.instanceof(Buffer),
  jws: z.string(),
  leaves: z.instanceof(Buffer),
  newest_at: z.int(),
  mac: z.instanceof(Buffer),
});

/** What is needed to show that one record was received: the receipt, and the audit path from the leaves. */
export interface DeliveryProof {
  receipt: VerifiedReceipt;
  leafIndex: number;
  /** `sha256:…` of all leaves in order (RFC 9162 §2.1.1). */
  leaves: string[];
}

const LEAF_BYTES = 32;

export function receiptText(row: Omit<ReceiptRow, 'number' | 'newest_at' | 'mac'>): string {
  const hex = [row.root, row.leaves].map((bytes) => bytes.toString('hex'));
  return JSON.stringify(['receipt', row.batch_id, row.received_at, row.jws, ...hex]);
}

function receiptOf(row: ReceiptRow): VerifiedReceipt {
  return {
    batchId: row.batch_id,
    receivedAt: row.received_at,
    count: row.leaves.length / LEAF_BYTES,
    root: hashText(row.root),
    jws: row.jws,
  };
}

/** `sha256:…` of the leaves in order. */
export function leavesOf(row: Pick<ReceiptRow, 'leaves'>): string[] {
  const count = row.leaves.length / LEAF_BYTES;
  return Array.from({ length: count }, (_, index) =>
    hashText(row.leaves.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES)),
  );
}

/** The signed words of the centre, kept as long as any record they speak of. */
export class Receipts {
  readonly #stamp: Stamp;
  readonly #find: Statement<[string, Buffer], number>;
  readonly #insert: Statement;
  readonly #ofRecord: Statement<[Buffer], ReceiptRow & { leaf: number }>;

  constructor(db: Database, stamp: Stamp) {
    this.#stamp = stamp;
    this.#find = db
      .prepare<[string, Buffer], number>('SELECT number FROM receipt WHERE batch_id = ? AND root = ?')
      .pluck();
    this.#insert = db.prepare(
      'INSERT INTO receipt (batch_id, received_at, root, jws, leaves, newest_at, mac) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#ofRecord = db.prepare<[Buffer], ReceiptRow & { leaf: number }>(
      `SELECT ${RECEIPT_COLUMNS}, leaf FROM record JOIN delivery USING (seq)
       JOIN receipt ON receipt.number = delivery.receipt WHERE record.id = ?`,
    );
  }

  /**
   * Keeps a receipt inside the caller's transaction; the same one again is found, not doubled.
   * @param leaves hashes of the records in leaf order
   * @param newestAt ms since 1970 of the newest of them
   * @returns its number
   */
  keep(receipt: VerifiedReceipt, leaves: readonly Buffer[], newestAt: number): number {
    const root = hashBytes(receipt.root);
    const known = this.#find.get(receipt.batchId, root);
    if (known !== undefined) return known;
    const row = {
      batch_id: receipt.batchId,
      received_at: receipt.receivedAt,
      root,
      jws: receipt.jws,
      leaves: Buffer.concat(leaves),
    };
    const mac = this.#stamp.mac(receiptText(row));
    const done = this.#insert.run(row.batch_id, row.received_at, row.root, row.jws, row.leaves, newestAt, mac);
    return Number(done.lastInsertRowid);
  }

  /** @param id 16 bytes; null where the record is unknown, not delivered, or no path can be made */
  proofOf(id: Buffer): DeliveryProof | null {
    const row = this.#ofRecord.get(id);
    // Without leaves the receipt named a record that was not here any more: there is evidence, but no audit path.
    return row === undefined || row.leaves.length === 0
      ? null
      : { receipt: receiptOf(row), leafIndex: row.leaf, leaves: leavesOf(row) };
  }
}
