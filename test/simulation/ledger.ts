import { canonicalJson } from '../../device/ledger/canonical-json.ts';
import { sha256 } from '../../device/ledger/chain.ts';
import { LedgerError } from '../../device/ledger/errors.ts';
import type { Also } from '../../device/ledger/ledger.ts';
import type { ClaimedBatch, ClaimRequest, Outbox, OutboxCounts, Settlement } from '../../device/ledger/outbox.ts';
import type { ClockBlock, LedgerRecord } from '../../device/ledger/record.ts';
import { RETENTION_MS } from '../../device/ledger/retention.ts';
import { MAX_DEFER_MS, parseSettlement } from '../../device/ledger/settlement.ts';
import { visitsFirst as inOrder, visitFollowedBy } from '../../device/ledger/visits-first.ts';
import { checkEntries, type Entry } from '../../device/ledger/writer.ts';
import type { DueGroup } from '../../device/policy/slack.ts';
import { formatTime, parseTime } from '../../device/time.ts';
import type { WindowStore } from '../../device/window-options.ts';
import { SimulatedCompleteness } from './completeness.ts';
import { type Disk, type Row, sealOf } from './disk.ts';

export interface LedgerEdges {
  wallMs(): number;
  block(): ClockBlock;
  newId(): string;
  /** Records went into a transaction; it may yet be undone. */
  onWritten?: (records: readonly LedgerRecord[]) => void;
}

/**
 * The ledger of one appliance process over a simulated disk: the rules of device/ledger (chain, order of claims,
 * settlement by id, retention) without SQLite and sealing. test/integration/simulated-ledger.test.ts runs the same
 * cases on it and on the real one.
 */
export class SimulatedLedger implements WindowStore, Outbox {
  readonly #disk: Disk;
  readonly #edges: LedgerEdges;
  readonly completeness: SimulatedCompleteness;
  readonly #leases = new Map<string, number[]>();
  readonly #leased = new Set<number>();
  readonly #appended = new Set<() => void>();
  #isClosed = false;

  constructor(disk: Disk, edges: LedgerEdges) {
    this.#disk = disk;
    this.#edges = edges;
    this.completeness = new SimulatedCompleteness(disk);
  }

  /** The process is gone; whoever still holds this object changes nothing any more. */
  close(): void {
    this.#isClosed = true;
  }

  get head(): { seq: number; hash: string } {
    return this.#disk.image.head;
  }

