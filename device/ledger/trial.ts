import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { openForReading } from './database.ts';
import { LedgerError } from './errors.ts';
import { sizeOf } from './files.ts';
import { NEWEST_MIGRATION, userVersion } from './migrations.ts';
import { quickCheck } from './nightly-check.ts';
import type { LedgerPaths } from './paths.ts';

/**
 * Software on trial may be taken back at any start, and its predecessor refuses a file of a newer schema. So until it is
 * confirmed it opens the ledger as it is or not at all.
 */

function onTrial(reason: string, cause?: unknown): LedgerError {
  return new LedgerError(
    'ledger_on_trial',
    `This version is on trial and may not change the ledger’s form: ${reason}.`,
    cause,
  );
}

function read<T>(path: string, look: (db: Database) => T): T {
  let db: Database;
  try {
    db = openForReading(path);
  } catch (error) {
    throw onTrial('it cannot be read', error);
  }
  try {
    return look(db);
  } catch (error) {
    throw onTrial('it is damaged', error);
  } finally {
    db.close();
  }
}

/** Whether opening this ledger would run steps of the schema. False where there is none, or none that can be read. */
export function hasOlderSchema({ db }: LedgerPaths): boolean {
  return sizeOf(db) > 0 && read(db, userVersion) < NEWEST_MIGRATION;
}

/**
 * Whether the ledger opens without a step of the schema and without a salvage, both of which write a file that only this
 * software knows. Reads only; the whole file is checked, some 0.2 s for each 100 MB.
 * @throws LedgerError `ledger_on_trial` with the reason
 */
export function mustStayAsItIs(paths: LedgerPaths): void {
  if (sizeOf(paths.db) === 0) throw onTrial('there is none yet');
  if (existsSync(paths.suspect) || existsSync(paths.ready)) throw onTrial('it waits for a salvage');
  if (hasOlderSchema(paths)) throw onTrial('it has an older schema');
  if (read(paths.db, quickCheck) !== null) throw onTrial('it is damaged');
}
