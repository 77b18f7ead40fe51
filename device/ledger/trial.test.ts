import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asReleaseBefore, type Bench, bench, deliver, rating } from './ledger-fixture.ts';
import { MIGRATIONS, migrate, NEWEST_MIGRATION, userVersion } from './migrations.ts';
import { openLedger } from './open-ledger.ts';
import { ledgerPaths } from './paths.ts';
import { rehearseMigration } from './rehearsal.ts';
import { hasOlderSchema } from './trial.ts';
import { verifyLedger } from './verify.ts';

let place: Bench;
beforeEach(async () => {
  place = bench();
  const ledger = place.open();
  ledger.append([rating(1), rating(5), rating(3)]);
  await deliver(ledger, 1);
  ledger.close();
});
afterEach(() => place.remove());

const paths = () => ledgerPaths(place.dir);
const clock = () => ({
  wallMs: () => place.now,
  block: () => ({
    quality: 'synced' as const,
    offsetMs: 0,
    bootId: '0190d5a4-7b1c-4e3a-8f00-000000000001',
    monotonicMs: 5,
  }),
});
const openOnTrial = () => openLedger({ dir: place.dir, keys: place.keys(), clock: clock(), keepsSchema: true });
const rehearse = () => rehearseMigration({ dir: place.dir, keys: place.keys(), clock: clock(), suite: 'ed25519' });
const bytes = () => readFileSync(paths().db);
const before = MIGRATIONS.slice(0, -1);

describe('software on trial', () => {
  it('opens a ledger of its own schema as any other, and the version before goes on with what it wrote', () => {
    const ledger = openOnTrial();
    ledger.append([rating(4)]);
    ledger.close();
    const again = place.open();
    expect([again.head().seq, again.report.migrated, again.report.salvage]).toEqual([4, [], null]);
    again.close();
  });

  it('opens none of an older schema, and leaves it to the byte for the version before', () => {
    asReleaseBefore(place.dir);
    const untouched = bytes();
    expect(hasOlderSchema(paths())).toBe(true);
    expect(openOnTrial).toThrow(expect.objectContaining({ code: 'ledger_on_trial', next: 'stop' }));
    expect(bytes().equals(untouched)).toBe(true);
    const db = new Sqlite(paths().db);
    expect(migrate(db, 6, before)).toEqual([]);
    db.close();
  });

  it.each<[string, () => void]>([
    [
      'is damaged',
      () =>
        writeFileSync(paths().db, Buffer.concat([bytes().subarray(0, 4096), Buffer.alloc(bytes().length - 4096, 7)])),
    ],
    ['is no database', () => writeFileSync(paths().db, 'hello')],
    ['waits for a salvage', () => writeFileSync(paths().suspect, '')],
    ['is not there', () => rmSync(paths().db)],
  ])('salvages and makes nothing where the ledger %s', (_what, harm) => {
    harm();
    const found = existsSync(paths().db) ? bytes() : null;
    expect(openOnTrial).toThrow(expect.objectContaining({ code: 'ledger_on_trial' }));
    expect(existsSync(paths().db) ? bytes() : null).toEqual(found);
    expect(existsSync(paths().quarantine)).toBe(false);
  });
});

describe('a rehearsal', () => {
  it('runs the steps on a copy, finds its whole chain sound, and leaves nothing but the ledger as it was', () => {
    asReleaseBefore(place.dir);
    const untouched = bytes();
    expect(rehearse()).toEqual([NEWEST_MIGRATION]);
    expect(bytes().equals(untouched)).toBe(true);
    expect(existsSync(`${place.dir}/rehearsal`)).toBe(false);
    // Confirmed, the same software migrates the ledger itself.
    const ledger = place.open();
    expect([ledger.report.migrated, ledger.head().seq]).toEqual([[NEWEST_MIGRATION], 3]);
    ledger.close();
    const db = new Sqlite(paths().db, { readonly: true });
    expect(userVersion(db)).toBe(NEWEST_MIGRATION);
    db.close();
    expect(verifyLedger(place.dir, place.keys()).ok).toBe(true);
  });

  it('fails where the copy would need a salvage', () => {
    asReleaseBefore(place.dir);
    place.tamper((db) => db.prepare('UPDATE record SET hash = zeroblob(32) WHERE seq = 2').run());
    expect(rehearse).toThrow(expect.objectContaining({ code: 'rehearsal_failed' }));
    expect(existsSync(`${place.dir}/rehearsal`)).toBe(false);
  });
});
