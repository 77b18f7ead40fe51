import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** DER of a PKCS#8 Ed25519 private key up to its 32 secret bytes (RFC 8410 §7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface DeviceKey {
  alg: 'ed25519';
  /** RFC 8037 JWK; the only half that leaves the device. */
  publicJwk: { kty: 'OKP'; crv: 'Ed25519'; x: string };
  /** RFC 7638 thumbprint, base64url: what a technician compares with the centre's display. */
  fingerprint: string;
  sign: (bytes: Uint8Array) => Buffer;
}

/**
 * The device's Ed25519 key from its 32-byte seed, as the key store holds it.
 * @param seed exactly 32 random bytes; never logged, never sent
 */
export function deviceKeyFromSeed(seed: Buffer): DeviceKey {
  const key: KeyObject = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const x = String(createPublicKey(key).export({ format: 'jwk' }).x);
  const fingerprint = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
  return {
    alg: 'ed25519',
    publicJwk: { kty: 'OKP', crv: 'Ed25519', x },
    fingerprint,
    sign: (bytes) => sign(null, bytes, key),
  };
}
