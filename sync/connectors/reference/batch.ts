import { hashBytes } from '../../../device/ledger/chain.ts';
import type { OutboxRecord, VerifiedReceipt } from '../../../device/ledger/outbox.ts';
import { verifyJws } from '../../protocol/jws.ts';
import { merkleRoot } from '../../protocol/merkle.ts';
import {
  type BatchReply,
  type CentreKeys,
  type Receipt,
  type RecordResult,
  receiptSchema,
} from '../../protocol/messages.ts';
import type { BatchOutcome, BatchResults, Failure } from '../connector.ts';

/** A batch and what its reply is worth (reference-protocol §4). */

const DEFAULT_RETRY_AFTER_S = 60;
/** The longest wait that the outbox's arithmetic and a person's patience bear: what is longer is asked again then. */
const MAX_RETRY_AFTER_S = 7 * 86_400;

/** The payload of a receipt whose signature holds under a key of the centre. Rejects where it does not. */
export type ReceiptReader = (jws: string, keys: CentreKeys) => Promise<Receipt>;

const readReceipt: ReceiptReader = (jws, keys) => verifyJws(jws, keys, receiptSchema);

/** The body around the records' own texts: serialising them again could change a byte that their hash covers. */
export function batchBody(batchId: string, sentAt: string, records: readonly OutboxRecord[]): string {
  const head = JSON.stringify({ batchId, sentAt });
  return `${head.slice(0, -1)},"records":[${records.map((record) => record.json).join(',')}]}`;
}

/** Bytes of a batch that are not records, at most: the envelope, and a comma each. */
export const ENVELOPE_BYTES = 1024;

const isTaken = (result: RecordResult): boolean => result.outcome === 'accepted' || result.outcome === 'duplicate';

/**
 * Judges a reply of the right shape. Nothing is delivered but under a receipt for exactly these records, by a key of
 * this centre; one fault in it and the whole reply counts for nothing, since a liar's refusals are no better.
 */
export async function judgeReply(
  sent: { batchId: string; records: readonly OutboxRecord[] },
  reply: BatchReply,
  keys: CentreKeys,
  read: ReceiptReader = readReceipt,
): Promise<BatchOutcome> {
  const byId = new Map(sent.records.map((record) => [record.id, record]));
  const ids = reply.results.map((result) => result.id);
  if (reply.batchId !== sent.batchId) return foreign('it answers another batch');
  if (new Set(ids).size < ids.length) return foreign('it answers a record twice');
  if (!ids.every((id) => byId.has(id))) return foreign('it answers records that were not sent');
  const taken = reply.results.filter(isTaken).map((result) => byId.get(result.id)!);
  if (taken.length === 0) return results(reply, null);
  const receipt = await verifiedReceipt(sent.batchId, taken, reply.receipt, () => read(reply.receipt ?? '', keys));
  return typeof receipt === 'string' ? foreign(receipt) : results(reply, receipt);
}

/** The receipt, or what is wrong with it. */
async function verifiedReceipt(
  batchId: string,
  taken: readonly OutboxRecord[],
  jws: string | null,
  read: () => Promise<Receipt>,
): Promise<VerifiedReceipt | string> {
  if (jws === null) return 'it has no receipt for what it says it took';
  const receipt = await read().catch(() => null);
  if (receipt === null) return 'its receipt is not signed by a key of this centre';
  if (receipt.batchId !== batchId) return 'its receipt is for another batch';
  if (receipt.count !== taken.length) return 'its receipt counts other records';
  if (receipt.root !== merkleRoot(taken.map((record) => hashBytes(record.hash)))) {
    return 'its receipt is for other records';
  }
  return { ...receipt, jws };
}

function results(reply: BatchReply, receipt: VerifiedReceipt | null): BatchResults {
  const of = (outcome: RecordResult['outcome']) => reply.results.filter((result) => result.outcome === outcome);
  return {
    kind: 'settled',
    receipt,
    delivered: reply.results.filter(isTaken).map((result) => result.id),
    deferred: of('deferred').map((result) => ({
      id: result.id,
      retryAfterMs: Math.ceil(Math.min(result.retryAfterS ?? DEFAULT_RETRY_AFTER_S, MAX_RETRY_AFTER_S) * 1000),
      code: clip(result.code ?? 'deferred', 64),
    })),
    refused: of('refused').map((result) => ({
      id: result.id,
      code: clip(result.code ?? 'refused', 64),
      message: clip(result.message ?? '', 1000),
    })),
  };
}

const clip = (text: string, length: number): string => text.slice(0, length);

function foreign(why: string): Failure {
  return { kind: 'not_the_centre', detail: `the answer to a batch counts for nothing: ${why}` };
}
