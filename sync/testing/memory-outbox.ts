import type { Clock } from '../../device/clock.ts';
import { GENESIS_HASH } from '../../device/ledger/chain.ts';
import type { ClaimRequest, Outbox, OutboxRecord, Settlement, VerifiedReceipt } from '../../device/ledger/outbox.ts';
import { visitsFirst as inOrder, visitFollowedBy } from '../../device/ledger/visits-first.ts';

type State = 'pending' | 'leased' | 'deferred' | 'refused' | 'delivered';

export interface Row {
  record: OutboxRecord;
  state: State;
  leaseId: string | null;
  /** Monotonic; a deferred record is not given out before. */
  notBeforeMs: number;
  code: string | null;
  receipt: VerifiedReceipt | null;
  /** How often it became delivered: more than once is a broken promise. */
  deliveries: number;
}

/** An outbox in memory that keeps the contract of device/ledger/outbox.ts, and shows its insides to a test. */
export class MemoryOutbox implements Outbox {
  readonly rows = new Map<string, Row>();
  readonly #clock: Clock;
  #leases = 0;

  constructor(clock: Clock, records: readonly OutboxRecord[]) {
    this.#clock = clock;
    this.add(records);
  }

  add(records: readonly OutboxRecord[]): void {
    for (const record of records) {
      const fresh = { state: 'pending', leaseId: null, notBeforeMs: 0, code: null, receipt: null } as const;
      this.rows.set(record.id, { record, ...fresh, deliveries: 0 });
    }
  }

  /** Records in a state, in order of seq. */
  in(state: State): Row[] {
    return [...this.rows.values()].filter((row) => row.state === state);
  }

  /** How often records were given out: the attempts to deliver. */
  get leases(): number {
    return this.#leases;
  }

  get isDelivered(): boolean {
    return this.in('delivered').length === this.rows.size;
  }

  async claim({ limit, maxBytes, visitsFirst = false }: ClaimRequest) {
    const nowMs = this.#clock.monotonicMs();
    const free = [...this.rows.values()].filter(
      (row) => row.state === 'pending' || (row.state === 'deferred' && row.notBeforeMs <= nowMs),
    );
    free.sort((a, b) => a.record.dueAt - b.record.dueAt || a.record.seq - b.record.seq);
    const due = visitsFirst ? this.#withVisits(free) : free;
    let bytes = 0;
    const taken = due.slice(0, limit).filter((row, index) => {
      bytes += Buffer.byteLength(row.record.json);
      return index === 0 || bytes <= maxBytes;
    });
    if (taken.length === 0) return null;
    const leaseId = `lease-${++this.#leases}`;
    for (const row of taken) Object.assign(row, { state: 'leased', leaseId });
    return { leaseId, records: taken.map((row) => row.record), isLast: taken.length === due.length };
  }

  async settle({ leaseId, receipt, delivered, deferred, refused }: Settlement): Promise<void> {
    if (delivered.length > 0 !== (receipt !== null)) throw new Error('a receipt comes with what it delivers');
    for (const id of delivered) this.#deliver(id, receipt);
    for (const { id, retryAfterMs, code } of deferred) {
      const notBeforeMs = this.#clock.monotonicMs() + retryAfterMs;
      this.#put(id, { state: 'deferred', notBeforeMs, code });
      const row = this.rows.get(id);
      if (row?.state === 'deferred') row.record = { ...row.record, attempts: row.record.attempts + 1 };
    }
    for (const { id, code } of refused) this.#put(id, { state: 'refused', code });
    await this.release(leaseId);
  }

  async release(leaseId: string): Promise<void> {
    for (const row of this.rows.values()) {
      if (row.leaseId !== leaseId) continue;
      row.leaseId = null;
      if (row.state === 'leased') row.state = 'pending';
    }
  }

  async counts() {
    const rows = [...this.rows.values()];
    const open = rows.filter((row) => row.state !== 'delivered' && row.state !== 'refused');
    const last = rows.at(-1)?.record;
    const nextDueAt = open.length === 0 ? null : Math.min(...open.map((row) => row.record.dueAt));
    return {
      pending: this.in('pending').length + this.in('leased').length,
      deferred: this.in('deferred').length,
      refused: this.in('refused').length,
      delivered: this.in('delivered').length,
      oldestPendingAt: open.length === 0 ? null : this.#clock.wallMs(),
      nextDueAt,
      nextLegalDueAt: nextDueAt,
      headSeq: last?.seq ?? 0,
      headHash: last?.hash ?? GENESIS_HASH,
    };
  }

  /** As if every date were law, with a margin of a day. */
  async dueGroups(untilMs: number) {
    const open = [...this.rows.values()].filter((row) => row.state !== 'delivered' && row.state !== 'refused');
    const byDate = Map.groupBy(open, (row) => row.record.dueAt);
    const groups = [...byDate].map(([dueAt, rows]) => ({ dueAt, marginMs: 86_400_000, records: rows.length }));
    return groups.filter(({ dueAt }) => dueAt <= untilMs).sort((a, b) => a.dueAt - b.dueAt);
  }

  #withVisits(free: readonly Row[]): Row[] {
    const bySeq = new Map(free.map((row) => [row.record.seq, row]));
    const ordered = inOrder(
      free.map(({ record }) => record),
      ({ json }) => {
        const visit = this.rows.get(visitFollowedBy(json) ?? '');
        if (visit === undefined || visit.state === 'delivered' || visit.state === 'refused') return null;
        return bySeq.has(visit.record.seq) ? visit.record : 'held';
      },
    );
    return [...ordered].map(({ seq }) => bySeq.get(seq)!);
  }

  #deliver(id: string, receipt: VerifiedReceipt | null): void {
    const row = this.rows.get(id);
    if (!row || row.state === 'delivered') return;
    this.#put(id, { state: 'delivered', receipt, deliveries: row.deliveries + 1 });
  }

  #put(id: string, change: Partial<Row>): void {
    const row = this.rows.get(id);
    if (row && row.state !== 'delivered') Object.assign(row, change);
  }
}
