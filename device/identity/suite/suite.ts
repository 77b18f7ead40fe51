import { ed25519KeyFromSeed, verifyEd25519 } from './ed25519.ts';
import { type Ed25519Jwk, type IdentityKey, type PublicJwk, publicJwkSchema, type SuiteName } from './key.ts';
import { sm2KeyFromSeed, verifySm2 } from './sm2-sm3.ts';

/** The suites of reference-protocol §1: which signs and seals is chosen at a device's first start. */

const FROM_SEED: Record<SuiteName, (seed: Buffer) => IdentityKey> = {
  ed25519: ed25519KeyFromSeed,
  'sm2-sm3': sm2KeyFromSeed,
};

/**
 * A device's key from what the key store holds.
 * @param seed exactly 32 random bytes; never logged, never sent
 */
export function identityKey(suite: SuiteName, seed: Buffer): IdentityKey {
  return FROM_SEED[suite](seed);
}

const isEd25519 = (jwk: PublicJwk): jwk is Ed25519Jwk => jwk.crv === 'Ed25519';

/**
 * Whether the owner of a public key signed these bytes. Anything that is no signature, and a key that is no point of
 * its curve, is simply false.
 * @param jwk one of the two forms of reference-protocol §2, further members allowed
 */
export function verifySignature(jwk: unknown, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = publicJwkSchema.safeParse(jwk).data;
  if (key === undefined || signature.length !== 64) return false;
  return isEd25519(key) ? verifyEd25519(key, bytes, signature) : verifySm2(key, bytes, signature);
}
