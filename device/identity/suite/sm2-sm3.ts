import { hkdfSync, randomBytes } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { fingerprintOf, type IdentityKey, type Sm2Jwk } from './key.ts';

/**
 * SM2 signatures over SM3 (GB/T 32918.2, curve of GB/T 32918.5), raw r‖s. In JavaScript throughout: what Node calls
 * SM2 is not the standard's signature, and Electron's BoringSSL has none. Some 0.5 ms to sign, 3 ms to verify.
 */

/** The order of the base point (GB/T 32918.5 §A.1). */
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
/** The user id where two sides agreed on no other one (GM/T 0009 §10). */
const USER_ID = '1234567812345678';
const OPTIONS = { hash: true, der: false, userId: USER_ID };

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const hex32 = (value: bigint) => value.toString(16).padStart(64, '0');
const fromBase64url = (text: string) => Buffer.from(text, 'base64url').toString('hex');
const toBase64url = (digits: string) => Buffer.from(digits, 'hex').toString('base64url');

/** From 1 to ORDER − 2 (GB/T 32918.1 §6.1); 48 bytes make the bias of the modulus smaller than 2^-128. */
function privateScalar(seed: Buffer): bigint {
  const wide = Buffer.from(hkdfSync('sha256', seed, Buffer.alloc(0), 'sm2 device key', 48));
  return (BigInt(`0x${hex(wide)}`) % (ORDER - 2n)) + 1n;
}

/** A fresh number from 1 to ORDER − 1. One that came twice would give the private key away. */
function freshScalar(): bigint {
  for (;;) {
    const scalar = BigInt(`0x${hex(randomBytes(32))}`);
    if (scalar > 0n && scalar < ORDER) return scalar;
  }
}

/** `04`, x, y as the package wants a public key. */
function pointOf(scalar: bigint): { x: string; y: string; uncompressed: string } {
  const uncompressed = sm2.getPublicKeyFromPrivateKey(hex32(scalar));
  return { x: uncompressed.slice(2, 66), y: uncompressed.slice(66), uncompressed };
}

/**
 * One signature.
 * @param secret from 1 to ORDER − 2
 * @param nonce the standard's k, from 1 to ORDER − 1; drawn here and not by the package, whose own pool of random bytes
 * is refilled in the background and may run dry
 */
export function signSm2(secret: bigint, bytes: Uint8Array, nonce: bigint = freshScalar()): Buffer {
  const pointPool = [{ k: nonce, x1: BigInt(`0x${pointOf(nonce).x}`) }];
  const publicKey = pointOf(secret).uncompressed;
  return Buffer.from(sm2.doSignature(bytes, hex32(secret), { ...OPTIONS, publicKey, pointPool }), 'hex');
}

/** The public key of a private scalar. */
export function sm2PublicJwk(secret: bigint): Sm2Jwk {
  const { x, y } = pointOf(secret);
  return { kty: 'EC', crv: 'SM2', x: toBase64url(x), y: toBase64url(y) };
}

/** @param seed exactly 32 random bytes */
export function sm2KeyFromSeed(seed: Buffer): IdentityKey {
  const secret = privateScalar(seed);
  const publicJwk = sm2PublicJwk(secret);
  return {
    alg: 'sm2-sm3',
    publicJwk,
    fingerprint: fingerprintOf(publicJwk),
    sign: (bytes) => signSm2(secret, bytes),
  };
}

const inRange = (scalar: Uint8Array) => {
  const value = BigInt(`0x${hex(scalar)}`);
  return value > 0n && value < ORDER;
};

/**
 * False also for a key that is no point of the curve.
 * @param signature 64 bytes, r‖s
 */
export function verifySm2({ x, y }: Sm2Jwk, bytes: Uint8Array, signature: Uint8Array): boolean {
  // GB/T 32918.2 §7.1 B1 and B2, which the package leaves out.
  if (!inRange(signature.subarray(0, 32)) || !inRange(signature.subarray(32))) return false;
  const point = `04${fromBase64url(x)}${fromBase64url(y)}`;
  try {
    return sm2.doVerifySignature(bytes, hex(signature), point, OPTIONS);
  } catch {
    return false; // the package throws for a point that is not on the curve: whoever named it signed nothing
  }
}
