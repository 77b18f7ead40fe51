import Sqlite, { type Database } from 'better-sqlite3';
import { compareVersions } from '../version.ts';
import { LedgerError } from './errors.ts';

/** WAL-reset defect: older libraries can lose committed transactions of a WAL file (design §3). */
export const OLDEST_SQLITE = '3.51.3';

/**
 * 2,000 pages of 4 KiB. A checkpoint costs several syncs, and it falls on one tap in some 300: below the hundredth
 * that the 99th percentile sees, while the WAL stays at 8 MiB, which a start-up scan reads in milliseconds.
 */
const WAL_AUTOCHECKPOINT_PAGES = 2000;
/** The WAL keeps its blocks between checkpoints: overwriting needs no allocation, so the sync is cheaper. */
const JOURNAL_SIZE_LIMIT_BYTES = 16 * 1024 * 1024;
const CACHE_KIB = 16 * 1024;
/** The owner is alone in writing; only a reader's checkpoint or recovery can be in the way, for an instant. */
const BUSY_TIMEOUT_MS = 2000;

/** The version of the SQLite library that is linked in, like `3.54.1`. */
export function sqliteVersion(): string {
  const db = new Sqlite(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    db.close();
  }
}

/** @throws LedgerError `sqlite_too_old` */
export function requireSqlite(version: string = sqliteVersion()): void {
  if (compareVersions(version, OLDEST_SQLITE) >= 0) return;
  throw new LedgerError('sqlite_too_old', `SQLite ${version} is linked in; at least ${OLDEST_SQLITE} is needed.`);
}

/**
 * Opens the ledger's file for its one owner and sets what durability rests on. Blocks; creates the file if there is none.
 * The library's default for WAL is `synchronous=NORMAL`, which can lose commits on power loss, so FULL is said here.
 * @throws what SQLite throws for a file that is not a database
 */
export function openForWriting(path: string): Database {
  const db = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma(`wal_autocheckpoint = ${WAL_AUTOCHECKPOINT_PAGES}`);
    db.pragma(`journal_size_limit = ${JOURNAL_SIZE_LIMIT_BYTES}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens the ledger of a device that may be running, without any right to change it. */
export function openForReading(path: string): Database {
  const db = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  db.pragma('trusted_schema = OFF');
  return db;
}
