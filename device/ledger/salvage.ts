import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import Sqlite from 'better-sqlite3';
import { formatTime } from '../time.ts';
import { readAnchors } from './anchors.ts';
import { CarryOver } from './carry-over.ts';
import { errorCode } from './errors.ts';
import { removeIfThere, sizeOf, syncPath } from './files.ts';
import { explainedBy, GAP_EVENT, type Gap, subtract } from './gaps.ts';
import { EMPTY_HEAD, type Head, hashText, initHead, NO_TALLY, readHint, type Tally } from './head.ts';
import { migrate } from './migrations.ts';
import type { LedgerPaths } from './paths.ts';
import { openRow, RECORD_COLUMNS, type RecordRow } from './record-row.ts';
import { readEachWay } from './rescue-sources.ts';
import type { Secrets } from './sealing.ts';
import { ChainWriter, type Entry, type LedgerClock } from './writer.ts';

/** Why a file was set aside. */
export type DamageCause =
  | 'missing'
  | 'emptied'
  | 'not_a_database'
  | 'schema_damaged'
  | 'pages_damaged'
  | 'wal_damaged'
  | 'chain_broken'
  | 'key_lost'
  | 'check_failed';

export interface SalvageReport {
  cause: DamageCause;
  /** Folder under `quarantine/` with the damaged files; null where there was no file. */
  quarantine: string | null;
  /** Records that came over. */
  carried: number;
  /** Numbers that are lost; each has its event. */
  gaps: Gap[];
}

export interface SalvageParts {
  paths: LedgerPaths;
  secrets: Secrets;
  clock: LedgerClock;
  newId: () => string;
}

/** Type of the event that every salvage leaves, with or without a loss. */
const SALVAGE_EVENT = 'ledger_salvaged';

/**
 * Sets the damaged files aside, builds a new ledger of everything that is readable, and puts it in place.
 * A crash at any instant leaves either the damaged files where they were (the next start begins again) or the new file
 * complete (`finishSalvage` puts it in place). Nothing is deleted that is not also in the quarantine.
 */
export function salvage(parts: SalvageParts, cause: DamageCause): SalvageReport {
  const folder = setAside(parts.paths, parts.clock.wallMs());
  const report = build(parts, cause, folder);
  syncPath(parts.paths.building);
  renameSync(parts.paths.building, parts.paths.ready);
  syncPath(parts.paths.dir);
  finishSalvage(parts.paths);
  return report;
}

/** Completes or clears what a salvage that was cut short left; does nothing otherwise. */
export function finishSalvage(paths: LedgerPaths): void {
  removeIfThere(paths.building);
  removeIfThere(`${paths.building}-journal`);
  if (!existsSync(paths.ready)) return;
  // The old log must be gone before the new file takes the name: SQLite would write its pages into it.
  removeIfThere(paths.wal);
  removeIfThere(paths.shm);
  syncPath(paths.dir);
  renameSync(paths.ready, paths.db);
  removeIfThere(paths.suspect);
  syncPath(paths.dir);
}

/** Keeps the damaged files under a name of their own. The links need no space; the originals stay for now. */
function setAside(paths: LedgerPaths, now: number): string | null {
  const files = [paths.db, paths.wal, paths.shm].filter((path) => existsSync(path));
  if (files.length === 0) return null;
  const folder = freeFolder(paths.quarantine, formatTime(now).replaceAll(':', '-'));
  for (const file of files) linkOrCopy(file, join(folder, basename(file)));
  syncPath(folder);
  syncPath(paths.quarantine);
  return folder;
}

