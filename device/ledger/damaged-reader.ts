import type { Database, Statement } from 'better-sqlite3';
import { isEnvironmental } from './errors.ts';
import { RECORD_COLUMNS, type RecordRow, recordRowSchema } from './record-row.ts';

/** How many numbers are asked for one by one after a place where reading in order failed: several pages' worth. */
const PROBE = 512;
/** A damaged number must not make the search endless. */
const MAX_PROBES = 4_000_000;

/** The value that `read` gives, null where the file is damaged there. What the disk itself refuses is thrown on. */
export function whereReadable<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (isEnvironmental(error)) throw error;
    return null;
  }
}

/** Reads the rows of `record` in order and goes around the places that SQLite cannot read. */
export class DamagedReader {
  readonly #after: Statement<[number]>;
  readonly #one: Statement<[number]>;
  readonly #last: Statement<[], number | null>;
  #probes = 0;

  /** @throws what SQLite throws where there is no such table */
  constructor(db: Database) {
    this.#after = db.prepare(`SELECT ${RECORD_COLUMNS} FROM record NOT INDEXED WHERE seq > ? ORDER BY seq`);
    this.#one = db.prepare(`SELECT ${RECORD_COLUMNS} FROM record NOT INDEXED WHERE seq = ?`);
    this.#last = db.prepare<[], number | null>('SELECT max(seq) FROM record').pluck();
  }

  /** @param hintSeq the highest number known from elsewhere, 0 where none is */
  *rows(hintSeq: number): Generator<RecordRow> {
    const lastSeq = whereReadable(() => this.#last.get() ?? null) ?? 0;
    let seq = 0;
    for (;;) {
      for (const row of this.#inOrder(seq)) {
        seq = row.seq;
        yield row;
      }
      if (!this.#failed || this.#probes >= MAX_PROBES) return;
      const end = seq + PROBE;
      for (let next = seq + 1; next <= end; next += 1) {
        const row = this.#probe(next);
        if (row !== null) yield row;
      }
      seq = end;
      if (seq > Math.max(lastSeq, hintSeq)) return;
    }
  }

  #failed = false;

  /** The rows after a number until the end or the first unreadable place. */
  *#inOrder(after: number): Generator<RecordRow> {
    this.#failed = false;
    const rows = whereReadable(() => this.#after.iterate(after));
    for (;;) {
      const next = rows === null ? null : whereReadable(() => rows.next());
      if (next === null) this.#failed = true;
      if (next === null || next.done === true) return;
      const row = recordRowSchema.safeParse(next.value).data;
      if (row !== undefined) yield row;
    }
  }

  #probe(seq: number): RecordRow | null {
    this.#probes += 1;
    return recordRowSchema.safeParse(whereReadable(() => this.#one.get(seq))).data ?? null;
  }
}
