import { setImmediate } from 'node:timers/promises';
import { CodedError } from '../../device/errors.ts';
import type { Jwks } from '../../device/identity/configuration.ts';
import type { Ledger } from '../../device/ledger/ledger.ts';
import { uuidSchema } from '../../device/ledger/record.ts';
import { readReceipts } from '../../sync/evacuation-receipts.ts';
import { centreKeysSchema } from '../../sync/protocol/messages.ts';

/** What became of a receipts file. */
export interface ImportReport {
  /** Lines with a receipt that holds. */
  verified: number;
  /** Records that are delivered now and were not before. */
  delivered: number;
  /** Records under a receipt that had one already: the network or an earlier import was first. */
  known: number;
  /** Records that the centre named without taking them; they stay as they are. */
  notTaken: number;
  /** Lines that settled nothing, and why. */
  faults: { line: number; why: string }[];
}

/** Larger than the answer to a million records. */
export const MAX_RECEIPTS_BYTES = 256 * 1_048_576;

/**
 * Settles by a receipts file. Each line is one commit, and may come again: an import that was cut off is repeated.
 * @param ledger of the device; this process is its owner
 * @throws CodedError `receipts_empty`; LedgerError where the ledger cannot be written
 */
export async function importReceipts(ledger: Ledger, centreKeys: Jwks, text: string): Promise<ImportReport> {
  const report: ImportReport = { verified: 0, delivered: 0, known: 0, notTaken: 0, faults: [] };
  const keys = centreKeysSchema.parse(centreKeys);
  const hashOf = (id: string) => (uuidSchema.safeParse(id).success ? (ledger.get(id)?.hash ?? null) : null);
  for await (const { line, settled, why, notTaken } of readReceipts(text, { keys, hashOf })) {
    report.notTaken += notTaken;
    if (settled === null) report.faults.push({ line, why: why ?? '' });
    else await settle(ledger, settled, report);
    await setImmediate();
  }
  if (report.verified > 0 || report.faults.length > 0) return report;
  throw new CodedError('receipts_empty', 'the file holds no receipt', {
    next: 'refuse',
    hint: 'Bring the receipts file that the centre gave for the bundles of this device.',
  });
}

type Settled = NonNullable<Awaited<ReturnType<ReturnType<typeof readReceipts>['next']>>['value']>['settled'];

async function settle(ledger: Ledger, { receipt, delivered }: NonNullable<Settled>, report: ImportReport) {
  const before = ledger.outbox.countsNow().delivered;
  await ledger.outbox.settle({ leaseId: 'receipts-file', receipt, delivered, deferred: [], refused: [] });
  const fresh = ledger.outbox.countsNow().delivered - before;
  report.verified += 1;
  report.delivered += fresh;
  report.known += delivered.length - fresh;
}
