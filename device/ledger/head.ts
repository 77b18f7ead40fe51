import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { GENESIS_HASH, hashBytes } from './chain.ts';
import { errorCode } from './errors.ts';
import { hashSchema } from './record.ts';
import type { Stamp } from './sealing.ts';

/** The last record of the chain; seq 0 and the genesis hash before the first. */
export interface Head {
  seq: number;
  hash: string;
}

export const EMPTY_HEAD: Head = { seq: 0, hash: GENESIS_HASH };

/** How many records are in which state of delivery. Kept beside the head because that row is written anyway. */
export interface Tally {
  pending: number;
  deferred: number;
  refused: number;
  delivered: number;
}

export const NO_TALLY: Tally = { pending: 0, deferred: 0, refused: 0, delivered: 0 };

export function hashText(bytes: Buffer): string {
  return `sha256:${bytes.toString('hex')}`;
}

function headText(head: Head): string {
  return `head|${head.seq}|${head.hash}`;
}

const rowSchema = z.object({
  seq: z.int().min(0),
  hash: z.instanceof(Buffer).refine((bytes) => bytes.length === 32),
  mac: z.instanceof(Buffer),
});

export interface StoredHead extends Head {
  /** Whether the row was written under this device's key: a shortened ledger cannot forge it. */
  genuine: boolean;
}

/** The head row, null where there is none or it makes no sense. */
export function readHead(db: Database, stamp: Stamp | null): StoredHead | null {
  const row = rowSchema.safeParse(db.prepare('SELECT seq, hash, mac FROM head WHERE one = 1').get()).data;
  if (row === undefined) return null;
  const head = { seq: row.seq, hash: hashText(row.hash) };
  return { ...head, genuine: stamp?.fits(headText(head), row.mac) ?? false };
}

/** Puts a head in place: once in a new file, and by a salvage. */
export function initHead(db: Database, stamp: Stamp, head: Head, tally: Tally): void {
  db.prepare(
    'INSERT INTO head (one, seq, hash, mac, pending, deferred, refused, delivered) VALUES (1, ?, ?, ?, ?, ?, ?, ?)',
  ).run(
    head.seq,
    hashBytes(head.hash),
    stamp.mac(headText(head)),
    tally.pending,
    tally.deferred,
    tally.refused,
    tally.delivered,
  );
}

/** Moves the head forward inside the caller's transaction. */
export class HeadWriter {
  readonly #stamp: Stamp;
  readonly #move: Statement;
  readonly #count: Statement;

  constructor(db: Database, stamp: Stamp) {
    this.#stamp = stamp;
    this.#move = db.prepare('UPDATE head SET seq = ?, hash = ?, mac = ?, pending = pending + ? WHERE one = 1');
    this.#count = db.prepare(
      'UPDATE head SET pending = pending + ?, deferred = deferred + ?, refused = refused + ?, delivered = delivered + ?',
    );
  }

  move(head: Head, appended: number): void {
    this.#move.run(head.seq, hashBytes(head.hash), this.#stamp.mac(headText(head)), appended);
  }

  /** Adds the differences of a settlement to the tally. */
  count(change: Tally): void {
    this.#count.run(change.pending, change.deferred, change.refused, change.delivered);
  }
}

const hintSchema = z.tuple([z.string(), z.coerce.number().int().min(0), hashSchema, z.string()]);

function parseHint(text: string, stamp: Stamp): Head | null {
  const parts = hintSchema.safeParse(text.trimEnd().split('|')).data;
  if (parts === undefined) return null;
  const head = { seq: parts[1], hash: parts[2] };
  return stamp.fits(headText(head), Buffer.from(parts[3], 'hex')) ? head : null;
}

/** The head as last noted outside the database, null where it cannot be trusted. */
export function readHint(path: string, stamp: Stamp): Head | null {
  try {
    return parseHint(readFileSync(path, 'utf8'), stamp);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Notes the head in a file of its own after each commit, so that a ledger lost or rolled back as a whole does not start
 * its numbers again. Not synced: after power loss it may be older than the ledger, which says nothing wrong.
 */
export class HintFile {
  readonly #stamp: Stamp;
  readonly #handle: number;
  /** Notes in a row that could not be written. */
  failures = 0;

  constructor(path: string, stamp: Stamp) {
    this.#stamp = stamp;
    // Read-write without truncating: the file is never empty once it was written.
    this.#handle = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** Never throws: the record is durable already, and a note that is missing only makes a later salvage less exact. */
  note(head: Head): void {
    const text = `${headText(head)}|${this.#stamp.mac(headText(head)).toString('hex')}`;
    // One write at a fixed place and of a fixed length: no moment at which the file is empty.
    try {
      writeSync(this.#handle, `${text.padEnd(199)}\n`, 0);
      this.failures = 0;
    } catch {
      this.failures += 1;
    }
  }

  close(): void {
    closeSync(this.#handle);
  }
}