function freeFolder(parent: string, name: string): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const taken = new Set(readdirSync(parent));
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}-${count}`;
  mkdirSync(join(parent, free), { mode: 0o700 });
  return join(parent, free);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // A file system without hard links; anything else that is wrong shows itself in the copy too.
    if (errorCode(error) === 'EEXIST') throw error;
    copyFileSync(from, to);
    syncPath(to);
  }
}

function build(parts: SalvageParts, cause: DamageCause, folder: string | null): SalvageReport {
  const { paths, clock } = parts;
  removeIfThere(paths.building);
  const db = new Sqlite(paths.building);
  try {
    // Worthless until it is renamed, so nothing needs to be durable on the way; a full sync follows.
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    migrate(db, clock.wallMs());
    return db.transaction(() => fill(db, parts, cause, folder)).immediate();
  } finally {
    db.close();
  }
}

function fill(db: Database, parts: SalvageParts, cause: DamageCause, folder: string | null): SalvageReport {
  const { paths, secrets } = parts;
  const carry = new CarryOver(db, secrets, readHint(paths.hint, secrets.stamp));
  const original = folder === null ? null : join(folder, basename(paths.db));
  if (original !== null && sizeOf(original) + sizeOf(`${original}-wal`) > 0) {
    readEachWay(original, paths.dir, (source) => carry.takeFrom(source));
  }
  return conclude(db, parts, carry, cause, folder);
}

function conclude(
  db: Database,
  parts: SalvageParts,
  carry: CarryOver,
  found: DamageCause,
  folder: string | null,
): SalvageReport {
  const carried = Number(db.prepare('SELECT count(*) FROM record').pluck().get());
  const cause = carried === 0 && carry.otherKey > 0 ? 'key_lost' : found;
  const head = startHead(db, carry.head);
  initHead(db, parts.secrets.stamp, head, countAll(db));
  const gaps = findGaps(db, parts.secrets, head.seq);
  const quarantine = folder === null ? null : basename(folder);
  const report = { cause, quarantine, carried, gaps };
  writeEvents(db, parts, report);
  return report;
}

/** Where the chain goes on: after the last record that is known to have been, readable or not. */
function startHead(db: Database, known: Head | null): Head {
  const last = db
    .prepare<[], { seq: number; hash: Buffer }>('SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1')
    .get();
  if (last === undefined || (known !== null && known.seq > last.seq)) return known ?? EMPTY_HEAD;
  return { seq: last.seq, hash: hashText(last.hash) };
}

function countAll(db: Database): Tally {
  const count = (sql: string) => Number(db.prepare(sql).pluck().get());
  const outbox = (state: number) => count(`SELECT count(*) FROM outbox WHERE state = ${state}`);
  const delivered = count('SELECT count(*) FROM delivery');
  return { ...NO_TALLY, pending: outbox(0), deferred: outbox(1), refused: outbox(2), delivered };
}

/** Numbers without a record, without those that left after retention or that an earlier event explains. */
function findGaps(db: Database, secrets: Secrets, headSeq: number): Gap[] {
  const holes: Gap[] = [];
  const covers: Gap[] = readAnchors(db, secrets.stamp);
  let before = 0;
  for (const row of db.prepare<[], RecordRow>(`SELECT ${RECORD_COLUMNS} FROM record ORDER BY seq`).iterate()) {
    if (row.seq > before + 1) holes.push({ fromSeq: before + 1, toSeq: row.seq - 1 });
    before = row.seq;
    const gap = row.kind === 'event' ? gapOf(row, secrets) : null;
    if (gap !== null) covers.push(gap);
  }
  if (headSeq > before) holes.push({ fromSeq: before + 1, toSeq: headSeq });
  return holes.flatMap((hole) => subtract(hole, covers));
}

function gapOf(row: RecordRow, secrets: Secrets): Gap | null {
  const opened = openRow(row, secrets.sealer);
  return opened.fault === undefined ? explainedBy(opened.record) : null;
}

/** In the same transaction as the records: a gap is never there without its event. */
function writeEvents(db: Database, parts: SalvageParts, report: SalvageReport): void {
  const { cause, quarantine, carried, gaps } = report;
  const dueAt = parts.clock.wallMs();
  const lost = gaps.map(({ fromSeq, toSeq }): Entry => {
    const detail = { cause, fromSeq, toSeq, quarantine };
    return { dueAt, fact: { kind: 'event', body: { type: GAP_EVENT, detail } } };
  });
  const detail = { cause, carried, gaps: gaps.length, quarantine };
  const summary: Entry = { dueAt, fact: { kind: 'event', body: { type: SALVAGE_EVENT, detail } } };
  new ChainWriter(db, parts.secrets, parts.clock, parts.newId).write([...lost, summary]);
}
