import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { v7 } from 'uuid';
import { fileKeyStore } from './key-store.ts';
import type { Ledger } from './ledger.ts';
import { MIGRATIONS, migrate } from './migrations.ts';
import { openLedger } from './open-ledger.ts';
import type { VerifiedReceipt } from './outbox.ts';
import { ledgerPaths } from './paths.ts';
import type { Entry } from './writer.ts';

/** For tests only: a ledger in a folder of its own, under a clock that the test moves. */
export interface Bench {
  dir: string;
  now: number;
  quality: 'synced' | 'unset';
  open(): Ledger;
  keys(): ReturnType<typeof fileKeyStore>;
  /** Plain SQL on the closed ledger, as somebody with the disk in hand would do it. */
  tamper(run: (db: Database) => void): void;
  /** The folder copied as it is, while the ledger may be open: what a power cut would leave. */
  copy(): Bench;
  remove(): void;
}

export const START_MS = Date.parse('2026-11-22T02:15:30.123Z');
const BOOT_ID = '0190d5a4-7b1c-4e3a-8f00-000000000001';

export function bench(dir: string = mkdtempSync(join(tmpdir(), 'ledger-'))): Bench {
  const self: Bench = {
    dir,
    now: START_MS,
    quality: 'synced',
    keys: () => fileKeyStore(join(dir, 'keys')),
    open: () =>
      openLedger({
        dir,
        keys: self.keys(),
        clock: {
          wallMs: () => self.now,
          block: () => ({ quality: self.quality, offsetMs: 0, bootId: BOOT_ID, monotonicMs: 5 }),
        },
      }),
    tamper(run) {
      const db = new Sqlite(ledgerPaths(dir).db);
      try {
        run(db);
      } finally {
        db.close();
      }
    },
    copy() {
      const to = mkdtempSync(join(tmpdir(), 'ledger-copy-'));
      cpSync(dir, to, { recursive: true });
      return Object.assign(bench(to), { now: self.now });
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
  return self;
}

export function event(type = 'test_event', dueAt = START_MS): Entry {
  return { fact: { kind: 'event', body: { type, detail: { note: 'x'.repeat(300) } } }, dueAt };
}

export function rating(level: 1 | 2 | 3 | 4 | 5 = 5, dueAt: number = START_MS): Entry {
  const body = {
    visitId: v7(),
    caseNo: 'C-2026-001',
    serviceNo: 1,
    level,
    channel: 'touch' as const,
    tags: ['A01'],
    catalogueVersion: '2020',
    comment: null,
    ratedAt: '2026-11-22T10:15:30.123+08:00',
    revision: 1,
    supersedes: null,
    layout: 'five',
    language: 'zh-CN',
    policy: { id: 'neimenggu-2022', version: '1' },
    rater: null,
  };
  return { fact: { kind: 'rating', body }, dueAt };
}

/** A receipt of the right shape; its signature is the agent's business. */
export function receipt(count: number, batchId: string = v7()): VerifiedReceipt {
  return {
    batchId,
    receivedAt: '2026-11-22T10:15:30.000+08:00',
    count,
    root: `sha256:${batchId.replaceAll('-', '').padEnd(64, '0')}`,
    jws: 'head.payload.signature',
  };
}

/** Claims and delivers up to `limit` records. @returns their ids in leaf order */
export async function deliver(ledger: Ledger, limit: number): Promise<string[]> {
  const batch = await ledger.outbox.claim({ limit, maxBytes: 1 << 20 });
  const ids = batch?.records.map((record) => record.id) ?? [];
  if (batch === null) return [];
  await ledger.outbox.settle({
    leaseId: batch.leaseId,
    receipt: receipt(ids.length),
    delivered: ids,
    deferred: [],
    refused: [],
  });
  return ids;
}

/** Makes a closed ledger what the release before keeps: its own schema, the same rows as far as it has columns for them. */
export function asReleaseBefore(dir: string): void {
  const { db: path } = ledgerPaths(dir);
  const older = `${path}.older`;
  const db = new Sqlite(older);
  migrate(db, 5, MIGRATIONS.slice(0, -1));
  db.prepare('ATTACH ? AS newer').run(path);
  const tablesOf = (schema: string) =>
    db.prepare<[], string>(`SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table'`).pluck().all();
  const columnsOf = (schema: string, table: string) =>
    db
      .prepare(`SELECT * FROM ${schema}.${table} LIMIT 0`)
      .columns()
      .map(({ name }) => name);
  const newer = tablesOf('newer');
  for (const table of tablesOf('main').filter((name) => name !== 'migration' && newer.includes(name))) {
    const theirs = columnsOf('newer', table);
    const both = columnsOf('main', table)
      .filter((name) => theirs.includes(name))
      .join(', ');
    db.exec(`INSERT INTO main.${table} (${both}) SELECT ${both} FROM newer.${table}`);
  }
  db.exec('DETACH newer');
  db.close();
  renameSync(older, path);
}
