import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteName } from '../identity/suite/key.ts';
import { openForReading } from './database.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import type { KeyStore } from './key-store.ts';
import { openLedger } from './open-ledger.ts';
import { ledgerPaths } from './paths.ts';
import { verifyLedger } from './verify.ts';
import type { LedgerClock } from './writer.ts';

export interface RehearsalOptions {
  /** The data folder; no device may be writing to it. */
  dir: string;
  keys: KeyStore;
  clock: LedgerClock;
  suite: SuiteName;
}

/**
 * Runs the steps of the schema on a copy of the ledger and walks the whole chain of what came out. It takes as long as a
 * copy and a walk, some 30 µs a record, and as much space as the ledger; the copy is removed, after a crash by the next
 * rehearsal. The ledger itself is only read.
 * @returns the steps that ran on the copy
 * @throws LedgerError `rehearsal_failed`, or what reading and opening throw
 */
export function rehearseMigration({ dir, keys, clock, suite }: RehearsalOptions): number[] {
  const copy = join(dir, 'rehearsal');
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { mode: 0o700 });
  try {
    copyLedger(dir, copy);
    const ledger = openLedger({ dir: copy, keys, clock, suite });
    const { migrated, salvage } = ledger.report;
    ledger.close();
    const { ok, fault } = verifyLedger(copy, keys);
    if (salvage !== null || !ok) {
      throw new LedgerError(
        'rehearsal_failed',
        `A copy of the ledger does not survive the new schema: ${JSON.stringify(fault ?? salvage)}.`,
      );
    }
    return migrated;
  } catch (error) {
    throw asLedgerError(error, 'rehearsing the new schema');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function copyLedger(from: string, to: string): void {
  const [source, target] = [ledgerPaths(from), ledgerPaths(to)];
  const db = openForReading(source.db);
  try {
    db.prepare('VACUUM INTO ?').run(target.db);
  } finally {
    db.close();
  }
  // Beside the database, so that the copy is held against the same last head.
  if (existsSync(source.hint)) copyFileSync(source.hint, target.hint);
}
