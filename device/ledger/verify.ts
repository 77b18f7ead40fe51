import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { type Anchor, readAnchors } from './anchors.ts';
import { GENESIS_HASH } from './chain.ts';
import { type ChainFault, ChainWalk } from './chain-walk.ts';
import { openForReading } from './database.ts';
import { asLedgerError, errorCode, isEnvironmental, LedgerError } from './errors.ts';
import type { Gap } from './gaps.ts';
import { type Head, readHead, readHint, type StoredHead } from './head.ts';
import { type KeyStore, LEDGER_KEY } from './key-store.ts';
import { NEWEST_MIGRATION, newerError, userVersion } from './migrations.ts';
import { ledgerPaths } from './paths.ts';
import { RECORD_COLUMNS } from './record-row.ts';
import { createSecrets, type Secrets } from './sealing.ts';

export interface VerifyReport {
  ok: boolean;
  /** `full`: every record was opened and its hash computed. `numbers`: the key is not here, so only numbers and the head's place were. */
  checked: 'full' | 'numbers';
  /** The first bad record, null where all is well. */
  fault: ChainFault | null;
  head: Head;
  records: number;
  /** Gaps that the device itself found and wrote down as events. */
  explained: Gap[];
  /** Runs of records that left after delivery and retention. */
  purged: Anchor[];
}

/**
 * Walks the chain of a data folder read-only; the device may be running. Blocks, about 30 µs per record.
 * @param keys where the sealing key is; without it the content cannot be checked, and the report says so
 * @throws LedgerError `ledger_missing`, `ledger_newer`, `ledger_io`, `key_damaged`
 */
export function verifyLedger(dir: string, keys?: KeyStore): VerifyReport {
  const paths = ledgerPaths(dir);
  if (!existsSync(paths.db)) throw new LedgerError('ledger_missing', `There is no ledger in ${dir}.`);
  const key = keys?.load(LEDGER_KEY) ?? null;
  const secrets = key === null ? null : createSecrets(key);
  // The note comes first: of a running device the database can only be newer than it.
  const hint = secrets === null ? null : readHint(paths.hint, secrets.stamp);
  try {
    return verifyFile(paths.db, secrets, hint);
  } catch (error) {
    if (isEnvironmental(error)) throw asLedgerError(error, 'verifying the ledger');
    return unreadableFile(
      secrets,
      errorCode(error) === 'SQLITE_NOTADB' ? 'the file is no database' : 'the file is damaged',
    );
  }
}

function verifyFile(path: string, secrets: Secrets | null, hint: Head | null): VerifyReport {
  const db = openForReading(path);
  try {
    const version = userVersion(db);
    if (version > NEWEST_MIGRATION) throw newerError(version, NEWEST_MIGRATION);
    // One snapshot: the device may append while we read.
    return db.transaction(() => walkAll(db, secrets, hint))();
  } finally {
    db.close();
  }
}

function walkAll(db: Database, secrets: Secrets | null, hint: Head | null): VerifyReport {
  const head = guarded(() => readHead(db, secrets?.stamp ?? null), null);
  const anchors = guarded(() => readAnchors(db, secrets?.stamp ?? null), []);
  const sealer = secrets?.sealer ?? null;
  const walk = new ChainWalk({ sealer, anchors, start: { seq: 0, hash: GENESIS_HASH }, maxSeq: head?.seq ?? 0 });
  walkRows(db, walk);
  return reportOf(walk, head, hint, anchors, sealer !== null);
}

function walkRows(db: Database, walk: ChainWalk): void {
  try {
    for (const row of db.prepare(`SELECT ${RECORD_COLUMNS} FROM record ORDER BY seq`).iterate()) walk.step(row);
  } catch (error) {
    if (isEnvironmental(error)) throw error;
    walk.unreadable('the file is damaged here');
  }
}

function reportOf(
  walk: ChainWalk,
  head: StoredHead | null,
  hint: Head | null,
  purged: Anchor[],
  full: boolean,
): VerifyReport {
  const { fault, records, explained, last } = walk.finish(head, hint);
  return { ok: fault === null, checked: full ? 'full' : 'numbers', fault, head: last, records, explained, purged };
}

/** A damaged head or anchor table must not hide what the records say; its absence is a fault of its own. */
function guarded<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch (error) {
    if (isEnvironmental(error)) throw error;
    return otherwise;
  }
}

function unreadableFile(secrets: Secrets | null, why: string): VerifyReport {
  const fault: ChainFault = { seq: 1, id: null, kind: 'unreadable', why, otherKey: false };
  const head = { seq: 0, hash: GENESIS_HASH };
  return {
    ok: false,
    checked: secrets === null ? 'numbers' : 'full',
    fault,
    head,
    records: 0,
    explained: [],
    purged: [],
  };
}
