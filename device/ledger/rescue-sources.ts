import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { isEnvironmental } from './errors.ts';
import { removeIfThere, sizeOf } from './files.ts';
import { migrate } from './migrations.ts';
import { PAGE_BYTES, readWal, type WalFrame } from './wal-file.ts';

/** Frames with a damaged page number must not blow the copy up to terabytes. */
const MAX_GROWTH_PAGES = 16_384;

/**
 * Opens the damaged pair in up to three ways, each on a throw-away copy, and hands each to `read`, the most trustworthy
 * first: as SQLite sees it; with every frame of the log written in, damaged checksums or not; and with the first page,
 * which holds nothing but the schema, taken from a new file. What comes out is checked record by record elsewhere.
 * @param original the set-aside copy of `ledger.db`, its log beside it
 * @param workDir a folder for the copies, on the same disk
 */
export function readEachWay(original: string, workDir: string, read: (db: Database) => void): void {
  const work = join(workDir, 'ledger.work');
  const ways = [asItIs, withAllFrames, withNewFirstPage];
  try {
    for (const way of ways) {
      removeWork(work);
      way(original, work);
      tryReading(work, read);
    }
  } finally {
    removeWork(work);
  }
}

function removeWork(work: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) removeIfThere(`${work}${suffix}`);
}

function tryReading(work: string, read: (db: Database) => void): void {
  let db: Database | null = null;
  try {
    db = new Sqlite(work);
    read(db);
  } catch (error) {
    // A copy that SQLite refuses gives nothing; the next way may.
    if (isEnvironmental(error)) throw error;
  } finally {
    db?.close();
  }
}

/** The database may be gone with its log still there. */
function copyDatabase(original: string, work: string): void {
  if (existsSync(original)) copyFileSync(original, work);
  else writeFileSync(work, '');
}

function asItIs(original: string, work: string): void {
  copyDatabase(original, work);
  if (sizeOf(`${original}-wal`) > 0) copyFileSync(`${original}-wal`, `${work}-wal`);
}

function withAllFrames(original: string, work: string): void {
  copyDatabase(original, work);
  if (sizeOf(`${original}-wal`) === 0) return;
  const wal = readFileSync(`${original}-wal`);
  const limit = Math.ceil(sizeOf(original) / PAGE_BYTES) + MAX_GROWTH_PAGES;
  const frames = readWal(wal).frames.filter((frame) => frame.page <= limit);
  writeFrames(work, wal, frames, limit);
}

function writeFrames(work: string, wal: Buffer, frames: readonly WalFrame[], limit: number): void {
  const handle = openSync(work, 'r+');
  try {
    for (const { page, offset } of frames) writeSync(handle, wal, offset, PAGE_BYTES, (page - 1) * PAGE_BYTES);
    const pages = frames.findLast(({ commitPages }) => commitPages > 0 && commitPages <= limit)?.commitPages;
    if (pages !== undefined && pages * PAGE_BYTES > sizeOf(work)) ftruncateSync(handle, pages * PAGE_BYTES);
  } finally {
    closeSync(handle);
  }
}

function withNewFirstPage(original: string, work: string): void {
  withAllFrames(original, work);
  const page = firstPageOfNewFile();
  page.writeUInt32BE(Math.max(1, Math.ceil(sizeOf(work) / PAGE_BYTES)), 28);
  const handle = openSync(work, 'r+');
  try {
    writeSync(handle, page, 0, PAGE_BYTES, 0);
  } finally {
    closeSync(handle);
  }
}

/** The same steps on an empty file put the same tables on the same pages. */
export function firstPageOfNewFile(): Buffer {
  const db = new Sqlite(':memory:');
  try {
    migrate(db, 0);
    return Buffer.from(db.serialize().subarray(0, PAGE_BYTES));
  } finally {
    db.close();
  }
}

/** Every table and index with its text, to tell a damaged schema from a sound one. */
export function schemaText(db: Database): string {
  return JSON.stringify(db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').raw().all());
}

export function expectedSchema(): string {
  const db = new Sqlite(':memory:');
  try {
    migrate(db, 0);
    return schemaText(db);
  } finally {
    db.close();
  }
}
