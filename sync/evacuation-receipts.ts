import type { VerifiedReceipt } from '../device/ledger/outbox.ts';
import { judgeReply } from './connectors/reference/batch.ts';
import { type BatchReply, batchReplySchema, type CentreKeys } from './protocol/messages.ts';

/**
 * The receipts file that a person carries back from the centre (reference-protocol §7). A file proves nothing of where
 * it comes from, so only a receipt under the centre's own signature counts, for records that are really ours. What it
 * says of refused or deferred records is unsigned and changes nothing: a forged file could else silence a record.
 */

export interface ReceiptLine {
  /** 1 … */
  line: number;
  /** What to settle; null where the line settles nothing. */
  settled: { receipt: VerifiedReceipt; delivered: string[] } | null;
  /** Why it settles nothing, in a sentence; null where it does. */
  why: string | null;
  /** Records that the centre named without taking them. */
  notTaken: number;
}

export interface ReceiptsOptions {
  keys: CentreKeys;
  /** `sha256:…` of a record of this ledger, null where it has none of this id. */
  hashOf: (id: string) => string | null;
}

const nothing = (line: number, why: string): ReceiptLine => ({ line, settled: null, why, notTaken: 0 });

function parse(text: string): BatchReply | null {
  try {
    return batchReplySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // the caller says so of this line
  }
}

/** Judges a receipts file line by line; each stands for itself. Empty lines are none. Changes nothing. */
export async function* readReceipts(text: string, options: ReceiptsOptions): AsyncGenerator<ReceiptLine> {
  const lines = text.split(/\r?\n/);
  for (const [index, content] of lines.entries()) {
    if (content.trim() !== '') yield await judgeLine(index + 1, content, options);
  }
}

async function judgeLine(line: number, content: string, { keys, hashOf }: ReceiptsOptions): Promise<ReceiptLine> {
  const reply = parse(content);
  if (reply === null) return nothing(line, 'it is cut off, or no receipt');
  const taken = reply.results.filter(({ outcome }) => outcome === 'accepted' || outcome === 'duplicate');
  const notTaken = reply.results.length - taken.length;
  if (taken.length === 0) return { ...nothing(line, 'the centre took none of its records'), notTaken };
  const ours = taken.flatMap(({ id }) => {
    const hash = hashOf(id);
    return hash === null ? [] : [{ id, hash, seq: 1, dueAt: 0, attempts: 0, json: '' }];
  });
  if (ours.length < taken.length) {
    const strangers = taken.length - ours.length;
    return {
      ...nothing(line, `${strangers} of its records are not of this device, or left after retention`),
      notTaken,
    };
  }
  const judged = await judgeReply({ batchId: reply.batchId, records: ours }, { ...reply, results: taken }, keys);
  if (judged.kind !== 'settled' || judged.receipt === null) {
    const why = judged.kind === 'settled' ? 'it has no receipt' : judged.detail.replace(/^.*: /, '');
    return { ...nothing(line, why), notTaken };
  }
  return { line, settled: { receipt: judged.receipt, delivered: judged.delivered }, why: null, notTaken };
}
