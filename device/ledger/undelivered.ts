import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { openForReading } from './database.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import { type KeyStore, LEDGER_KEY } from './key-store.ts';
import { NEWEST_MIGRATION, newerError, userVersion } from './migrations.ts';
import { ledgerPaths } from './paths.ts';
import { openRow, type RecordRow } from './record-row.ts';
import { createSecrets, type Sealer } from './sealing.ts';

/** A record without a receipt, as it would go on the wire. */
export interface UndeliveredRecord {
  seq: number;
  hash: string;
  /** JSON text of the whole record. */
  json: string;
}

const UNDELIVERED = `SELECT record.seq, id, kind, hash, recorded_at, sealed FROM record JOIN outbox USING (seq)
  WHERE record.seq > ? ORDER BY record.seq LIMIT ?`;
/** Some milliseconds of reading: whoever reads inside a running device lets others have their turn in between. */
const PAGE = 200;

/** Opens the ledger of a folder for reading; the device may be running. */
function openThere(dir: string, keys: KeyStore): { db: Database; sealer: Sealer } {
  const paths = ledgerPaths(dir);
  const key = keys.load(LEDGER_KEY);
  if (!existsSync(paths.db)) throw new LedgerError('ledger_missing', `There is no ledger in ${dir}.`);
  if (key === null) throw new LedgerError('key_damaged', `The key of the ledger in ${dir} is not there.`);
  const db = openForReading(paths.db);
  const version = userVersion(db);
  if (version <= NEWEST_MIGRATION) return { db, sealer: createSecrets(key).sealer };
  db.close();
  throw newerError(version, NEWEST_MIGRATION);
}

/** How many records have no receipt yet. @throws as `readUndelivered` */
export function countUndelivered(dir: string, keys: KeyStore): number {
  const { db } = openThere(dir, keys);
  try {
    return Number(db.prepare('SELECT count(*) FROM outbox').pluck().get());
  } catch (error) {
    throw asLedgerError(error, 'counting what is not delivered');
  } finally {
    db.close();
  }
}

/**
 * Every record that has no receipt yet, refused ones included, in order of seq; read-only, so the device may be running.
 * A record that cannot be opened is left out here: `verify` names it.
 * @throws LedgerError `ledger_missing`, `ledger_newer`, `key_damaged`, `ledger_io`
 */
export function* readUndelivered(dir: string, keys: KeyStore): Generator<UndeliveredRecord> {
  const { db, sealer } = openThere(dir, keys);
  try {
    const page = db.prepare<[number, number], RecordRow>(UNDELIVERED);
    for (let after = 0; ; ) {
      const rows = page.all(after, PAGE);
      for (const row of rows) {
        const opened = openRow(row, sealer);
        if (opened.fault === undefined) yield { seq: row.seq, hash: opened.record.hash, json: opened.json };
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.seq;
    }
  } catch (error) {
    throw asLedgerError(error, 'reading what is not delivered');
  } finally {
    db.close();
  }
}
