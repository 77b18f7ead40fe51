import { renameSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { z } from 'zod';
import { asLedgerError, errorCode, LedgerError } from './errors.ts';

/** Exclusive ownership of a data folder. Reading tools need none: they may look at the ledger of a running device. */
export interface FolderClaim {
  release(): void;
}

const ownerSchema = z.object({ pid: z.int().min(1), since: z.int() });
export type Owner = z.infer<typeof ownerSchema>;

/** Long enough for another start to write its pid, short enough for a person to wait. */
const BUSY_TIMEOUT_MS = 200;
const ATTEMPTS = 3;

/**
 * Claims a folder by holding an open write transaction on `owner.db`. It is a file lock of the operating system, so a
 * killed owner frees it at once and no stale lock file can keep a device from starting.
 * The owner must not open `owner.db` or the ledger by other means than SQLite: POSIX drops a process's locks on a file
 * as soon as the process closes any handle of it.
 * @param now ms since 1970, shown to whoever comes second
 * @throws LedgerError `ledger_in_use` with the pid of the owner
 */
export function claimFolder(dir: string, now: number, pid: number = process.pid): FolderClaim {
  const path = join(dir, 'owner.db');
  for (let attempt = 1; ; attempt += 1) {
    const outcome = tryToClaim(path, { pid, since: now });
    if (outcome.held !== null) return releasing(outcome.held);
    // Two starts at once: the other wrote its pid, then ours overwrote it, then the other took the lock. It corrects
    // the pid when it finds it wrong, so asking again gives the true one.
    const sure = outcome.owner !== null && outcome.owner.pid !== pid;
    if (sure || attempt === ATTEMPTS) throw inUse(dir, outcome.owner);
  }
}

/** Who owns the folder at this moment, null when nobody does. Changes nothing. */
export function ownerOf(dir: string): Owner | null {
  const path = join(dir, 'owner.db');
  let db: Database;
  try {
    db = new Sqlite(path, { fileMustExist: true, timeout: 0 });
  } catch (error) {
    if (errorCode(error) === 'SQLITE_CANTOPEN') return null;
    throw asLedgerError(error, 'looking for the owner of the data folder');
  }
  try {
    return isHeld(db) ? readOwner(db) : null;
  } finally {
    db.close();
  }
}

function inUse(dir: string, owner: Owner | null): LedgerError {
  const who = owner === null ? 'another process' : `the process ${owner.pid}`;
  return new LedgerError('ledger_in_use', `The data folder ${dir} is in use by ${who}.`);
}

type Outcome = { held: Database } | { held: null; owner: Owner | null };

function tryToClaim(path: string, me: Owner): Outcome {
  const db = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    if (hold(db, me)) return { held: db };
    const owner = readOwner(db);
    db.close();
    return { held: null, owner };
  } catch (error) {
    db.close();
    if (!/^SQLITE_(?:NOTADB|CORRUPT)/.test(errorCode(error))) throw asLedgerError(error, 'claiming the data folder');
    // The file holds nothing but a pid; a damaged one must not keep the device from starting.
    renameSync(path, `${path}.damaged-${me.since}`);
    return { held: null, owner: null };
  }
}

/** Writes the pid, which needs a commit, and takes the lock; both again while another start came in between. */
function hold(db: Database, me: Owner): boolean {
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      writeOwner(db, me);
      db.exec('BEGIN IMMEDIATE');
      if (readOwner(db)?.pid === me.pid) return true;
      db.exec('ROLLBACK');
    }
    return false;
  } catch (error) {
    if (errorCode(error).startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}

function releasing(db: Database): FolderClaim {
  // Closing rolls the empty transaction back, which is what frees the lock.
  return { release: () => void db.close() };
}

function writeOwner(db: Database, me: Owner): void {
  db.transaction(() => {
    db.exec('CREATE TABLE IF NOT EXISTS owner (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER, since INTEGER)');
    db.prepare('INSERT OR REPLACE INTO owner (one, pid, since) VALUES (1, ?, ?)').run(me.pid, me.since);
  }).immediate();
}

function readOwner(db: Database): Owner | null {
  try {
    return ownerSchema.safeParse(db.prepare('SELECT pid, since FROM owner').get()).data ?? null;
  } catch (error) {
    // The owner is about to write the table for the first time.
    if (/^SQLITE_(?:BUSY|ERROR)/.test(errorCode(error))) return null;
    throw error;
  }
}

function isHeld(db: Database): boolean {
  try {
    db.exec('BEGIN IMMEDIATE');
    db.exec('ROLLBACK');
    return false;
  } catch (error) {
    if (errorCode(error).startsWith('SQLITE_BUSY')) return true;
    throw asLedgerError(error, 'looking for the owner of the data folder');
  }
}
