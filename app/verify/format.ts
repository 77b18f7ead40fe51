import { z } from 'zod';
import { hashSchema } from '../../device/ledger/record.ts';

/**
 * The ledger export for an auditor: newline-delimited JSON, one object a line, UTF-8, LF. In this order:
 * 1. the head line: what this is, whose it is, and where the chain ends
 * 2. `{"record":…}` for each record as it went to the centre (reference-protocol §4), ascending
 * 3. `{"receipt":…}` for each receipt, with the hashes it was given for in the order of its Merkle tree
 * 4. `{"signature":…}` by the device over the bytes of all lines before it
 * A reader ignores members that it does not know in the head line and nowhere else.
 */

export const FORMAT = 'pingjiaqi-audit/1';

const jwkSchema = z.looseObject({ kty: z.string(), crv: z.string().optional(), kid: z.string().optional() });
export const keySetSchema = z.object({ keys: z.array(jwkSchema).max(32) });
export type KeySet = z.infer<typeof keySetSchema>;

const headSchema = z.object({ seq: z.int().min(0), hash: hashSchema });
const anchorSchema = z.object({ fromSeq: z.int().min(1), toSeq: z.int().min(1), hash: hashSchema });

export const headLineSchema = z.object({
  format: z.literal(FORMAT),
  /** Null for a device that belongs to no centre yet. */
  deviceId: z.string().min(1).max(128).nullable(),
  centreKeys: keySetSchema,
  devicePublicKey: jwkSchema,
  head: headSchema,
  /** Runs of records that left after delivery and retention; `hash` is that of the last one. */
  purged: z.array(anchorSchema),
});
export type HeadLine = z.infer<typeof headLineSchema>;

/** What the walk needs; the rest of the record is covered by its hash. */
const recordSchema = z.looseObject({
  id: z.string(),
  seq: z.int().min(1),
  prev: z.string(),
  hash: z.string(),
  kind: z.string(),
  body: z.looseObject({}),
});
export type AuditedRecord = z.infer<typeof recordSchema>;

const receiptSchema = z.strictObject({ batchId: z.string(), jws: z.string(), leaves: z.array(hashSchema) });
export type AuditedReceipt = z.infer<typeof receiptSchema>;

const signatureSchema = z.strictObject({
  alg: z.enum(['ed25519', 'sm2-sm3']),
  /** Lines before this one. */
  lines: z.int().min(1),
  /** Of the bytes of those lines, each with its line feed. */
  sha256: hashSchema,
  /** Base64url, by the device over `signedText`. */
  value: z.string(),
});
export type AuditSignature = z.infer<typeof signatureSchema>;

export const lineSchema = z.union([
  z.strictObject({ record: recordSchema }),
  z.strictObject({ receipt: receiptSchema }),
  z.strictObject({ signature: signatureSchema }),
]);

/** What the device signs, so that a signature for an export is good for nothing else. */
export function signedText({ lines, sha256 }: Pick<AuditSignature, 'lines' | 'sha256'>): Buffer {
  return Buffer.from(`${FORMAT}\n${lines}\n${sha256}\n`);
}
