import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { hashBytes } from '../../device/ledger/chain.ts';
import { hashSchema } from '../../device/ledger/record.ts';
import { merkleRoot } from '../../sync/protocol/merkle.ts';
import type { Finding } from './finding.ts';
import type { AuditedReceipt, KeySet } from './format.ts';

/**
 * The centre's receipts (reference-protocol §4), checked from the signature up. Compact JWS is taken apart by hand and
 * checked by Node's own Ed25519, so that an auditor can follow every step of it.
 */

const headerSchema = z.object({
  alg: z.enum(['EdDSA', 'Ed25519']),
  kid: z.string().optional(),
  // RFC 7515 §4.1.11: a reader that does not understand what is critical must not accept it.
  crit: z.undefined().optional(),
});
const payloadSchema = z.object({
  batchId: z.string(),
  receivedAt: z.string(),
  count: z.int().min(1),
  root: hashSchema,
});
type Payload = z.infer<typeof payloadSchema>;

export interface JudgedReceipt {
  finding: Finding | null;
  /** `sha256:…` of the records that this receipt proves; empty where it proves nothing. */
  proves: readonly string[];
  /** True where the signature holds but the list of records was not kept, so that no root can be computed. */
  withoutLeaves: boolean;
}

type Fault = 'receipt_malformed' | 'receipt_key' | 'receipt_signature';

function parsePart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined; // no schema takes it, so the caller names the receipt malformed
  }
}

/** The payload under a signature that holds, or what is wrong. */
function verified(jws: string, { keys }: KeySet): Payload | Fault {
  const [header = '', payload = '', signature = '', ...rest] = jws.split('.');
  const head = headerSchema.safeParse(parsePart(header)).data;
  const content = payloadSchema.safeParse(parsePart(payload)).data;
  if (head === undefined || content === undefined || rest.length > 0) return 'receipt_malformed';
  const key = keys.find(({ kid, use, crv }) => kid === head.kid && use !== 'enc' && crv === 'Ed25519');
  if (key === undefined || typeof key.x !== 'string') return 'receipt_key';
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.x }, format: 'jwk' });
  const holds = verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'));
  return holds ? content : 'receipt_signature';
}

function contradiction(payload: Payload, { batchId, leaves }: AuditedReceipt): string | null {
  if (payload.batchId !== batchId) return 'receipt_batch';
  if (leaves.length === 0) return null;
  if (payload.count !== leaves.length) return 'receipt_count';
  return payload.root === merkleRoot(leaves.map(hashBytes)) ? null : 'receipt_root';
}

/** @param line of the receipt in the file; @param keys of the centre, as given by hand or found in the export */
export function judgeReceipt(receipt: AuditedReceipt, line: number, keys: KeySet): JudgedReceipt {
  const payload = verified(receipt.jws, keys);
  const code = typeof payload === 'string' ? payload : contradiction(payload, receipt);
  if (code === null) return { finding: null, proves: receipt.leaves, withoutLeaves: receipt.leaves.length === 0 };
  const values = { batchId: receipt.batchId };
  return { finding: { kind: 'receipt', code, seq: null, line, values }, proves: [], withoutLeaves: false };
}
