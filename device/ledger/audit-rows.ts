import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { type Anchor, readAnchors } from './anchors.ts';
import { openForReading } from './database.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import { EMPTY_HEAD, type Head, readHead } from './head.ts';
import { type KeyStore, LEDGER_KEY } from './key-store.ts';
import { NEWEST_MIGRATION, newerError, userVersion } from './migrations.ts';
import { ledgerPaths } from './paths.ts';
import { leavesOf, RECEIPT_COLUMNS, type ReceiptRow } from './receipts.ts';
import { openRow, RECORD_COLUMNS, type RecordRow } from './record-row.ts';
import { createSecrets, type Secrets } from './sealing.ts';

/** A receipt as an auditor needs it: the centre's own words, and what they were said of. */
export interface AuditReceipt {
  batchId: string;
  /** Compact JWS by the centre. */
  jws: string;
  /** `sha256:…` of the records in the order of the Merkle tree; empty where only the words were kept. */
  leaves: string[];
}

/** A whole ledger at one moment. The iterables read the file while they are walked, each once and in this order. */
export interface AuditRows {
  head: Head;
  /** Runs of records that left after delivery and retention. */
  purged: Anchor[];
  /** JSON text of each record, ascending. */
  records: Iterable<string>;
  receipts: Iterable<AuditReceipt>;
}

/**
 * Reads a whole ledger in one snapshot; read-only, so the device may be running and go on appending. Blocks.
 * @param use gets the rows and must be done with them when it returns
 * @throws LedgerError `ledger_missing`, `ledger_newer`, `key_damaged`, `ledger_io`, `record_unreadable` where a record
 * does not open: an export that left it out would hide what `verify` names
 */
export function readForAudit<Result>(dir: string, keys: KeyStore, use: (rows: AuditRows) => Result): Result {
  const paths = ledgerPaths(dir);
  const key = keys.load(LEDGER_KEY);
  if (!existsSync(paths.db)) throw new LedgerError('ledger_missing', `There is no ledger in ${dir}.`);
  if (key === null) throw new LedgerError('key_damaged', `The key of the ledger in ${dir} is not there.`);
  const db = openForReading(paths.db);
  try {
    const version = userVersion(db);
    if (version > NEWEST_MIGRATION) throw newerError(version, NEWEST_MIGRATION);
    return db.transaction(() => use(rowsOf(db, createSecrets(key))))();
  } catch (error) {
    throw asLedgerError(error, 'reading the ledger for an audit');
  } finally {
    db.close();
  }
}

function rowsOf(db: Database, secrets: Secrets): AuditRows {
  const head = readHead(db, secrets.stamp);
  return {
    head: head === null ? EMPTY_HEAD : { seq: head.seq, hash: head.hash },
    purged: readAnchors(db, secrets.stamp),
    records: recordTexts(db, secrets),
    receipts: receipts(db),
  };
}

function* recordTexts(db: Database, { sealer }: Secrets): Generator<string> {
  for (const row of db.prepare<[], RecordRow>(`SELECT ${RECORD_COLUMNS} FROM record ORDER BY seq`).iterate()) {
    const opened = openRow(row, sealer);
    if (opened.fault !== undefined) {
      throw new LedgerError('record_unreadable', `Record ${row.seq} cannot be read: ${opened.fault}.`);
    }
    yield opened.json;
  }
}

function* receipts(db: Database): Generator<AuditReceipt> {
  for (const row of db.prepare<[], ReceiptRow>(`SELECT ${RECEIPT_COLUMNS} FROM receipt ORDER BY number`).iterate()) {
    yield { batchId: row.batch_id, jws: row.jws, leaves: leavesOf(row) };
  }
}
