import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { parseTime } from '../time.ts';
import { hashBytes, hashRecord } from './chain.ts';
import { hashText } from './head.ts';
import { type LedgerRecord, recordSchema } from './record.ts';
import { SealError, type Sealer } from './sealing.ts';

/** A record as it lies in the table: what must be found in the open, the record itself sealed. */
export interface RecordRow {
  seq: number;
  id: Buffer;
  kind: string;
  hash: Buffer;
  recorded_at: number;
  sealed: Buffer;
}

export const RECORD_COLUMNS = 'seq, id, kind, hash, recorded_at, sealed';

/** Nothing read from a file that may be damaged is trusted to have the shape of the table. */
export const recordRowSchema = z.object({
  seq: z.int().min(1),
  id: z.instanceof(Buffer).refine((bytes) => bytes.length === 16),
  kind: z.string(),
  hash: z.instanceof(Buffer).refine((bytes) => bytes.length === 32),
  recorded_at: z.int(),
  sealed: z.instanceof(Buffer),
});

export function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

export function idText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What a sealed record belongs to; a row moved or renamed no longer opens. */
function recordAad(id: string, seq: number, kind: string): Buffer {
  return Buffer.from(`${id}|${seq}|${kind}`);
}

/** Why a row is not the record it should be. `other_key`: the key that sealed it is not here. */
type RowFault = 'unreadable' | 'edited' | 'other_key';
export type OpenedRow = { record: LedgerRecord; json: string; fault?: never } | { fault: RowFault };

/** Unseals a row. @throws SealError */
export function unsealRow(row: RecordRow, sealer: Sealer, seq: number = row.seq): string {
  return sealer.open(row.sealed, recordAad(idText(row.id), seq, row.kind)).toString('utf8');
}

/** Opens a row and holds everything in it against everything else: seal, hash, and the columns in the open. */
export function openRow(row: RecordRow, sealer: Sealer): OpenedRow {
  try {
    const json = unsealRow(row, sealer);
    const record = recordSchema.safeParse(JSON.parse(json)).data;
    if (record === undefined || !agrees(row, record)) return { fault: 'edited' };
    return { record, json };
  } catch (error) {
    if (error instanceof SealError) return { fault: error.reason === 'other_key' ? 'other_key' : 'edited' };
    return { fault: 'unreadable' };
  }
}

/**
 * The JSON text of a row as it goes on the wire, null where it must not go. The seal proves text, id, seq and kind; the
 * hash beside it is what a receipt will be held against, so it is compared. A tenth of the cost of `openRow`.
 */
export function readForSending(row: RecordRow, sealer: Sealer): string | null {
  try {
    const json = unsealRow(row, sealer);
    return json.includes(`"hash":"${hashText(row.hash)}"`) ? json : null;
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}

function agrees(row: RecordRow, record: LedgerRecord): boolean {
  return (
    record.seq === row.seq &&
    record.id === idText(row.id) &&
    record.kind === row.kind &&
    record.hash === hashText(row.hash) &&
    parseTime(record.recordedAt) === row.recorded_at &&
    hashRecord(record) === record.hash
  );
}

export class RecordInserter {
  readonly #sealer: Sealer;
  readonly #insert: Statement;

  constructor(db: Database, sealer: Sealer) {
    this.#sealer = sealer;
    this.#insert = db.prepare(`INSERT INTO record (${RECORD_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`);
  }

  insert(record: LedgerRecord, recordedAtMs: number, json: string): void {
    const sealed = this.#sealer.seal(Buffer.from(json), recordAad(record.id, record.seq, record.kind));
    this.#insert.run(record.seq, idBytes(record.id), record.kind, hashBytes(record.hash), recordedAtMs, sealed);
  }
}
