import { formatTime } from '../../device/time.ts';
import { type BatchReply, MAX_BATCH_RECORDS } from '../protocol/messages.ts';
import type { CentreContext } from './context.ts';
import { Refusal } from './errors.ts';
import { refusalOf, seenRecords } from './faults.ts';
import { type Judged, judgeRecord } from './judge.ts';
import { receiptPayload } from './receipts.ts';

export interface Batch {
  deviceId: string;
  batchId: string;
  records: readonly { id: string }[];
}

/** All of a batch or nothing: a crash half-way leaves the database as it was, and the device sends again. */
function storeBatch(batch: Batch, receivedAt: number, context: CentreContext): Judged[] {
  const { deviceId } = batch;
  const { records, faults, db } = context;
  const judging = { deviceId, receivedAt, records, refuse: refusalOf.bind(null, faults) };
  return db.transaction(() => seenRecords(faults, batch.records).map((one) => judgeRecord(one, judging))).immediate();
}

/**
 * Takes one batch, from the network or out of a bundle (reference-protocol §4, §7): stores, then signs, then answers.
 * Sending the same batch again changes nothing and is answered with `duplicate` and a receipt of its own.
 * @throws Refusal 413 `too_large`
 */
export async function takeBatch(batch: Batch, context: CentreContext): Promise<BatchReply> {
  if (batch.records.length > MAX_BATCH_RECORDS) {
    throw new Refusal(413, 'too_large', `records: at most ${MAX_BATCH_RECORDS}; halve the batch`);
  }
  const receivedAt = context.clock.wallMs();
  const judged = storeBatch(batch, receivedAt, context);
  for (const { ratedVisitId } of judged) {
    if (ratedVisitId !== null) context.watch.rated(batch.deviceId, ratedVisitId);
  }
  const hashes = judged.flatMap(({ heldHash }) => heldHash ?? []);
  return {
    batchId: batch.batchId,
    serverTime: formatTime(receivedAt),
    results: judged.map(({ result }) => result),
    receipt: await context.writeReceipt(receiptPayload(batch.batchId, receivedAt, hashes)),
  };
}
