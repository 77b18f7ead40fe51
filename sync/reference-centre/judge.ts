import { hashRecord } from '../../device/ledger/chain.ts';
import { type LedgerRecord, recordSchema } from '../../device/ledger/record.ts';
import type { RecordResult } from '../protocol/messages.ts';
import { firstFault } from './parse.ts';
import type { RecordStore } from './storage/records.ts';

/** What becomes of one record of a batch (reference-protocol §4). */

/** A result, and the hash that its leaf is made from where the centre now holds the record. */
export interface Judged {
  result: RecordResult;
  heldHash: string | null;
  /** The visit whose state may have changed. */
  ratedVisitId: string | null;
}

export interface JudgeContext {
  deviceId: string;
  receivedAt: number;
  records: RecordStore;
  /** A reason of this centre's own to refuse, beyond the protocol's (fault menu, §8). */
  refuse(record: LedgerRecord): { code: string; message: string } | null;
}

function refused(id: string, code: string, message: string): Judged {
  return { result: { id, outcome: 'refused', code, message }, heldHash: null, ratedVisitId: null };
}

function hashHolds(record: LedgerRecord): boolean {
  try {
    return hashRecord(record) === record.hash;
  } catch {
    // No canonical form (a lone surrogate, say): no hash can be right for it.
    return false;
  }
}

function held(record: LedgerRecord, outcome: 'accepted' | 'duplicate'): Judged {
  const ratedVisitId = record.kind === 'rating' && outcome === 'accepted' ? record.body.visitId : null;
  return { result: { id: record.id, outcome }, heldHash: record.hash, ratedVisitId };
}

/**
 * Judges one record and stores it where it is accepted; runs inside the batch's transaction.
 * Nothing is ever `deferred` here: a rating may come before its visit, a later revision before an earlier one.
 * @param value any JSON object with a UUIDv7 `id`
 */
export function judgeRecord(value: { id: string }, context: JudgeContext): Judged {
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) return refused(value.id, 'malformed_record', firstFault(parsed.error));
  const record = parsed.data;
  if (!hashHolds(record)) return refused(record.id, 'hash_mismatch', 'hash: SHA-256 of the canonical record');
  const known = context.records.hashOf(context.deviceId, record.id);
  if (known === record.hash) return held(record, 'duplicate');
  if (known !== null) return refused(record.id, 'content_mismatch', 'id: stored before with another hash');
  const own = context.refuse(record);
  if (own !== null) return refused(record.id, own.code, own.message);
  context.records.add(context.deviceId, record, context.receivedAt);
  return held(record, 'accepted');
}
