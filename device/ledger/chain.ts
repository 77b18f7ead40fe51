import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { LedgerRecord } from './record.ts';

/** `prev` of the record with seq 1 (reference-protocol §4). */
export const GENESIS_HASH = `sha256:${'0'.repeat(64)}`;

/** `sha256:` and the lower-case hex digest of UTF-8 text. */
export function sha256(text: string): string {
  return `sha256:${hash('sha256', text, 'hex')}`;
}

/**
 * The hash of a record: SHA-256 of the canonical JSON of the record without `hash` (reference-protocol §4).
 * A `hash` already present is left out, so the same call makes and checks it.
 */
export function hashRecord(record: Omit<LedgerRecord, 'hash'> & { hash?: string }): string {
  const { hash: _itself, ...rest } = record;
  return sha256(canonicalJson(rest));
}

/** The 32 raw bytes of a `sha256:` hash, as Merkle leaves use them. */
export function hashBytes(hash: string): Buffer {
  return Buffer.from(hash.slice('sha256:'.length), 'hex');
}
