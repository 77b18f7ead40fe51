import { canonicalJson } from '../../device/ledger/canonical-json.ts';
import { sha256 } from '../../device/ledger/chain.ts';
import { type LedgerRecord, recordSchema } from '../../device/ledger/record.ts';
import type { RecordResult } from '../protocol/messages.ts';
import { firstFault } from './parse.ts';
import type { RecordStore } from './storage/records.ts';
import { usualRecord } from './usual-record.ts';

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

interface Read {
  record: LedgerRecord;
  /** What its hash is over (§4); null where it has no such form (a lone surrogate, say): no hash can be right for it. */
  canonical: string | null;
}

function canonicalOf({ hash: _itself, ...rest }: LedgerRecord): string | null {
  try {
    return canonicalJson(rest);
  } catch {
    return null;
  }
}

/** The record, or what is wrong with it. */
function readRecord(value: object): Read | string {
  const usual = usualRecord(value);
  if (usual !== null) return usual;
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) return firstFault(parsed.error);
  return { record: parsed.data, canonical: canonicalOf(parsed.data) };
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
  const read = readRecord(value);
  if (typeof read === 'string') return refused(value.id, 'malformed_record', read);
  const { record, canonical } = read;
  if (canonical === null || sha256(canonical) !== record.hash) {
    return refused(record.id, 'hash_mismatch', 'hash: SHA-256 of the canonical record');
  }
  const own = context.refuse(record);
  const { deviceId, receivedAt, records } = context;
  // Nearly every record is new, so it is stored first and looked for only where that finds its place taken.
  if (own === null && records.add(deviceId, record, receivedAt, canonical)) return held(record, 'accepted');
  const known = records.hashOf(deviceId, record.id);
  if (known === record.hash) return held(record, 'duplicate');
  if (known !== null || own === null)
    return refused(record.id, 'content_mismatch', 'id: stored before with another hash');
  return refused(record.id, own.code, own.message);
}
