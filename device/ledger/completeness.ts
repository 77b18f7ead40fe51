import type { Database, Statement } from 'better-sqlite3';
import { type Head, HeadWriter, hashText, NO_TALLY } from './head.ts';
import type { Stamp } from './sealing.ts';

/** Both ends included, as a centre names what it misses (reference-protocol §6). */
export type SeqRange = readonly [fromSeq: number, toSeq: number];

/** What this ledger can vouch for before a centre. */
export interface Holding {
  /** The lowest number that is still held; 1 in an empty ledger. */
  firstSeq: number;
  /** The highest record under a receipt, null while there is none. */
  delivered: Head | null;
  /** The newest receipt of this moment: what came after it is no answer to an older question. */
  receipt: number;
}

/** Numbers of a range, by what can be done about them. */
export interface Sorted {
  /** Under a receipt, and held: may be sent again. Ascending, at most as many as asked for. */
  replayable: number[];
  /** Whether there are more of them than that. */
  more: boolean;
  /** Held without a receipt: on their way anyhow. */
  waiting: number;
  /** Not held: lost with a damaged file, or past retention. */
  gone: number;
}

/** Compares what the centre says it misses with what is here, and puts delivered records back into the outbox. */
export class Completeness {
  readonly #head: HeadWriter;
  readonly #first: Statement<[], number | null>;
  readonly #newest: Statement<[], { seq: number; hash: Buffer }>;
  readonly #receipt: Statement<[], number | null>;
  readonly #delivered: Statement<[number, number], number>;
  readonly #waiting: Statement<[number, number], number>;
  readonly #before: Statement<[number, number, number, number], number>;
  readonly #forget: Statement<[number]>;
  readonly #queue: Statement<[number, number]>;

  constructor(db: Database, stamp: Stamp) {
    this.#head = new HeadWriter(db, stamp);
    this.#first = db.prepare<[], number | null>('SELECT min(seq) FROM record').pluck();
    this.#newest = db.prepare<[], { seq: number; hash: Buffer }>(
      'SELECT seq, hash FROM delivery JOIN record USING (seq) ORDER BY delivery.seq DESC LIMIT 1',
    );
    this.#receipt = db.prepare<[], number | null>('SELECT max(number) FROM receipt').pluck();
    const count = (table: string) =>
      db.prepare<[number, number], number>(`SELECT count(*) FROM ${table} WHERE seq BETWEEN ? AND ?`).pluck();
    this.#delivered = count('delivery');
    this.#waiting = count('outbox');
    this.#before = db
      .prepare<[number, number, number, number], number>(
        'SELECT seq FROM delivery WHERE seq BETWEEN ? AND ? AND receipt <= ? ORDER BY seq LIMIT ?',
      )
      .pluck();
    this.#forget = db.prepare('DELETE FROM delivery WHERE seq = ?');
    this.#queue = db.prepare('INSERT INTO outbox (seq, due_at) VALUES (?, ?)');
  }

  holding(): Holding {
    const newest = this.#newest.get();
    return {
      firstSeq: this.#first.get() ?? 1,
      delivered: newest === undefined ? null : { seq: newest.seq, hash: hashText(newest.hash) },
      receipt: this.#receipt.get() ?? 0,
    };
  }

  /** How many records of a range are held. */
  count(fromSeq: number, toSeq: number): number {
    return (this.#delivered.get(fromSeq, toSeq) ?? 0) + (this.#waiting.get(fromSeq, toSeq) ?? 0);
  }

  /**
   * @param missing ranges that the centre named, ascending, without overlap
   * @param receipt of the `Holding` that the question was made from
   * @param limit of `replayable`
   */
  sort(missing: readonly SeqRange[], receipt: number, limit: number): Sorted {
    const sorted: Sorted = { replayable: [], more: false, waiting: 0, gone: 0 };
    for (const [from, to] of missing) {
      const room = limit - sorted.replayable.length;
      const found = this.#before.all(from, to, receipt, room + 1);
      sorted.more ||= found.length > room;
      sorted.replayable.push(...found.slice(0, room));
      const waiting = this.#waiting.get(from, to) ?? 0;
      sorted.waiting += waiting;
      sorted.gone += to - from + 1 - waiting - (this.#delivered.get(from, to) ?? 0);
    }
    return sorted;
  }

  /**
   * Makes delivered records pending again; their receipts stay as evidence. Inside the caller's transaction.
   * @param seqs of `sort`, in the same turn of the process
   * @param dueAt ms since 1970
   */
  putBack(seqs: readonly number[], dueAt: number): void {
    for (const seq of seqs) {
      this.#forget.run(seq);
      this.#queue.run(seq, dueAt);
    }
    this.#head.count({ ...NO_TALLY, pending: seqs.length, delivered: -seqs.length });
  }
}
