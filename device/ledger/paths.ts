import { join } from 'node:path';

/** The files of a data folder that belong to the ledger. */
export interface LedgerPaths {
  dir: string;
  db: string;
  wal: string;
  shm: string;
  /** The last head, outside the database (head.ts). */
  hint: string;
  /** A salvaged file under construction; worthless after a crash. */
  building: string;
  /** A salvaged file that is complete and waits to take its place. */
  ready: string;
  /** Present when a check at night found damage: the next start salvages. */
  suspect: string;
  quarantine: string;
  /** Space held back for a full disk (reserve.ts). */
  reserve: string;
}

export function ledgerPaths(dir: string): LedgerPaths {
  const db = join(dir, 'ledger.db');
  return {
    dir,
    db,
    wal: `${db}-wal`,
    shm: `${db}-shm`,
    hint: join(dir, 'ledger.head'),
    building: join(dir, 'ledger.building'),
    ready: join(dir, 'ledger.ready'),
    suspect: join(dir, 'ledger.suspect'),
    quarantine: join(dir, 'quarantine'),
    reserve: join(dir, 'reserve'),
  };
}
