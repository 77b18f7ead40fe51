import { mkdirSync } from 'node:fs';
import { v7 } from 'uuid';
import type { SuiteName } from '../identity/suite/key.ts';
import { claimFolder } from './claim.ts';
import { requireSqlite, sqliteVersion } from './database.ts';
import { asLedgerError } from './errors.ts';
import { HintFile } from './head.ts';
import { type KeyStore, LEDGER_KEY } from './key-store.ts';
import { Ledger } from './ledger.ts';
import { ledgerPaths } from './paths.ts';
import { Reserve } from './reserve.ts';
import { createSecrets } from './sealing.ts';
import { openSound } from './startup.ts';
import { mustStayAsItIs } from './trial.ts';
import type { LedgerClock } from './writer.ts';

export interface LedgerOptions {
  /** The data folder; made where it is not there. One process owns it. */
  dir: string;
  /** Where the sealing key is kept; not in the data folder's database. */
  keys: KeyStore;
  clock: LedgerClock;
  /** Seals by AES-256-GCM (`ed25519`, the default) or SM4-GCM (`sm2-sm3`); what either sealed is read. */
  suite?: SuiteName;
  /**
   * Opens the file only as it is, without a step and without a salvage: of software on trial, whose predecessor must be
   * able to go on with it. Default false.
   */
  keepsSchema?: boolean;
  /** Space to hold back for a full disk, bytes; none where left out. */
  reserveBytes?: number;
  /** UUIDv7 in lower case, ascending. Default: the uuid package. */
  newId?: () => string;
  /** Version of the linked SQLite, for tests. */
  sqlite?: string;
}

/**
 * Opens the ledger of a device as its one owner. A damaged file is set aside and what is readable carried over; see
 * `report` of what returns. Blocks for tens of milliseconds; for longer only in a salvage.
 * @throws LedgerError `sqlite_too_old`, `ledger_in_use`, `ledger_newer`, `ledger_on_trial` (the files are left as they are),
 * `key_damaged`, `ledger_full`, `ledger_io`
 */
export function openLedger(options: LedgerOptions): Ledger {
  const { dir } = options;
  requireSqlite(options.sqlite ?? sqliteVersion());
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // A device that was cut off while its disk was full must come up again.
  const reserve = new Reserve(ledgerPaths(dir).reserve, options.reserveBytes ?? 0);
  try {
    return reserve.spend(() => openOnce(options, reserve));
  } catch (error) {
    throw asLedgerError(error, 'opening the ledger');
  }
}

function openOnce(options: LedgerOptions, reserve: Reserve): Ledger {
  const { dir, clock, newId = () => v7() } = options;
  // Before anything else is touched: two owners would write two chains.
  const claim = claimFolder(dir, clock.wallMs());
  try {
    const paths = ledgerPaths(dir);
    const secrets = createSecrets(options.keys.loadOrCreate(LEDGER_KEY), options.suite);
    if (options.keepsSchema === true) mustStayAsItIs(paths);
    const { db, report } = openSound({ paths, secrets, clock, newId });
    const hint = new HintFile(paths.hint, secrets.stamp);
    return new Ledger({ db, paths, claim, hint, secrets, clock, newId, report, reserve });
  } catch (error) {
    claim.release();
    throw error;
  }
}
