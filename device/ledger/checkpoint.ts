import type { Database } from 'better-sqlite3';
import { z } from 'zod';

/** A quarter of what the log may hold before a commit has to carry it into the file itself. */
const WORTH_PAGES = 500;

const answerSchema = z.tuple([z.object({ busy: z.int(), log: z.int(), checkpointed: z.int() })]);

function checkpoint(db: Database, mode: 'NOOP' | 'PASSIVE'): { log: number; checkpointed: number } {
  return answerSchema.parse(db.pragma(`wal_checkpoint(${mode})`))[0];
}

/**
 * Carries the log into the file while nobody waits. A commit that finds the log full does it itself, and the one after it
 * begins the log anew: several syncs each, which a citizen at the device would wait for. Blocks; nothing can be lost by it.
 * @returns whether there was enough to be worth the disk's wear
 */
export function emptyLog(db: Database): boolean {
  const { log, checkpointed } = checkpoint(db, 'NOOP');
  if (log - checkpointed < WORTH_PAGES) return false;
  checkpoint(db, 'PASSIVE');
  beginLog(db);
  return true;
}

/** The first commit after it writes and syncs the log's header. A row put and taken is the least that is one at all. */
function beginLog(db: Database): void {
  db.transaction(() => {
    db.prepare("INSERT INTO device_state (key, sealed) VALUES ('', x'')").run();
    db.prepare("DELETE FROM device_state WHERE key = ''").run();
  }).immediate();
}
