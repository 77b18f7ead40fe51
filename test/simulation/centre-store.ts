import type { LedgerRecord } from '../../device/ledger/record.ts';
import { fromRecord, type GivenRating } from '../../sync/reference-centre/standing-rating.ts';
import type { RecordStore, StoredRecord } from '../../sync/reference-centre/storage/records.ts';

/** A record at the centre, and the true moment from which no crash takes it away. */
export interface Held extends StoredRecord {
  committedMs: number;
}

/** The centre's records in memory: what a transaction staged is gone when it does not commit. */
export class CentreStore implements RecordStore {
  readonly #held = new Map<string, Held>();
  readonly #byVisit = new Map<string, Held[]>();
  #staged = new Map<string, StoredRecord>();
  /** When what a restore took away had first come. */
  readonly #lostMs = new Map<string, number>();

  hashOf(deviceId: string, id: string): string | null {
    const key = `${deviceId}/${id}`;
    return (this.#staged.get(key) ?? this.#held.get(key))?.record.hash ?? null;
  }

  add(deviceId: string, record: LedgerRecord, receivedAt: number): boolean {
    if (this.hashOf(deviceId, record.id) !== null) return false;
    this.#staged.set(`${deviceId}/${record.id}`, { deviceId, record, receivedAt });
    return true;
  }

  /** @param nowMs true time */
  commit(nowMs: number): void {
    for (const [key, stored] of this.#staged) {
      const held = { ...stored, committedMs: this.#lostMs.get(key) ?? nowMs };
      this.#held.set(key, held);
      const { record, deviceId } = stored;
      if (record.kind === 'event') continue;
      const visit = `${deviceId}/${record.body.visitId}`;
      this.#byVisit.set(visit, [...(this.#byVisit.get(visit) ?? []), held]);
    }
    this.rollback();
  }

  /** The centre was put back from a copy of that moment: what came since was held, and is no more. */
  loseSince(trueMs: number): void {
    for (const [key, held] of this.#held) {
      if (held.committedMs < trueMs) continue;
      this.#held.delete(key);
      this.#lostMs.set(key, held.committedMs);
      const { record, deviceId } = held;
      if (record.kind === 'event') continue;
      const visit = `${deviceId}/${record.body.visitId}`;
      this.#byVisit.set(
        visit,
        this.#ofVisit(deviceId, record.body.visitId).filter((other) => other !== held),
      );
    }
  }

  rollback(): void {
    this.#staged = new Map();
  }

  all(): Held[] {
    return [...this.#held.values()];
  }

  ratings(): Held[] {
    return this.all().filter(({ record }) => record.kind === 'rating');
  }

  /** In order of arrival. */
  ratingsOf(deviceId: string, visitId: string): Held[] {
    return this.#ofVisit(deviceId, visitId).filter(({ record }) => record.kind === 'rating');
  }

  given(deviceId: string, visitId: string): GivenRating[] {
    return this.ratingsOf(deviceId, visitId).flatMap(({ record, receivedAt }) =>
      record.kind === 'rating' ? [fromRecord(record.id, record.body, receivedAt)] : [],
    );
  }

  visit(deviceId: string, visitId: string) {
    const found = this.#ofVisit(deviceId, visitId).find(({ record }) => record.kind === 'visit');
    return found?.record.kind === 'visit' ? found.record.body : null;
  }

  knowsVisit(deviceId: string, visitId: string): boolean {
    return this.#ofVisit(deviceId, visitId).length > 0;
  }

  seqs(deviceId: string, fromSeq: number, toSeq: number): IterableIterator<number> {
    const own = this.all().filter((held) => held.deviceId === deviceId);
    const seqs = own.map(({ record }) => record.seq).filter((seq) => seq >= fromSeq && seq <= toSeq);
    return new Set(seqs.sort((a, b) => a - b)).values();
  }

  hasHead(deviceId: string, seq: number, hash: string): boolean {
    return this.all().some(({ record, deviceId: of }) => of === deviceId && record.seq === seq && record.hash === hash);
  }

  isForked(deviceId: string, fromSeq: number, toSeq: number): boolean {
    const hashes = new Map<number, string>();
    return this.all().some(({ record: { seq, hash }, deviceId: of }) => {
      if (of !== deviceId || seq < fromSeq || seq > toSeq) return false;
      const other = hashes.get(seq);
      hashes.set(seq, hash);
      return other !== undefined && other !== hash;
    });
  }

  #ofVisit(deviceId: string, visitId: string): Held[] {
    return this.#byVisit.get(`${deviceId}/${visitId}`) ?? [];
  }
}
