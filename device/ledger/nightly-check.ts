import { writeFileSync } from 'node:fs';
import type { Database, Statement } from 'better-sqlite3';
import { readAnchors } from './anchors.ts';
import { GENESIS_HASH } from './chain.ts';
import { ChainWalk, type FaultKind } from './chain-walk.ts';
import { isEnvironmental } from './errors.ts';
import { syncPath } from './files.ts';
import { readHead } from './head.ts';
import type { LedgerPaths } from './paths.ts';
import { RECORD_COLUMNS } from './record-row.ts';
import type { Secrets } from './sealing.ts';

export interface CheckRequest {
  /** Records to look at in this call, 1 or more. About 30 µs each, in which nothing else happens. */
  maxRecords: number;
}

/** What is wrong with which record; `forgotten`: it is neither delivered nor waiting. */
export interface RecordFault {
  seq: number;
  kind: FaultKind | 'forgotten';
}

export interface CheckReport {
  done: boolean;
  /** False as soon as something is wrong: the next start then sets the file aside and carries over what is sound. */
  ok: boolean;
  /** What is wrong, for a technician; null while nothing is. */
  problem: string | null;
  /** The record that `problem` names; null where it names none. */
  fault: RecordFault | null;
  checkedTo: number;
}

const DEFAULT_REQUEST: CheckRequest = { maxRecords: 20_000 };

/** `PRAGMA quick_check`, null where it finds nothing. Blocks for about a second per 500 MiB. */
export function quickCheck(db: Database): string | null {
  const found = String(db.pragma('quick_check(1)', { simple: true }));
  return found === 'ok' ? null : found;
}

/** The whole file and the whole chain, in pieces that an idle night can afford. */
export class NightlyCheck {
  readonly #db: Database;
  readonly #secrets: Secrets;
  readonly #paths: LedgerPaths;
  readonly #rows: Statement<[number, number]>;
  /** A record that would never be sent: its row in the outbox was taken away. */
  readonly #forgotten: Statement<[], number>;
  #walk: ChainWalk | null = null;

  constructor(db: Database, secrets: Secrets, paths: LedgerPaths) {
    this.#db = db;
    this.#secrets = secrets;
    this.#paths = paths;
    this.#rows = db.prepare(`SELECT ${RECORD_COLUMNS} FROM record WHERE seq > ? ORDER BY seq LIMIT ?`);
    this.#forgotten = db
      .prepare<[], number>(
        `SELECT seq FROM record WHERE seq NOT IN (SELECT seq FROM outbox) AND seq NOT IN (SELECT seq FROM delivery) LIMIT 1`,
      )
      .pluck();
  }

  run(request: CheckRequest = DEFAULT_REQUEST): CheckReport {
    try {
      return this.#piece(request);
    } catch (error) {
      if (isEnvironmental(error)) throw error;
      return this.#bad(error instanceof Error ? error.message : 'the file is damaged');
    }
  }

  #piece(request: CheckRequest): CheckReport {
    const walk = this.#walk ?? this.#begin();
    if (walk === null) return this.#bad('the file is damaged');
    walk.setAnchors(readAnchors(this.#db, this.#secrets.stamp));
    const rows = this.#rows.all(walk.seq, request.maxRecords);
    for (const row of rows) walk.step(row);
    if (rows.length === request.maxRecords)
      return { done: false, ok: true, problem: null, fault: null, checkedTo: walk.seq };
    return this.#end(walk);
  }

  #begin(): ChainWalk | null {
    if (quickCheck(this.#db) !== null) return null;
    const head = readHead(this.#db, this.#secrets.stamp);
    this.#walk = new ChainWalk({
      sealer: this.#secrets.sealer,
      anchors: [],
      start: { seq: 0, hash: GENESIS_HASH },
      maxSeq: head?.seq ?? 0,
    });
    return this.#walk;
  }

  #end(walk: ChainWalk): CheckReport {
    const { fault, last } = walk.finish(readHead(this.#db, this.#secrets.stamp), null);
    if (fault !== null) return this.#bad(`record ${fault.seq} is ${fault.kind}: ${fault.why}`, fault);
    const forgotten = this.#forgotten.get();
    if (forgotten !== undefined) {
      const fault = { seq: forgotten, kind: 'forgotten' } as const;
      return this.#bad(`record ${forgotten} is neither delivered nor waiting`, fault);
    }
    this.#walk = null;
    return { done: true, ok: true, problem: null, fault: null, checkedTo: last.seq };
  }

  #bad(problem: string, fault: RecordFault | null = null): CheckReport {
    const checkedTo = this.#walk?.seq ?? 0;
    this.#walk = null;
    writeFileSync(this.#paths.suspect, `${problem}\n`);
    syncPath(this.#paths.suspect);
    const place = fault === null ? null : { seq: fault.seq, kind: fault.kind };
    return { done: true, ok: false, problem, fault: place, checkedTo };
  }
}
