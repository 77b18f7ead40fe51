import { existsSync, readFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { readAnchors } from './anchors.ts';
import { ChainWalk } from './chain-walk.ts';
import { openForReading, openForWriting } from './database.ts';
import { errorCode, isEnvironmental } from './errors.ts';
import { sizeOf } from './files.ts';
import { EMPTY_HEAD, initHead, NO_TALLY, readHead, readHint } from './head.ts';
import { MIGRATIONS, migrate, NEWEST_MIGRATION, newerError, userVersion } from './migrations.ts';
import { quickCheck } from './nightly-check.ts';
import { RECORD_COLUMNS } from './record-row.ts';
import { expectedSchema, schemaText } from './rescue-sources.ts';
import { type DamageCause, finishSalvage, type SalvageParts, type SalvageReport, salvage } from './salvage.ts';
import { PAGE_BYTES, readWal } from './wal-file.ts';

export interface OpenReport {
  /** No ledger was here before. */
  fresh: boolean;
  /** The last owner closed the file; false after a kill or a power cut. */
  cleanStop: boolean;
  /** `passed`: the whole file was checked now. `due_tonight`: it is too large for that, call `nightlyCheck()`. */
  fileCheck: 'passed' | 'due_tonight';
  /** Set when the file was damaged and what was readable was carried over. */
  salvage: SalvageReport | null;
  /** Schema steps that ran now. */
  migrated: number[];
}

/** A file of this size is checked in about 0.1 s, which nobody at a counter notices. */
const CHECK_ALWAYS_BYTES = 64 * 1024 * 1024;
/** After an unclean stop half a second is worth it. */
const CHECK_UNCLEAN_BYTES = 256 * 1024 * 1024;
/** The last records are the ones a power cut could have hurt. */
const TAIL_RECORDS = 64;
/** A log grows beyond its checkpoint size only under a long reader; a larger one is left to SQLite alone. */
const MAX_WAL_BYTES = 256 * 1024 * 1024;

/** What is wrong with the content of the file; the caller salvages. */
class Damage extends Error {
  readonly damage: DamageCause;
  constructor(damage: DamageCause) {
    super(damage);
    this.damage = damage;
  }
}

/**
 * Opens the ledger's file, whatever state it is in, in a time that does not depend on its size.
 * @throws LedgerError `ledger_newer` (the files are left as they are), `ledger_full`, `ledger_io`
 */
export function openSound(parts: SalvageParts): { db: Database; report: OpenReport } {
  const { paths } = parts;
  finishSalvage(paths);
  const cleanStop = sizeOf(paths.wal) === 0;
  try {
    return openAsIs(parts, cleanStop);
  } catch (error) {
    if (isEnvironmental(error)) throw error;
    const report = salvage(parts, causeOf(error));
    const opened = openAsIs(parts, true);
    return { db: opened.db, report: { ...opened.report, cleanStop, salvage: report } };
  }
}

function causeOf(error: unknown): DamageCause {
  if (error instanceof Damage) return error.damage;
  return errorCode(error) === 'SQLITE_NOTADB' ? 'not_a_database' : 'pages_damaged';
}

function openAsIs(parts: SalvageParts, cleanStop: boolean): { db: Database; report: OpenReport } {
  const fresh = inspectFiles(parts);
  const db = openForWriting(parts.paths.db);
  try {
    const migrated = fresh ? create(db, parts) : migrate(db, parts.clock.wallMs());
    const fileCheck = checkContent(db, parts, cleanStop);
    return { db, report: { fresh, cleanStop, fileCheck, salvage: null, migrated } };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** One transaction: a start that is cut short leaves an empty file, which the next start knows as such. */
function create(db: Database, { clock, secrets }: SalvageParts): number[] {
  const run = db.transaction(() => {
    const migrated = migrate(db, clock.wallMs());
    initHead(db, secrets.stamp, EMPTY_HEAD, NO_TALLY);
    return migrated;
  });
  return run.immediate();
}

/** Looks at the files before SQLite may change them. @returns whether there is no ledger yet */
function inspectFiles({ paths, secrets }: SalvageParts): boolean {
  if (existsSync(paths.suspect)) throw new Damage('check_failed');
  const noted = readHint(paths.hint, secrets.stamp) !== null;
  if (sizeOf(paths.db) === 0) {
    if (sizeOf(paths.wal) === 0 && !noted) return true;
    // SQLite would take the empty file for a new one and delete the log, which may hold every record.
    throw new Damage(existsSync(paths.db) ? 'emptied' : 'missing');
  }
  const walBytes = sizeOf(paths.wal);
  const blank = lookInside(paths.db) === 'blank' && !noted;
  if (walBytes > 0 && walBytes <= MAX_WAL_BYTES && readWal(readFileSync(paths.wal)).droppedCommits > 0) {
    throw new Damage('wal_damaged');
  }
  return blank;
}

/**
 * Reads the number of the schema without any right to write: a newer file must stay as it is, byte for byte.
 * `blank`: a first start was cut short before its one transaction.
 */
function lookInside(path: string): 'known' | 'blank' {
  const db = openForReading(path);
  try {
    const version = userVersion(db);
    if (version > NEWEST_MIGRATION && !isDamagedNumber(db, version)) throw newerError(version, NEWEST_MIGRATION);
    if (MIGRATIONS.some((step) => step.number === version)) return 'known';
    if (version === 0 && schemaText(db) === '[]' && sizeOf(path) <= PAGE_BYTES) return 'blank';
    throw new Damage('schema_damaged');
  } finally {
    db.close();
  }
}

/**
 * Tells one damaged byte of the header from a newer release, which would have left its steps in `migration` as well.
 * In doubt the file counts as newer: refusing harms less than carrying over half of an unknown format.
 */
function isDamagedNumber(db: Database, version: number): boolean {
  const released = version % 10 === 0 && version < 10_000;
  const logged = Number(db.prepare('SELECT max(number) FROM migration').pluck().get() ?? 0);
  const differing = [0, 8, 16, 24].filter((shift) => ((version ^ logged) >>> shift) & 0xff);
  return !released && MIGRATIONS.some((step) => step.number === logged) && differing.length === 1;
}

function checkContent(db: Database, parts: SalvageParts, cleanStop: boolean): OpenReport['fileCheck'] {
  if (schemaText(db) !== expectedSchema()) throw new Damage('schema_damaged');
  const limit = cleanStop ? CHECK_ALWAYS_BYTES : CHECK_UNCLEAN_BYTES;
  const affordable = sizeOf(parts.paths.db) <= limit;
  if (affordable && quickCheck(db) !== null) throw new Damage('pages_damaged');
  checkTail(db, parts);
  return affordable ? 'passed' : 'due_tonight';
}

function checkTail(db: Database, { paths, secrets }: SalvageParts): void {
  const head = readHead(db, secrets.stamp);
  if (head === null) throw new Damage('chain_broken');
  const rows = db.prepare<[number]>(`SELECT ${RECORD_COLUMNS} FROM record ORDER BY seq DESC LIMIT ?`).all(TAIL_RECORDS);
  const tail = rows.reverse();
  const walk = new ChainWalk({
    sealer: secrets.sealer,
    anchors: readAnchors(db, secrets.stamp),
    start: startOf(tail, head.seq),
    maxSeq: 0,
  });
  for (const row of tail) walk.step(row);
  const { fault } = walk.finish(head, readHint(paths.hint, secrets.stamp));
  if (fault !== null) throw new Damage(fault.otherKey ? 'key_lost' : 'chain_broken');
}

function startOf(tail: readonly unknown[], headSeq: number): { seq: number; hash: string | null } {
  const first = tail[0];
  const seq = typeof first === 'object' && first !== null && 'seq' in first ? Number(first.seq) - 1 : 0;
  // An empty ledger ends at genesis; a longer one begins somewhere in the middle, after a record that is not looked at.
  return tail.length === 0 && headSeq === 0 ? EMPTY_HEAD : { seq, hash: null };
}
