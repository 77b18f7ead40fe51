import { writeFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind } from './chain-walk.ts';
import { type Bench, bench, deliver, event, rating } from './ledger-fixture.ts';
import { ledgerPaths } from './paths.ts';
import { verifyLedger } from './verify.ts';

let place: Bench;
beforeEach(async () => {
  place = bench();
  const ledger = place.open();
  for (let index = 0; index < 10; index += 1) ledger.append([rating(1), event()]);
  await deliver(ledger, 8);
  ledger.close();
});
afterEach(() => place.remove());

const check = () => verifyLedger(place.dir, place.keys());

const swap = (db: Database, a: number, b: number): void => {
  const move = db.prepare('UPDATE record SET seq = ? WHERE seq = ?');
  move.run(1000, a);
  move.run(a, b);
  move.run(b, 1000);
};

const drop = (db: Database, where: string): void => {
  for (const table of ['outbox', 'delivery', 'record']) db.exec(`DELETE FROM ${table} WHERE ${where}`);
};

const MANIPULATIONS: [string, (db: Database) => void, FaultKind, number][] = [
  [
    'a byte of a sealed body',
    (db) => db.exec("UPDATE record SET sealed = CAST(sealed || x'00' AS BLOB) WHERE seq = 5"),
    'edited',
    5,
  ],
  [
    'a body taken from another record',
    (db) => db.exec('UPDATE record SET sealed = (SELECT sealed FROM record WHERE seq = 3) WHERE seq = 5'),
    'edited',
    5,
  ],
  ['the hash beside it', (db) => db.exec('UPDATE record SET hash = zeroblob(32) WHERE seq = 5'), 'edited', 5],
  ['the kind', (db) => db.exec("UPDATE record SET kind = 'not_rated' WHERE seq = 5"), 'edited', 5],
  ['the id', (db) => db.exec('UPDATE record SET id = randomblob(16) WHERE seq = 5'), 'edited', 5],
  ['the time beside it', (db) => db.exec('UPDATE record SET recorded_at = 1 WHERE seq = 5'), 'edited', 5],
  [
    'two records at once: the first is named',
    (db) => db.exec('UPDATE record SET hash = zeroblob(32) WHERE seq IN (4, 9)'),
    'edited',
    4,
  ],
  ['one removed', (db) => drop(db, 'seq = 7'), 'removed', 7],
  ['several removed', (db) => drop(db, 'seq BETWEEN 7 AND 9'), 'removed', 7],
  ['the first removed', (db) => drop(db, 'seq = 1'), 'removed', 1],
  ['two swapped', (db) => swap(db, 6, 8), 'reordered', 6],
  [
    'one removed and the rest moved up',
    (db) => {
      drop(db, 'seq = 7');
      for (let seq = 8; seq <= 20; seq += 1) db.prepare('UPDATE record SET seq = ? WHERE seq = ?').run(seq - 1, seq);
    },
    'reordered',
    7,
  ],
  ['the last removed', (db) => drop(db, 'seq = 20'), 'truncated', 20],
  [
    'the last removed and the head set back',
    (db) => {
      drop(db, 'seq > 15');
      db.exec('UPDATE head SET seq = 15, hash = (SELECT hash FROM record WHERE seq = 15)');
    },
    'truncated',
    16,
  ],
  ['all removed', (db) => drop(db, 'seq > 0'), 'truncated', 1],
  ['the head deleted', (db) => db.exec('DELETE FROM head'), 'truncated', 21],
  [
    'a forged anchor over a removed run',
    (db) => {
      drop(db, 'seq <= 4');
      db.exec('INSERT INTO anchor VALUES (1, 4, (SELECT hash FROM record WHERE seq = 5), zeroblob(32))');
    },
    'removed',
    1,
  ],
];

describe('verify', () => {
  it('gives the head of a sound chain, also while the device runs', () => {
    const ledger = place.open();
    ledger.append([event()]);
    expect(check()).toMatchObject({
      ok: true,
      checked: 'full',
      records: 21,
      head: ledger.head(),
      explained: [],
      purged: [],
    });
    ledger.close();
    expect(check().ok).toBe(true);
  });

  it.each(MANIPULATIONS)('names the first bad record: %s', (_name, harm, kind, seq) => {
    place.tamper((db) => {
      db.pragma('foreign_keys = OFF');
      harm(db);
    });
    expect(check()).toMatchObject({ ok: false, fault: { kind, seq } });
  });

  it('sees a whole file put back from an older copy', () => {
    const older = place.copy();
    const ledger = place.open();
    ledger.append([event()]);
    ledger.close();
    writeFileSync(ledgerPaths(older.dir).hint, '');
    expect(verifyLedger(older.dir, older.keys()).ok).toBe(true);
    place.tamper((db) => {
      db.pragma('foreign_keys = OFF');
      drop(db, 'seq = 21');
    });
    expect(check()).toMatchObject({ ok: false, fault: { kind: 'truncated', seq: 21 } });
    older.remove();
  });

  it('says so when the key is not there, and still sees missing numbers', () => {
    expect(verifyLedger(place.dir)).toMatchObject({ ok: true, checked: 'numbers', records: 20 });
    place.tamper((db) => {
      db.pragma('foreign_keys = OFF');
      drop(db, 'seq = 7');
    });
    expect(verifyLedger(place.dir)).toMatchObject({
      ok: false,
      checked: 'numbers',
      fault: { kind: 'removed', seq: 7 },
    });
  });

  it('names a foreign key and a file that is none', () => {
    const other = bench();
    other.open().close();
    expect(verifyLedger(place.dir, other.keys())).toMatchObject({
      fault: { kind: 'unreadable', seq: 1, otherKey: true },
    });
    other.remove();
    writeFileSync(ledgerPaths(place.dir).db, Buffer.alloc(9000, 'x'));
    expect(check()).toMatchObject({ ok: false, fault: { kind: 'unreadable', seq: 1 } });
    expect(() => verifyLedger(`${place.dir}/none`)).toThrow(expect.objectContaining({ code: 'ledger_missing' }));
  });
});