  append(entries: readonly Entry[], also: Also): LedgerRecord[] {
    this.#mustBeOpen();
    checkEntries(entries);
    this.#mustFit();
    const rows = this.#rowsOf(entries);
    this.#disk.commit('append', () => this.#write(rows, also));
    if (rows.length > 0) for (const listener of this.#appended) queueMicrotask(listener);
    return rows.map((row) => row.record);
  }

  /** Calls back after each commit with records in it, and after the call that made them. */
  onAppend(listener: () => void): void {
    this.#appended.add(listener);
  }

  state(key: string): string | null {
    this.#mustBeOpen();
    return this.#disk.image.state.get(key) ?? null;
  }

  stateKeys(from: string, to: string, limit: number): string[] {
    this.#mustBeOpen();
    const keys = [...this.#disk.image.state.keys()].filter((key) => key >= from && key < to);
    return keys.sort().slice(0, limit);
  }

  async claim(request: ClaimRequest): Promise<ClaimedBatch | null> {
    this.#mustBeOpen();
    this.#recall();
    const { taken, isLast } = this.#take(request);
    if (taken.length === 0) return null;
    const leaseId = this.#edges.newId();
    const seqs = taken.map((row) => row.record.seq);
    this.#leases.set(leaseId, seqs);
    for (const seq of seqs) this.#leased.add(seq);
    return { leaseId, records: taken.map(onTheWire), isLast };
  }

  async settle(given: Settlement): Promise<void> {
    this.#mustBeOpen();
    const settlement = parseSettlement(given);
    this.#mustFit();
    const nowMs = this.#edges.wallMs();
    this.#disk.commit('settle', () => this.#apply(settlement, nowMs));
    this.#drop(settlement.leaseId);
  }

  async release(leaseId: string): Promise<void> {
    this.#mustBeOpen();
    this.#drop(leaseId);
  }

  async counts(): Promise<OutboxCounts> {
    this.#mustBeOpen();
    const { rows, open, head } = this.#disk.image;
    const undecided = [...open.values()].filter((row) => row.state !== 'refused');
    const oldest = undecided.reduce<Row | null>((a, b) => (a === null || b.record.seq < a.record.seq ? b : a), null);
    const dates = undecided.map((row) => row.dueAt);
    const legal = undecided.filter((row) => row.marginMs > 0).map((row) => row.dueAt);
    const pending = undecided.filter((row) => row.state === 'pending').length;
    return {
      pending,
      deferred: undecided.length - pending,
      refused: open.size - undecided.length,
      delivered: rows.size - open.size,
      oldestPendingAt: oldest?.recordedAt ?? null,
      nextDueAt: dates.length === 0 ? null : Math.min(...dates),
      nextLegalDueAt: legal.length === 0 ? null : Math.min(...legal),
      headSeq: head.seq,
      headHash: head.hash,
    };
  }

  async dueGroups(untilMs: number): Promise<DueGroup[]> {
    this.#mustBeOpen();
    const rows = [...this.#disk.image.open.values()].filter((row) => row.state !== 'refused' && row.dueAt <= untilMs);
    const groups: DueGroup[] = [];
    for (const { dueAt, marginMs } of rows.sort(byDate)) {
      const last = groups.at(-1);
      if (last?.dueAt === dueAt && last.marginMs === marginMs) last.records++;
      else groups.push({ dueAt, marginMs, records: 1 });
    }
    return groups;
  }

  /** Records from a number on, at most so many. */
  read(fromSeq: number, limit: number): LedgerRecord[] {
    this.#mustBeOpen();
    const rows = [...this.#disk.image.rows.values()].filter(({ record }) => record.seq >= fromSeq);
    return rows
      .sort((a, b) => a.record.seq - b.record.seq)
      .slice(0, limit)
      .map(({ record }) => record);
  }

  refused(): { id: string; seq: number; code: string }[] {
    const rows = [...this.#disk.image.open.values()].filter((row) => row.state === 'refused');
    rows.sort(byDate);
    return rows.map((row) => ({ id: row.record.id, seq: row.record.seq, code: row.code ?? '' }));
  }

  /** The number of its receipt; null where it has none. */
  proofOf(id: string): number | null {
    return this.#disk.image.rows.get(this.#disk.image.seqById.get(id) ?? 0)?.receipt ?? null;
  }

  /** A technician sends a refused record again. */
  resubmit(id: string): boolean {
    this.#mustBeOpen();
    const row = this.#disk.image.open.get(this.#disk.image.seqById.get(id) ?? 0);
    if (row?.state !== 'refused') return false;
    this.#disk.commit('settle', () => change(row, { state: 'pending', code: null, nextAt: null }));
    return true;
  }

  /** Delivered records past retention leave, whole receipts at a time; the newest record stays. */
  dailyTick(): number {
    this.#mustBeOpen();
    if (this.#edges.block().quality === 'unset') return 0;
    const { rows, open, head } = this.#disk.image;
    const byReceipt = Map.groupBy(rows.values(), (row) => row.receipt ?? 0);
    byReceipt.delete(0);
    const old = [...byReceipt.values()].filter(
      (members) =>
        members.every((row) => Math.max(row.recordedAt, row.receivedAt) < this.#edges.wallMs() - RETENTION_MS) &&
        members.every((row) => row.record.seq !== head.seq && !open.has(row.record.seq)),
    );
    const leaving = old.flat();
    if (leaving.length > 0) this.#disk.commit('settle', () => this.#leave(leaving));
    return leaving.length;
  }

  #rowsOf(entries: readonly Entry[]): Row[] {
    const wallMs = this.#edges.wallMs();
    const clock = this.#edges.block();
    let { seq, hash: prev } = this.#disk.image.head;
    return entries.map(({ fact, dueAt, marginMs = 0, id = this.#edges.newId() }) => {
      seq++;
      const bare = { id, seq, prev, recordedAt: formatTime(wallMs), clock, ...fact };
      const canonical = canonicalJson(bare);
      const record = { ...bare, hash: sha256(canonical) } as LedgerRecord;
      prev = record.hash;
      const json = `${canonical.slice(0, -1)},"hash":"${prev}"}`;
      const delivery = {
        state: 'pending',
        nextAt: null,
        attempts: 0,
        code: null,
        receipt: null,
        receivedAt: 0,
      } as const;
      return { record, json, seal: sealOf(json), recordedAt: wallMs, dueAt, marginMs, ...delivery };
    });
  }

  #write(added: readonly Row[], { state = {}, replay }: Also): () => void {
    const { image } = this.#disk;
    const takeBack = replay === undefined ? () => undefined : this.#replay(replay);
    const before = { head: image.head, state: Object.keys(state).map((key) => [key, image.state.get(key)] as const) };
    for (const row of added) {
      image.rows.set(row.record.seq, row);
      image.open.set(row.record.seq, row);
      image.seqById.set(row.record.id, row.record.seq);
      image.head = { seq: row.record.seq, hash: row.record.hash };
    }
    for (const [key, text] of Object.entries(state)) put(image.state, key, text);
    this.#edges.onWritten?.(added.map((row) => row.record));
    return () => {
      for (const { record } of added) {
        image.rows.delete(record.seq);
        image.open.delete(record.seq);
        image.seqById.delete(record.id);
      }
      takeBack();
      image.head = before.head;
      for (const [key, text] of before.state) put(image.state, key, text ?? null);
    };
  }

  /** Delivered rows wait again, by a date that is the house's own. */
  #replay({ seqs, dueAt }: NonNullable<Also['replay']>): () => void {
    const { rows, open } = this.#disk.image;
    const again = {
      state: 'pending',
      nextAt: null,
      attempts: 0,
      receipt: null,
      receivedAt: 0,
      dueAt,
      marginMs: 0,
    } as const;
    const back = seqs.flatMap((seq) => rows.get(seq) ?? []);
    const undo = changeAll(back, again);
    for (const row of back) open.set(row.record.seq, row);
    return () => {
      undo();
      for (const row of back) open.delete(row.record.seq);
    };
  }

  #apply({ receipt, delivered, deferred, refused }: Settlement, nowMs: number): () => void {
    const { image } = this.#disk;
    const undo: (() => void)[] = [];
    const rowOf = (id: string) => image.open.get(image.seqById.get(id) ?? 0);
    if (delivered.length > 0) image.receipts++;
    for (const id of delivered) {
      const row = rowOf(id);
      if (row === undefined) continue;
      const receivedAt = parseTime(receipt?.receivedAt ?? '');
      const back = change(row, { state: 'delivered', receipt: image.receipts, receivedAt });
      image.open.delete(row.record.seq);
      undo.push(() => {
        back();
        image.open.set(row.record.seq, row);
      });
    }
    for (const { id, retryAfterMs, code } of deferred) {
      const row = rowOf(id);
      if (row?.state !== 'pending') continue;
      const nextAt = Math.ceil(nowMs + Math.min(retryAfterMs, MAX_DEFER_MS));
      undo.push(change(row, { state: 'deferred', nextAt, attempts: row.attempts + 1, code }));
    }
    for (const { id, code } of refused) {
      const row = rowOf(id);
      if (row !== undefined) undo.push(change(row, { state: 'refused', nextAt: null, code }));
    }
    return () => {
      for (const back of undo.reverse()) back();
    };
  }

  #leave(leaving: readonly Row[]): () => void {
    const { rows, seqById } = this.#disk.image;
    for (const { record } of leaving) {
      rows.delete(record.seq);
      seqById.delete(record.id);
    }
    return () => {
      for (const row of leaving) {
        rows.set(row.record.seq, row);
        seqById.set(row.record.id, row.record.seq);
      }
    };
  }

  #recall(): void {
    const nowMs = this.#edges.wallMs();
    const back = [...this.#disk.image.open.values()].filter(
      ({ state, nextAt }) =>
        state === 'deferred' && nextAt !== null && (nextAt <= nowMs || nextAt > nowMs + MAX_DEFER_MS),
    );
    if (back.length === 0) return;
    this.#disk.commit('settle', () => changeAll(back, { state: 'pending', nextAt: null }));
  }

  #take({ limit, maxBytes, visitsFirst = false }: ClaimRequest): { taken: Row[]; isLast: boolean } {
    const due = [...this.#disk.image.open.values()].filter(({ state }) => state === 'pending');
    due.sort(byDate);
    const taken: Row[] = [];
    const damaged: Row[] = [];
    let bytes = 0;
    let isLast = true;
    for (const row of visitsFirst ? this.#withVisits(due) : due) {
      if (this.#leased.has(row.record.seq)) continue;
      isLast = taken.length < limit;
      if (!isLast) break;
      if (sealOf(row.json) !== row.seal) {
        damaged.push(row);
        continue;
      }
      bytes += Buffer.byteLength(row.json);
      isLast = bytes <= maxBytes || taken.length === 0;
      if (!isLast) break;
      taken.push(row);
    }
    if (damaged.length > 0) {
      this.#disk.commit('settle', () => changeAll(damaged, { state: 'refused', code: 'unreadable' }));
    }
    return { taken, isLast };
  }

  /** One after another, since most claims end long before the last. */
  *#withVisits(due: readonly Row[]): Generator<Row> {
    const { open, seqById } = this.#disk.image;
    const before = (json: string): LedgerRecord | 'held' | null => {
      const visit = open.get(seqById.get(visitFollowedBy(json) ?? '') ?? 0);
      if (visit === undefined || visit.state === 'refused') return null;
      return visit.state === 'deferred' || this.#leased.has(visit.record.seq) ? 'held' : visit.record;
    };
    const ordered = inOrder(
      due.map(({ record }) => record),
      ({ seq }) => before(open.get(seq)!.json),
    );
    for (const { seq } of ordered) yield open.get(seq)!;
  }

  #drop(leaseId: string): void {
    for (const seq of this.#leases.get(leaseId) ?? []) this.#leased.delete(seq);
    this.#leases.delete(leaseId);
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new LedgerError('ledger_closed', 'the process of this ledger is gone');
  }

  #mustFit(): void {
    if (this.#disk.isFull) throw new LedgerError('ledger_full', 'the simulated disk is full');
  }
}

/** As the index of the real outbox: date, law before house, seq. */
const byDate = (a: Row, b: Row): number => a.dueAt - b.dueAt || b.marginMs - a.marginMs || a.record.seq - b.record.seq;

function put(map: Map<string, string>, key: string, text: string | null): void {
  if (text === null) map.delete(key);
  else map.set(key, text);
}

/** @returns how to take it back */
function change(row: Row, changes: Partial<Row>): () => void {
  const before = { ...row };
  Object.assign(row, changes);
  return () => void Object.assign(row, before);
}

function changeAll(rows: readonly Row[], changes: Partial<Row>): () => void {
  const undo = rows.map((row) => change(row, changes));
  return () => {
    for (const back of undo) back();
  };
}

function onTheWire({ record, json, dueAt, attempts }: Row) {
  return { id: record.id, seq: record.seq, hash: record.hash, dueAt, attempts, json };
}
