import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { type Ed25519Jwk, fingerprintOf, type IdentityKey } from './key.ts';

/** DER of a PKCS#8 Ed25519 private key up to its 32 secret bytes (RFC 8410 §7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed exactly 32 random bytes */
export function ed25519KeyFromSeed(seed: Buffer): IdentityKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const x = String(createPublicKey(key).export({ format: 'jwk' }).x);
  const publicJwk: Ed25519Jwk = { kty: 'OKP', crv: 'Ed25519', x };
  return {
    alg: 'ed25519',
    publicJwk,
    fingerprint: fingerprintOf(publicJwk),
    sign: (bytes) => sign(null, bytes, key),
  };
}

/** RFC 8032. */
export function verifyEd25519({ kty, crv, x }: Ed25519Jwk, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, bytes, createPublicKey({ key: { kty, crv, x }, format: 'jwk' }), signature);
}
