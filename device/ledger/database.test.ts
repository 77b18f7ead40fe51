import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareVersions } from '../version.ts';
import { openForWriting, requireSqlite, sqliteVersion } from './database.ts';
import { asLedgerError, isEnvironmental } from './errors.ts';
import { bench } from './ledger-fixture.ts';
import { MIGRATIONS, migrate, NEWEST_MIGRATION, userVersion } from './migrations.ts';
import { openLedger } from './open-ledger.ts';
import { firstPageOfNewFile } from './rescue-sources.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-db-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the SQLite library', () => {
  it.each([
    ['3.51.2', -1],
    ['3.51.3', 0],
    ['3.51.10', 1],
    ['3.9.99', -1],
    ['4.0.0', 1],
  ])('compares %s with the oldest as numbers', (version, sign) => {
    expect(Math.sign(compareVersions(version, '3.51.3'))).toBe(sign);
  });

  it('is new enough here, and an old one is refused before anything is touched', () => {
    expect(() => requireSqlite()).not.toThrow();
    expect(compareVersions(sqliteVersion(), '3.51.3')).toBeGreaterThan(0);
    const place = bench();
    const clock = { wallMs: () => 0, block: () => expect.unreachable() };
    const open = () => openLedger({ dir: place.dir, keys: place.keys(), clock, sqlite: '3.51.2' });
    expect(open).toThrow(expect.objectContaining({ code: 'sqlite_too_old', next: 'stop' }));
    place.remove();
  });
});

describe('migrations', () => {
  const released = MIGRATIONS.map(({ number }) => number);
  const next = NEWEST_MIGRATION + 10;

  it('are steps of ten from 10 on', () => {
    expect(released).toEqual(released.map((_number, index) => 10 * (index + 1)));
  });

  it('mark what waits already as law where it may be', () => {
    const db = openForWriting(join(dir, 'a.db'));
    migrate(db, 5, MIGRATIONS.slice(0, 1));
    const record = db.prepare("INSERT INTO record VALUES (?, ?, ?, x'00', 0, x'00')");
    const outbox = db.prepare('INSERT INTO outbox (seq, due_at) VALUES (?, 7)');
    for (const [index, kind] of ['visit', 'rating', 'not_rated', 'event'].entries()) {
      record.run(index + 1, Buffer.from([index]), kind);
      outbox.run(index + 1);
    }
    migrate(db, 6);
    expect(db.prepare('SELECT margin FROM outbox ORDER BY seq').pluck().all()).toEqual([86_400_000, 86_400_000, 0, 0]);
    db.close();
  });

  it('keep the state of the device when its table is laid out anew', () => {
    const db = openForWriting(join(dir, 'a.db'));
    migrate(db, 5, MIGRATIONS.slice(0, 2));
    db.exec("INSERT INTO device_state VALUES ('window', x'0102'), ('manifest', x'03')");
    migrate(db, 6);
    expect(db.prepare('SELECT key, hex(sealed) FROM device_state ORDER BY key').raw().all()).toEqual([
      ['manifest', '03'],
      ['window', '0102'],
    ]);
    db.close();
  });

  it('run once each, in order, with their number', () => {
    const db = openForWriting(join(dir, 'a.db'));
    const steps = [...MIGRATIONS, { number: next, purpose: 'test', sql: 'CREATE TABLE extra (a INTEGER) STRICT' }];
    expect(migrate(db, 5)).toEqual(released);
    expect(migrate(db, 6, steps)).toEqual([next]);
    expect(migrate(db, 7, steps)).toEqual([]);
    expect([userVersion(db), db.prepare('SELECT number, at FROM migration').raw().all()]).toEqual([
      next,
      [...released.map((number) => [number, 5]), [next, 6]],
    ]);
    expect(() => migrate(db, 8)).toThrow(expect.objectContaining({ code: 'ledger_newer' }));
    db.close();
  });

  it('leave a whole step when one fails', () => {
    const db = openForWriting(join(dir, 'a.db'));
    const broken = { number: next, purpose: 'test', sql: 'CREATE TABLE extra (a INTEGER) STRICT; NONSENSE' };
    expect(() => migrate(db, 5, [...MIGRATIONS, broken])).toThrow();
    expect(userVersion(db)).toBe(NEWEST_MIGRATION);
    expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").pluck().get()).toBe(0);
    db.close();
  });

  it.each([[[10, 15]], [[20, 10]], [[10, 10]]])('are refused out of order: %j', (numbers) => {
    const db = new Sqlite(':memory:');
    const steps = numbers.map((number) => ({ number, purpose: '', sql: '' }));
    expect(() => migrate(db, 0, steps)).toThrow(RangeError);
    db.close();
  });

  it('keep the schema on the first page, which a salvage may have to replace', () => {
    expect(firstPageOfNewFile()[100]).toBe(13);
  });
});

describe('errors of SQLite', () => {
  it('become codes: a full disk is not a damaged file', () => {
    const db = new Sqlite(join(dir, 'a.db'));
    db.exec('CREATE TABLE t (a)');
    db.pragma('max_page_count = 3');
    const fill = () => db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run();
    expect(fill).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
    try {
      fill();
    } catch (error) {
      expect(asLedgerError(error, 'x')).toMatchObject({ code: 'ledger_full', next: 'retry' });
      expect(isEnvironmental(error)).toBe(true);
    }
    db.close();
  });

  it.each([
    ['SQLITE_CORRUPT', 'ledger_corrupt', false],
    ['SQLITE_CORRUPT_VTAB', 'ledger_corrupt', false],
    ['SQLITE_NOTADB', 'ledger_corrupt', false],
    ['SQLITE_IOERR_FSYNC', 'ledger_io', true],
    ['SQLITE_IOERR_SHORT_READ', 'ledger_io', false],
    ['SQLITE_BUSY', 'ledger_busy', true],
    ['ENOSPC', 'ledger_full', true],
    ['EACCES', 'ledger_io', true],
  ])('%s is %s', (code, wanted, environmental) => {
    const error = Object.assign(new Error('x'), { code });
    expect([asLedgerError(error, 'x').code, isEnvironmental(error)]).toEqual([wanted, environmental]);
  });
});
