import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import { importJWK } from 'jose/key/import';
import type { Jwks } from './configuration.ts';

/** What the centre finds in `rater` (reference-protocol §4) once it has opened it. */
export interface Rater {
  name: string;
  number: string;
  /** As device/peripherals/id-card names the kinds of card. */
  kind: string;
}

/** The centre's key for what only the centre may read; null where enrolment gave none. */
export function sealingKeyOf({ keys }: Jwks): Jwks['keys'][number] | null {
  return keys.find(({ use, crv }) => use === 'enc' && crv === 'X25519') ?? null;
}

/**
 * Seals who rates to the centre's key, as a compact JWE: this device cannot open it again. The visit is sealed in, so
 * that an identity cannot be cut out of one record and put into another.
 * @param visitId of the one visit that it is for
 * @param key X25519, as `sealingKeyOf` gives
 */
export async function sealRater(rater: Rater, visitId: string, key: Jwks['keys'][number]): Promise<string> {
  const publicKey = await importJWK({ kty: 'OKP', crv: 'X25519', x: key.x }, 'ECDH-ES+A256KW');
  const header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', ...(key.kid === undefined ? {} : { kid: key.kid }) };
  const text = new TextEncoder().encode(JSON.stringify({ v: 1, visitId, ...rater }));
  return new CompactEncrypt(text).setProtectedHeader(header).encrypt(publicKey);
}
