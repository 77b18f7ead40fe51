import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bench, bench, rating } from './ledger-fixture.ts';
import { ledgerPaths } from './paths.ts';

let place: Bench;
beforeEach(() => {
  place = bench();
  place.open().close(); // the schema is in the file itself then
});
afterEach(() => place.remove());

/** Its salts change when the log begins anew. */
const logHeader = () =>
  readFileSync(`${ledgerPaths(place.dir).db}-wal`)
    .subarray(0, 32)
    .toString('hex');

/** How many records the file has without its log. */
function recordsInFile(): number {
  const dir = mkdtempSync(join(tmpdir(), 'ledger-file-'));
  copyFileSync(ledgerPaths(place.dir).db, join(dir, 'alone.db'));
  const db = new Sqlite(join(dir, 'alone.db'));
  const count = db.prepare<[], number>('SELECT count(*) FROM record').pluck().get() ?? 0;
  db.close();
  rmSync(dir, { recursive: true });
  return count;
}

it('carries the log into the file and begins a new one, so that no later tap has to', () => {
  const ledger = place.open();
  for (let tap = 0; tap < 120; tap++) ledger.append([rating()]);
  expect(recordsInFile()).toBe(0);
  const before = logHeader();
  expect(ledger.emptyLog()).toBe(true);
  const after = logHeader();
  expect(after).not.toBe(before);
  expect(recordsInFile()).toBe(120);
  ledger.append([rating()]);
  expect(logHeader()).toBe(after);
  expect(ledger.read(1, 200)).toHaveLength(121);
  expect(ledger.head().seq).toBe(121);
  ledger.close();
});

it('leaves a short log alone: each carrying wears the disk', () => {
  const ledger = place.open();
  for (let tap = 0; tap < 20; tap++) ledger.append([rating()]);
  expect(ledger.emptyLog()).toBe(false);
  expect(recordsInFile()).toBe(0);
  ledger.close();
});
