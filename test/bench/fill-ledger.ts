import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../device/clock.ts';
import { ClockBlocks } from '../../device/clock-block.ts';
import { openForWriting } from '../../device/ledger/database.ts';
import { EMPTY_HEAD, type Head, initHead, NO_TALLY } from '../../device/ledger/head.ts';
import { fileKeyStore, LEDGER_KEY } from '../../device/ledger/key-store.ts';
import { migrate } from '../../device/ledger/migrations.ts';
import { ledgerPaths } from '../../device/ledger/paths.ts';
import { createSecrets } from '../../device/ledger/sealing.ts';
import { ChainWriter } from '../../device/ledger/writer.ts';
import { newId } from '../../device/new-id.ts';
import { manyRatings } from './sample-window.ts';

/** Sealed size of a rating's record, as the ledger writes it. */
const SEALED_BYTES = 850;
/** The start-up check walks so many records from the end; they must be whole. */
const TAIL = 100;

type Db = ReturnType<typeof openForWriting>;
type Secrets = ReturnType<typeof createSecrets>;

function setHead(db: Db, secrets: Secrets, head: Head, pending: number): void {
  db.prepare('DELETE FROM head').run();
  initHead(db, secrets.stamp, head, { ...NO_TALLY, pending });
}

function writeWhole(db: Db, secrets: Secrets, from: number, count: number): void {
  const writer = new ChainWriter(db, secrets, new ClockBlocks(systemClock), newId);
  for (let done = 0; done < count; done += TAIL) writer.committed(writer.write(manyRatings(from + done, TAIL)));
}

/**
 * Rows whose content nobody opens: they have the size and the indexes of real ones, and are due after them.
 * @returns the head behind them
 */
function writeFiller(db: Db, fromSeq: number, count: number): Head {
  const hash = randomBytes(32);
  const sealed = randomBytes(SEALED_BYTES);
  const record = db.prepare('INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)');
  const outbox = db.prepare('INSERT INTO outbox (seq, due_at) VALUES (?, ?)');
  const now = systemClock.wallMs();
  for (let seq = fromSeq; seq < fromSeq + count; seq++) {
    const id = Buffer.from(newId().replaceAll('-', ''), 'hex');
    record.run(seq, id, 'rating', hash, now, sealed);
    outbox.run(seq, now + 20 * 86_400_000 + seq);
  }
  return { seq: fromSeq + count - 1, hash: `sha256:${hash.toString('hex')}` };
}

/**
 * Makes the ledger of a device that delivered nothing for long. Whole records at the front, where claims find them,
 * and at the end, where a start looks; what lies between them has their size and their place in every index.
 * @param dir an empty folder
 * @param whole records at the front that can be claimed, a multiple of 100
 */
export function fillLedger(dir: string, pending: number, whole: number): void {
  mkdirSync(dir, { recursive: true });
  const secrets = createSecrets(fileKeyStore(join(dir, 'keys')).loadOrCreate(LEDGER_KEY));
  const db = openForWriting(ledgerPaths(dir).db);
  try {
    // Nobody's data: the machine's power may fail, and this is made again.
    db.pragma('synchronous = OFF');
    db.transaction(() => {
      migrate(db, systemClock.wallMs());
      initHead(db, secrets.stamp, EMPTY_HEAD, NO_TALLY);
      writeWhole(db, secrets, 0, whole);
    }).immediate();
    db.transaction(() => {
      const filler = pending - whole - TAIL;
      if (filler <= 0) return;
      const head = writeFiller(db, whole + 1, filler);
      setHead(db, secrets, head, whole + filler);
      writeWhole(db, secrets, whole + filler, TAIL);
    }).immediate();
  } finally {
    db.close();
  }
}
