import type { FastifyInstance } from 'fastify';
import { hashRecord } from '../../../device/ledger/chain.ts';
import { readReceiptCode, receiptCodeOf } from '../../../device/ledger/receipt-code.ts';
import { formatTime } from '../../../device/time.ts';
import type { CentreContext } from '../context.ts';
import { malformed, Refusal } from '../errors.ts';

/**
 * For a citizen with the code of the thanks screen: whether the rating is here as it was given. Never the grade, the
 * case or who served. Not of reference-protocol; unsigned, for anybody.
 */
export function receiptRoutes(app: FastifyInstance, { records }: CentreContext): void {
  app.get<{ Params: { code: string } }>('/receipts/:code', async ({ params }) => {
    const code = readReceiptCode(params.code);
    if (code === null) throw malformed('code: eight digits and letters of the thanks screen, like 7H2K-9QXM');
    const found = records.ratings().find(({ record }) => receiptCodeOf(record.hash) === code);
    if (found === undefined) {
      throw new Refusal(404, 'receipt_unknown', 'no such rating is here yet; ask again when the hall was online');
    }
    const unchanged = hashRecord(found.record) === found.record.hash;
    return { code, state: 'received', unchanged, receivedAt: formatTime(found.receivedAt) };
  });
}
