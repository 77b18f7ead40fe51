import type { LedgerRecord, VisitBody } from '../../../device/ledger/record.ts';
import type { Db } from './database.ts';

export interface StoredRecord {
  deviceId: string;
  receivedAt: number;
  record: LedgerRecord;
}

interface RecordRow {
  device_id: string;
  received_at: number;
  json: string;
}

/** Every record ever accepted, per device; nothing is changed or removed. */
export interface RecordStore {
  /** The stored hash of this device's record with this id, null where there is none. */
  hashOf(deviceId: string, id: string): string | null;
  /**
   * @param canonical of the record without its hash (reference-protocol §4)
   * @returns false where this device's record with this id is there already, whatever it holds
   */
  add(deviceId: string, record: LedgerRecord, receivedAt: number, canonical: string): boolean;
  all(): StoredRecord[];
  ratings(): StoredRecord[];
  ratingsOf(deviceId: string, visitId: string): StoredRecord[];
  visit(deviceId: string, visitId: string): VisitBody | null;
  /** Whether any record of this device names the visit. */
  knowsVisit(deviceId: string, visitId: string): boolean;
  /** Stored sequence numbers within a range, ascending, each once. */
  seqs(deviceId: string, fromSeq: number, toSeq: number): IterableIterator<number>;
  hasHead(deviceId: string, seq: number, hash: string): boolean;
  /** Whether two records of this device came under one number of the range: two copies of its ledger were in use. */
  isForked(deviceId: string, fromSeq: number, toSeq: number): boolean;
}

function stored(row: RecordRow): StoredRecord {
  // Only what passed recordSchema is ever written (judge.ts).
  return { deviceId: row.device_id, receivedAt: row.received_at, record: JSON.parse(row.json) as LedgerRecord };
}

function visitIdOf(record: LedgerRecord): string | null {
  return record.kind === 'event' ? null : record.body.visitId;
}

function listings(db: Db): Pick<RecordStore, 'all' | 'ratings' | 'ratingsOf'> {
  const columns = 'SELECT device_id, received_at, json FROM records';
  const all = db.prepare<[], RecordRow>(`${columns} ORDER BY device_id, seq, id`);
  const ratings = db.prepare<[], RecordRow>(`${columns} WHERE kind = 'rating' ORDER BY device_id, seq, id`);
  const ofVisit = db.prepare<[string, string], RecordRow>(
    `${columns} WHERE device_id = ? AND visit_id = ? AND kind = 'rating'`,
  );
  return {
    all: () => all.all().map(stored),
    ratings: () => ratings.all().map(stored),
    ratingsOf: (deviceId, visitId) => ofVisit.all(deviceId, visitId).map(stored),
  };
}

export function recordStore(db: Db): RecordStore {
  const hashOf = db.prepare<[string, string], { hash: string }>(
    'SELECT hash FROM records WHERE device_id = ? AND id = ?',
  );
  const add = db.prepare(
    `INSERT INTO records (device_id, id, seq, kind, hash, visit_id, received_at, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (device_id, id) DO NOTHING`,
  );
  const visit = db.prepare<[string, string], RecordRow>(
    "SELECT device_id, received_at, json FROM records WHERE device_id = ? AND visit_id = ? AND kind = 'visit'",
  );
  const knows = db.prepare<[string, string]>('SELECT 1 FROM records WHERE device_id = ? AND visit_id = ? LIMIT 1');
  const seqs = db
    .prepare('SELECT DISTINCT seq FROM records WHERE device_id = ? AND seq BETWEEN ? AND ? ORDER BY seq')
    .pluck();
  const head = db.prepare<[string, number, string]>(
    'SELECT 1 FROM records WHERE device_id = ? AND seq = ? AND hash = ?',
  );
  const fork = db.prepare<[string, number, number]>(
    `SELECT 1 FROM records WHERE device_id = ? AND seq BETWEEN ? AND ?
     GROUP BY seq HAVING count(DISTINCT hash) > 1 LIMIT 1`,
  );
  return {
    ...listings(db),
    hashOf: (deviceId, id) => hashOf.get(deviceId, id)?.hash ?? null,
    add(deviceId, record, receivedAt, canonical) {
      const { id, seq, kind, hash } = record;
      const json = `${canonical.slice(0, -1)},"hash":"${hash}"}`;
      return add.run(deviceId, id, seq, kind, hash, visitIdOf(record), receivedAt, json).changes === 1;
    },
    visit(deviceId, visitId) {
      const row = visit.get(deviceId, visitId);
      const record = row === undefined ? null : stored(row).record;
      return record?.kind === 'visit' ? record.body : null;
    },
    knowsVisit: (deviceId, visitId) => knows.get(deviceId, visitId) !== undefined,
    seqs: (deviceId, fromSeq, toSeq) => seqs.iterate(deviceId, fromSeq, toSeq) as IterableIterator<number>,
    hasHead: (deviceId, seq, hash) => head.get(deviceId, seq, hash) !== undefined,
    isForked: (deviceId, fromSeq, toSeq) => fork.get(deviceId, fromSeq, toSeq) !== undefined,
  };
}
