import type { Database } from 'better-sqlite3';
import { LedgerError } from './errors.ts';

/** One step of the schema. A released step is never edited; a change is a new number. */
export interface Migration {
  /** Multiple of 10, ascending: room for a repair between two releases. */
  number: number;
  purpose: string;
  sql: string;
}

/**
 * A rating is one commit, so its cost is the number of pages it touches: the record's leaf, its id index, the outbox
 * leaf, the outbox index, the head. Every further index on `record` or `outbox` is paid by the citizen's wait.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 10,
    purpose: 'records, outbox, receipts, head, device state',
    sql: `
CREATE TABLE migration (number INTEGER PRIMARY KEY, purpose TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE record (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  hash BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY REFERENCES record (seq),
  state INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER,
  code TEXT,
  message TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_next ON outbox (next_at) WHERE state = 1;
CREATE TABLE receipt (
  number INTEGER PRIMARY KEY,
  batch_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  root BLOB NOT NULL,
  jws TEXT NOT NULL,
  leaves BLOB NOT NULL,
  newest_at INTEGER NOT NULL,
  mac BLOB NOT NULL,
  UNIQUE (batch_id, root)
) STRICT;
CREATE INDEX receipt_newest ON receipt (newest_at);
CREATE TABLE delivery (
  seq INTEGER PRIMARY KEY REFERENCES record (seq),
  receipt INTEGER NOT NULL REFERENCES receipt (number),
  leaf INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_receipt ON delivery (receipt);
CREATE TABLE head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  mac BLOB NOT NULL,
  pending INTEGER NOT NULL DEFAULT 0,
  deferred INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE anchor (
  from_seq INTEGER PRIMARY KEY,
  to_seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  mac BLOB NOT NULL
) STRICT;
CREATE TABLE device_state (key TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE idempotency (
  key BLOB PRIMARY KEY,
  request_hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`,
  },
  {
    number: 20,
    purpose: 'tells legal dates from dates of the house, for alarms',
    // What waits already is taken for law where it may be: an alarm too many is better than one too few.
    sql: `
ALTER TABLE outbox ADD COLUMN margin INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET margin = 86400000 WHERE seq IN (SELECT seq FROM record WHERE kind IN ('visit', 'rating'));
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (state, due_at, margin DESC);
`,
  },
  {
    number: 30,
    purpose: 'keeps the state of the open visit in one page',
    // Without a rowid a row spills above a quarter of a page: the window's state cost each tap an overflow page, a
    // page of the free list and page 1. With one it spills above a whole page.
    sql: `
ALTER TABLE device_state RENAME TO device_state_before;
CREATE TABLE device_state (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT;
INSERT INTO device_state (key, sealed) SELECT key, sealed FROM device_state_before ORDER BY key;
DROP TABLE device_state_before;
`,
  },
];

export const NEWEST_MIGRATION = MIGRATIONS.reduce((newest, step) => Math.max(newest, step.number), 0);

export function userVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Numbers must rise in steps of 10: an out-of-order step would run on some devices and not on others. */
function checkOrder(steps: readonly Migration[]): void {
  steps.forEach((step, index) => {
    const before = steps[index - 1]?.number ?? 0;
    if (step.number % 10 !== 0 || step.number <= before)
      throw new RangeError(`migration ${step.number} is out of order`);
  });
}

/**
 * Brings a file to the newest step, each step in a transaction of its own together with its number, so that a crash
 * leaves the file at a whole step.
 * @param now ms since 1970, kept in the table `migration`
 * @returns the numbers that ran, ascending
 * @throws LedgerError `ledger_newer` before anything is written
 */
export function migrate(db: Database, now: number, steps: readonly Migration[] = MIGRATIONS): number[] {
  checkOrder(steps);
  const from = userVersion(db);
  const newest = steps.at(-1)?.number ?? 0;
  if (from > newest) throw newerError(from, newest);
  const todo = steps.filter((step) => step.number > from);
  for (const step of todo) {
    db.transaction(() => {
      db.exec(step.sql);
      db.prepare('INSERT INTO migration (number, purpose, at) VALUES (?, ?, ?)').run(step.number, step.purpose, now);
      db.pragma(`user_version = ${step.number}`);
    }).immediate();
  }
  return todo.map((step) => step.number);
}

export function newerError(found: number, newest: number): LedgerError {
  return new LedgerError(
    'ledger_newer',
    `The ledger was written by newer software: its format is ${found}, this software knows up to ${newest}.`,
  );
}
