import type { Database, Statement } from 'better-sqlite3';
import { emptyLog } from './checkpoint.ts';
import type { FolderClaim } from './claim.ts';
import { Completeness } from './completeness.ts';
import { DeviceState } from './device-state.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import type { Head, HintFile } from './head.ts';
import { Idempotency, type Reply } from './idempotency.ts';
import { type CheckReport, type CheckRequest, NightlyCheck } from './nightly-check.ts';
import { OutboxStore } from './outbox-store.ts';
import type { LedgerPaths } from './paths.ts';
import type { LedgerRecord } from './record.ts';
import { idBytes, openRow, RECORD_COLUMNS, type RecordRow } from './record-row.ts';
import type { Reserve } from './reserve.ts';
import { type PurgeReport, Retention } from './retention.ts';
import type { Secrets } from './sealing.ts';
import type { OpenReport } from './startup.ts';
import { ChainWriter, checkEntries, type Entry, type LedgerClock } from './writer.ts';

/** What else goes into the commit of an append. */
export interface Also {
  /** Named texts to put (or, by null, to remove). */
  state?: Record<string, string | null>;
  idempotency?: Reply;
  /** Delivered records that the centre no longer holds, to be sent again; `dueAt` in ms since 1970. */
  replay?: { seqs: readonly number[]; dueAt: number };
}

export interface LedgerParts {
  db: Database;
  paths: LedgerPaths;
  claim: FolderClaim;
  hint: HintFile;
  secrets: Secrets;
  clock: LedgerClock;
  newId: () => string;
  report: OpenReport;
  reserve: Reserve;
}

/**
 * The append-only ledger of one device. All calls block and are durable when they return; a power cut or a kill at any
 * instant leaves either all or nothing of a call. Made by `openLedger`.
 */
export class Ledger {
  /** What the start found, and whether the full check is still due tonight. */
  readonly report: OpenReport;
  readonly outbox: OutboxStore;
  /** Space for a full disk; whoever watches the disk fills it. */
  readonly reserve: Reserve;
  /** What the centre should hold; `append` with `replay` sends again what it does not. */
  readonly completeness: Pick<Completeness, 'holding' | 'count' | 'sort'>;
  /** Answers to repeated requests; written by `append`. */
  readonly idempotency: Pick<Idempotency, 'find'>;
  readonly #parts: LedgerParts;
  readonly #replies: Idempotency;
  readonly #completeness: Completeness;
  readonly #writer: ChainWriter;
  readonly #state: DeviceState;
  readonly #retention: Retention;
  readonly #nightly: NightlyCheck;
  readonly #byId: Statement<[Buffer], RecordRow>;
  readonly #range: Statement<[number, number], RecordRow>;
  readonly #appended = new Set<() => void>();
  readonly #commit: (entries: readonly Entry[], also: Also) => LedgerRecord[];

  constructor(parts: LedgerParts) {
    const { db, secrets, clock, newId } = parts;
    this.#parts = parts;
    this.report = parts.report;
    this.reserve = parts.reserve;
    this.#writer = new ChainWriter(db, secrets, clock, newId);
    this.#state = new DeviceState(db, secrets.sealer);
    this.#replies = new Idempotency(db, secrets.sealer);
    this.idempotency = this.#replies;
    this.#completeness = new Completeness(db, secrets.stamp);
    this.completeness = this.#completeness;
    this.outbox = new OutboxStore({
      db,
      secrets,
      now: () => clock.steadyMs?.() ?? clock.wallMs(),
      newId,
      head: () => this.head(),
      reserve: parts.reserve,
    });
    this.#retention = new Retention(db, secrets.stamp);
    this.#nightly = new NightlyCheck(db, secrets, parts.paths);
    this.#byId = db.prepare<[Buffer], RecordRow>(`SELECT ${RECORD_COLUMNS} FROM record WHERE id = ?`);
    this.#range = db.prepare<[number, number], RecordRow>(
      `SELECT ${RECORD_COLUMNS} FROM record WHERE seq >= ? ORDER BY seq LIMIT ?`,
    );
    const write = db.transaction((entries: readonly Entry[], also: Also) => this.#write(entries, also));
    this.#commit = (entries, also) => write.immediate(entries, also);
  }

