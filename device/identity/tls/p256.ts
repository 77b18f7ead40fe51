import { createECDH, createPrivateKey, hkdfSync, type JsonWebKey, type KeyObject } from 'node:crypto';

/** Order of P-256 (NIST SP 800-186 §3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** 64 bits more than the order has, so that the remainder favours no scalar (FIPS 186-5 A.2.1). */
const WIDE_BYTES = 40;

const base64url = (bytes: Buffer) => bytes.toString('base64url');

function scalarOf(seed: Buffer): Buffer {
  const wide = Buffer.from(hkdfSync('sha256', seed, '', 'pingjiaqi tls p256', WIDE_BYTES));
  const scalar = (BigInt(`0x${wide.toString('hex')}`) % (ORDER - 1n)) + 1n;
  return Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
}

/**
 * A P-256 key from what the key store holds: browsers take no Ed25519 certificates, and the key store keeps 32 bytes.
 * @param seed exactly 32 random bytes; never logged, never sent
 */
export function p256KeyFromSeed(seed: Buffer): { jwk: JsonWebKey; key: KeyObject } {
  const scalar = scalarOf(seed);
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: base64url(point.subarray(1, 33)),
    y: base64url(point.subarray(33)),
    d: base64url(scalar),
  };
  return { jwk, key: createPrivateKey({ key: jwk, format: 'jwk' }) };
}
