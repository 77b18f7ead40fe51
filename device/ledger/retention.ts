import type { Database, Statement } from 'better-sqlite3';
import { DAY_MS } from '../time.ts';
import { addAnchor } from './anchors.ts';
import { HeadWriter, hashText, NO_TALLY } from './head.ts';
import type { Stamp } from './sealing.ts';

/** Records stay until their receipt and for this long (reference-protocol §6: "until receipt and 180 days"). */
export const RETENTION_MS = 180 * DAY_MS;
/** One transaction of this size holds the device for a few tens of milliseconds. */
const MAX_RECORDS = 5000;

export interface PurgeReport {
  records: number;
  receipts: number;
  /** Whether more is old enough; call again. */
  more: boolean;
}

interface Leaving {
  seq: number;
  hash: Buffer;
}

/**
 * Lets delivered records leave, whole receipts at a time: a receipt is kept as long as any of its records
 * (reference-protocol §4). What is not delivered never leaves, whatever its age, and the newest record always stays.
 */
export class Retention {
  readonly #db: Database;
  readonly #stamp: Stamp;
  readonly #head: HeadWriter;
  readonly #old: Statement<[number], number>;
  readonly #members: Statement<[number], Leaving>;
  readonly #drops: Record<'delivery' | 'record' | 'receipt', Statement<[number]>>;

  constructor(db: Database, stamp: Stamp) {
    this.#db = db;
    this.#stamp = stamp;
    this.#head = new HeadWriter(db, stamp);
    this.#old = db
      .prepare<[number], number>(
        `SELECT number FROM receipt WHERE newest_at < ? AND NOT EXISTS
           (SELECT 1 FROM delivery JOIN head ON delivery.seq = head.seq WHERE delivery.receipt = receipt.number)
         ORDER BY newest_at`,
      )
      .pluck();
    this.#members = db.prepare<[number], Leaving>(
      'SELECT seq, hash FROM delivery JOIN record USING (seq) WHERE receipt = ? ORDER BY seq',
    );
    this.#drops = {
      delivery: db.prepare('DELETE FROM delivery WHERE receipt = ?'),
      record: db.prepare('DELETE FROM record WHERE seq = ?'),
      receipt: db.prepare('DELETE FROM receipt WHERE number = ?'),
    };
  }

  /**
   * One transaction; a crash leaves it done or not done.
   * @param now ms since 1970 of a clock that is set
   * @param maxRecords bound of the transaction; a single receipt may exceed it
   */
  purge(now: number, maxRecords: number = MAX_RECORDS): PurgeReport {
    return this.#db.transaction(() => this.#purge(now, maxRecords)).immediate();
  }

  #purge(now: number, maxRecords: number): PurgeReport {
    const leaving: Leaving[] = [];
    const receipts = this.#old.all(now - RETENTION_MS);
    let taken = 0;
    for (const receipt of receipts) {
      if (leaving.length >= maxRecords) break;
      leaving.push(...this.#members.all(receipt));
      this.#drops.delivery.run(receipt);
      this.#drops.receipt.run(receipt);
      taken += 1;
    }
    for (const { seq } of leaving) this.#drops.record.run(seq);
    this.#anchor(leaving.sort((a, b) => a.seq - b.seq));
    if (leaving.length > 0) this.#head.count({ ...NO_TALLY, delivered: -leaving.length });
    return { records: leaving.length, receipts: taken, more: taken < receipts.length };
  }

  /** One anchor for each run of consecutive numbers. */
  #anchor(leaving: readonly Leaving[]): void {
    let from = leaving[0]?.seq ?? 0;
    leaving.forEach(({ seq, hash }, index) => {
      if (leaving[index + 1]?.seq === seq + 1) return;
      addAnchor(this.#db, this.#stamp, { fromSeq: from, toSeq: seq, hash: hashText(hash) });
      from = leaving[index + 1]?.seq ?? 0;
    });
  }
}