  /**
   * Keeps facts in one durable commit: records, outbox rows, head, and what `also` names. Entries may be empty.
   * @returns the records in order, after the commit
   * @throws LedgerError `fact_invalid`, `ledger_full`, `ledger_io`, `ledger_busy`, `ledger_corrupt`, `ledger_closed`;
   * nothing is kept then
   */
  append(entries: readonly Entry[], also: Also = {}): LedgerRecord[] {
    checkEntries(entries);
    const records = this.#guard('appending to the ledger', () => this.#commit(entries, also));
    this.#writer.committed(records);
    if (records.length === 0) return records;
    this.#parts.hint.note(this.#writer.head());
    // When the caller has gone on: whatever a listener does, a record that is kept must not look as if it were not.
    for (const listener of this.#appended) queueMicrotask(listener);
    return records;
  }

  /** Calls back after each commit with records in it, whoever made them, and after the call that made them. */
  onAppend(listener: () => void): void {
    this.#appended.add(listener);
  }

  /** A named text kept by `append`, null where there is none. */
  state(key: string): string | null {
    return this.#guard('reading device state', () => this.#state.get(key));
  }

  /** Names of texts kept by `append`: from `from` (included) to `to` (not included), ascending, at most `limit`. */
  stateKeys(from: string, to: string, limit: number): string[] {
    return this.#guard('reading device state', () => this.#state.keys(from, to, limit));
  }

  /** The last record; seq 0 and the genesis hash while there is none. */
  head(): Head {
    return this.#guard('reading the head', () => this.#writer.head());
  }

  /** One record, null where it is unknown or past retention. @throws LedgerError `record_unreadable` */
  get(id: string): LedgerRecord | null {
    const row = this.#guard('reading a record', () => this.#byId.get(idBytes(id)));
    return row === undefined ? null : this.#open(row);
  }

  /** Records from `fromSeq` on, at most `limit`, ascending. @throws LedgerError `record_unreadable` */
  read(fromSeq: number, limit: number): LedgerRecord[] {
    const rows = this.#guard('reading records', () => this.#range.all(fromSeq, limit));
    return rows.map((row) => this.#open(row));
  }

  /**
   * To be called once a day: forgets old answers and lets delivered records past retention leave, a bounded number at
   * a time; call again while `more`.
   */
  dailyTick(): PurgeReport & { replies: number } {
    const { clock } = this.#parts;
    return this.#guard('the daily tick', () => {
      const replies = this.#replies.purge(clock.wallMs());
      // An unset clock may stand in any year, and 180 days would have passed or never pass.
      if (clock.block().quality === 'unset') return { records: 0, receipts: 0, more: false, replies };
      // The earlier of the two readings of time: a clock that runs ahead must not cut the 180 days short.
      const now = clock.wallMs() + Math.min(0, clock.block().offsetMs);
      return { ...this.#retention.purge(now), replies };
    });
  }

  /** The check of the whole file that a start must not wait for; a piece per call, call again until `done`. */
  nightlyCheck(request?: CheckRequest): CheckReport {
    return this.#guard('checking the ledger', () => this.#nightly.run(request));
  }

  /** To be called while no citizen is at the device, so that no tap has to do it. @returns whether it was worth it */
  emptyLog(): boolean {
    return this.#guard('emptying the log', () => emptyLog(this.#parts.db));
  }

  /** How the file was opened, for the self-check of the device: 2 is FULL. */
  durability(): { journalMode: string; synchronous: number } {
    const { db } = this.#parts;
    return {
      journalMode: String(db.pragma('journal_mode', { simple: true })),
      synchronous: Number(db.pragma('synchronous', { simple: true })),
    };
  }

  /** Checkpoints, closes, gives the folder free. May be called again. */
  close(): void {
    if (!this.#parts.db.open) return;
    this.#parts.db.close();
    this.#parts.hint.close();
    this.#parts.claim.release();
  }

  #write(entries: readonly Entry[], also: Also): LedgerRecord[] {
    const records = this.#writer.write(entries);
    for (const [key, text] of Object.entries(also.state ?? {})) this.#state.set(key, text);
    if (also.idempotency !== undefined) this.#replies.remember(also.idempotency);
    if (also.replay !== undefined) this.#replay(also.replay);
    return records;
  }

  #replay({ seqs, dueAt }: NonNullable<Also['replay']>): void {
    this.#completeness.putBack(seqs, dueAt);
    this.outbox.reopened(Math.min(...seqs));
  }

  #open(row: RecordRow): LedgerRecord {
    const opened = openRow(row, this.#parts.secrets.sealer);
    if (opened.fault === undefined) return opened.record;
    throw new LedgerError('record_unreadable', `Record ${row.seq} cannot be read: ${opened.fault}.`);
  }

  #guard<Result>(doing: string, run: () => Result): Result {
    if (!this.#parts.db.open) throw new LedgerError('ledger_closed', `${doing}: the ledger is closed.`);
    try {
      return this.reserve.spend(() => this.#orForget(run));
    } catch (error) {
      throw asLedgerError(error, doing);
    }
  }

  #orForget<Result>(run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      this.#writer.failed();
      throw error;
    }
  }
}
