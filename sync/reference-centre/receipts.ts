import { hashBytes } from '../../device/ledger/chain.ts';
import { formatTime } from '../../device/time.ts';
import { type Ed25519PrivateJwk, signJws } from '../protocol/jws.ts';
import { merkleRoot } from '../protocol/merkle.ts';
import type { Receipt } from '../protocol/messages.ts';

/** The centre's signed word that it holds a batch (reference-protocol §4). */
export interface ReceiptSigner {
  key: Ed25519PrivateJwk;
  kid: string;
}

/** Over the hashes of accepted and duplicate records in the order of the results; null where there is none. */
export function receiptPayload(batchId: string, receivedAt: number, heldHashes: readonly string[]): Receipt | null {
  if (heldHashes.length === 0) return null;
  const root = merkleRoot(heldHashes.map(hashBytes));
  return { batchId, receivedAt: formatTime(receivedAt), count: heldHashes.length, root };
}

/** Call only after the commit: from the moment it is out, a device may forget the records. */
export async function signReceipt(payload: Receipt | null, signer: ReceiptSigner): Promise<string | null> {
  return payload === null ? null : signJws(payload, signer);
}
