import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What every suite offers; callers never learn which one they have but by `alg`. */

export const SUITES = ['ed25519', 'sm2-sm3'] as const;
export type SuiteName = (typeof SUITES)[number];

/** 32 bytes in base64url without padding. */
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes as base64url without padding');
const ed25519Jwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate });
const sm2Jwk = z.object({ kty: z.literal('EC'), crv: z.literal('SM2'), x: coordinate, y: coordinate });

/** The public forms of reference-protocol §2; members that belong to neither are dropped. */
export const publicJwkSchema = z.discriminatedUnion('crv', [ed25519Jwk, sm2Jwk]);
export type PublicJwk = z.infer<typeof publicJwkSchema>;
export type Ed25519Jwk = z.infer<typeof ed25519Jwk>;
export type Sm2Jwk = z.infer<typeof sm2Jwk>;

/** A device's own key. The private half stays inside. */
export interface IdentityKey {
  alg: SuiteName;
  /** The only half that leaves the device. */
  publicJwk: PublicJwk;
  /** Thumbprint (RFC 7638), base64url: what a technician compares with the centre's display. */
  fingerprint: string;
  /** @returns 64 bytes: Ed25519 (RFC 8032), or SM2 r‖s over SM3 with user id 1234567812345678 (GB/T 32918.2) */
  sign: (bytes: Uint8Array) => Buffer;
}

/** RFC 7638: SHA-256 of the required members in lexical order, without white space. */
export function fingerprintOf(jwk: PublicJwk): string {
  const { crv, kty, x } = jwk;
  const members = jwk.crv === 'SM2' ? { crv, kty, x, y: jwk.y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
