import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CentreError } from '../errors.ts';

export type Db = Database.Database;

/** Numbered steps under `user_version`; a released step is never edited. Times are ms since 1970. */
const MIGRATIONS: readonly (readonly [version: number, sql: string])[] = [
  [
    10,
    `
    CREATE TABLE devices (
      device_id TEXT PRIMARY KEY, public_key TEXT NOT NULL, hardware TEXT NOT NULL, enrolled_at INTEGER NOT NULL,
      revoked INTEGER NOT NULL DEFAULT 0, heartbeat TEXT, heartbeat_at INTEGER
    ) STRICT;
    CREATE TABLE codes (
      code TEXT PRIMARY KEY, expires_at INTEGER, public_key TEXT, approved INTEGER NOT NULL,
      device_id TEXT REFERENCES devices (device_id)
    ) STRICT;
    CREATE TABLE nonces (
      device_id TEXT NOT NULL REFERENCES devices (device_id), nonce TEXT NOT NULL, seen_at INTEGER NOT NULL,
      PRIMARY KEY (device_id, nonce)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX nonces_by_age ON nonces (seen_at);
    CREATE TABLE records (
      device_id TEXT NOT NULL REFERENCES devices (device_id), id TEXT NOT NULL, seq INTEGER NOT NULL,
      kind TEXT NOT NULL, hash TEXT NOT NULL, visit_id TEXT, received_at INTEGER NOT NULL, json TEXT NOT NULL,
      PRIMARY KEY (device_id, id)
    ) STRICT;
    CREATE INDEX records_by_seq ON records (device_id, seq);
    CREATE INDEX records_by_visit ON records (device_id, visit_id, kind) WHERE visit_id IS NOT NULL;
    CREATE TABLE phone_ratings (
      device_id TEXT NOT NULL REFERENCES devices (device_id), visit_id TEXT NOT NULL, rating TEXT NOT NULL,
      PRIMARY KEY (device_id, visit_id)
    ) STRICT;
  `,
  ],
  [
    20,
    `
    ALTER TABLE codes ADD COLUMN renews TEXT REFERENCES devices (device_id);
    CREATE TABLE former_keys (
      device_id TEXT NOT NULL REFERENCES devices (device_id), public_key TEXT NOT NULL, replaced_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX former_keys_by_device ON former_keys (device_id, replaced_at);
  `,
  ],
];

function migrate(db: Db): void {
  const current = db.pragma('user_version', { simple: true }) as number;
  const newest = MIGRATIONS.at(-1)?.[0] ?? 0;
  if (current > newest) {
    const hint = 'Start the newer centre on this folder, or another folder with this one. Nothing was changed.';
    throw new CentreError('database_newer', `the database has version ${current}, this centre knows ${newest}`, hint);
  }
  const pending = MIGRATIONS.filter(([version]) => version > current);
  db.transaction(() => {
    for (const [version, sql] of pending) db.exec(sql).pragma(`user_version = ${version}`);
  })();
}

/**
 * Opens the centre's own database. WAL with FULL: an answer goes out only after the commit is on the disk, because
 * `accepted` allows a device to forget (reference-protocol §4).
 * @throws CentreError `database_newer`
 */
export function openDatabase(dataDir: string): Db {
  const db = new Database(join(dataDir, 'centre.sqlite'));
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    migrate(db);
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}
