import { v7 as uuidV7 } from 'uuid';
import { GENESIS_HASH, hashRecord } from '../../device/ledger/chain.ts';
import type { OutboxRecord } from '../../device/ledger/outbox.ts';
import type { LedgerRecord, RecordFact } from '../../device/ledger/record.ts';
import { formatTime } from '../../device/time.ts';

/** Chained records as a device writes them, for tests of the agent. */

const START_MS = Date.parse('2026-11-22T10:00:00.000+08:00');
const CLOCK = { quality: 'unset', offsetMs: 0, bootId: '2f8b1f0e-8a4b-4f4c-9b1d-2f1f6d0c9a11' } as const;

/** A visit and its rating, turn about; the case number tells them apart. */
function factOf(seq: number, visitId: string, level: 1 | 2 | 3 | 4 | 5): RecordFact {
  const at = formatTime(START_MS + seq * 1000);
  const visit = { visitId, caseNo: `CASE-${seq - ((seq + 1) % 2)}`, serviceNo: 1 };
  if (seq % 2 === 1) {
    const item = { itemCode: '11150100', itemName: '户口登记', window: '3', staffId: 's-1' };
    return { kind: 'visit', body: { ...visit, ...item, servedAt: at, trigger: 'business' } };
  }
  const form = { tags: [], catalogueVersion: '1', comment: null, layout: 'faces', language: 'zh-CN', rater: null };
  const policy = { id: 'neimenggu-2022', version: '1' };
  const head = { ...visit, level, channel: 'touch', ratedAt: at, revision: 1, supersedes: null } as const;
  return { kind: 'rating', body: { ...head, ...form, policy } };
}

/**
 * @param count records from seq 1; odd ones are visits, each followed by its rating
 * @param dueAt of a record by its seq; by default an hour later for each
 */
export function someRecords(count: number, dueAt = (seq: number) => START_MS + seq * 3_600_000): OutboxRecord[] {
  const records: OutboxRecord[] = [];
  let prev = GENESIS_HASH;
  let visitId = uuidV7();
  for (let seq = 1; seq <= count; seq++) {
    if (seq % 2 === 1) visitId = uuidV7();
    const level = ((seq % 5) + 1) as 1 | 2 | 3 | 4 | 5;
    const head = { id: seq % 2 === 1 ? visitId : uuidV7(), seq, prev, recordedAt: formatTime(START_MS + seq * 1000) };
    const bare = { ...head, clock: { ...CLOCK, monotonicMs: seq }, ...factOf(seq, visitId, level) };
    const record = { ...bare, hash: hashRecord(bare) } as LedgerRecord;
    prev = record.hash;
    records.push({
      id: record.id,
      seq,
      hash: record.hash,
      dueAt: dueAt(seq),
      attempts: 0,
      json: JSON.stringify(record),
    });
  }
  return records;
}
