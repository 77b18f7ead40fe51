import { decodeProtectedHeader } from 'jose/decode/protected_header';
import * as errors from 'jose/errors';
import { CompactSign } from 'jose/jws/compact/sign';
import { compactVerify } from 'jose/jws/compact/verify';
import { importJWK } from 'jose/key/import';
import type { z } from 'zod';
import { ProtocolError } from './errors.ts';
import type { SignatureAlgorithm } from './http-signature.ts';
import type { CentreKeys } from './messages.ts';

/**
 * Compact JWS: receipts and configuration by the centre with EdDSA over Ed25519, tokens and bundles by the device with
 * its own suite. No RFC names SM2, so the header says `sm2-sm3`, as the signatures of §1 do.
 */

/** Checks SM2 over SM3 (user id 1234567812345678, raw r‖s); handed in by whoever accepts such devices. */
export type VerifySm2 = (key: PublicJwk, data: Uint8Array, signature: Uint8Array) => boolean;

/** `alg` of a JWS header for a device's key. */
export function jwsAlgorithm(alg: SignatureAlgorithm): string {
  return alg === 'ed25519' ? 'EdDSA' : alg;
}

/** A private signing key as JWK (RFC 8037). */
export interface Ed25519PrivateJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  d: string;
}

/** A public key that may verify; other members of the JWK are ignored. */
export interface PublicJwk {
  kty: string;
  crv?: string;
  x?: string;
  y?: string;
}

function protectedHeader(jws: string): { alg?: unknown; kid?: unknown } {
  try {
    return decodeProtectedHeader(jws);
  } catch (cause) {
    throw new ProtocolError('jws_malformed', 'the text is not a compact JWS', cause);
  }
}

/**
 * The payload of a JWS that nobody has checked yet: only good for finding the key to check it by.
 * @throws ProtocolError `jws_malformed | jws_bad_payload`
 */
export function peekJws<T>(jws: string, schema: z.ZodType<T>): T {
  protectedHeader(jws);
  return parsePayload(Buffer.from(jws.split('.')[1] ?? '', 'base64url'), schema);
}

function parsePayload<T>(bytes: Uint8Array, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new ProtocolError('jws_bad_payload', 'the signed payload has the wrong shape', cause);
  }
}

function sm2Payload(jws: string, key: PublicJwk, verifySm2: VerifySm2): Uint8Array {
  const [header = '', payload = '', signature = '', ...rest] = jws.split('.');
  if (rest.length > 0 || signature === '') throw new ProtocolError('jws_malformed', 'not a well-formed JWS');
  if (!verifySm2(key, Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url'))) {
    throw new ProtocolError('jws_bad_signature', 'the signature does not hold under the key');
  }
  return Buffer.from(payload, 'base64url');
}

/**
 * The raw payload of a JWS whose one possible key is known. The key decides which algorithm may stand in the header.
 * @param verifySm2 without it an SM2 key signs nothing here
 * @throws ProtocolError `jws_malformed | jws_algorithm | jws_bad_signature`
 */
export async function verifyJwsBytes(jws: string, key: PublicJwk, verifySm2?: VerifySm2): Promise<Uint8Array> {
  const { alg } = protectedHeader(jws);
  if (key.crv === 'SM2' && verifySm2 !== undefined && alg === jwsAlgorithm('sm2-sm3')) {
    return sm2Payload(jws, key, verifySm2);
  }
  if (alg !== 'EdDSA') throw new ProtocolError('jws_algorithm', 'alg is not EdDSA');
  try {
    const imported = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: key.x ?? '' }, 'EdDSA');
    return (await compactVerify(jws, imported, { algorithms: ['EdDSA'] })).payload;
  } catch (cause) {
    if (cause instanceof errors.JWSInvalid) throw new ProtocolError('jws_malformed', 'not a well-formed JWS', cause);
    throw new ProtocolError('jws_bad_signature', 'the signature does not hold under the key', cause);
  }
}

/**
 * Signs a JSON payload.
 * @param options.kid goes into the header when given; a device's token leaves it out to stay under 400 bytes (§5)
 * @returns the compact JWS
 */
export async function signJws(payload: object, options: { key: Ed25519PrivateJwk; kid?: string }): Promise<string> {
  const key = await importJWK({ ...options.key }, 'EdDSA');
  const header = { alg: 'EdDSA', ...(options.kid === undefined ? {} : { kid: options.kid }) };
  return new CompactSign(Buffer.from(JSON.stringify(payload), 'utf8')).setProtectedHeader(header).sign(key);
}

/**
 * The payload of a JWS whose one possible key is known, as a device's token (§5).
 * @throws ProtocolError `jws_malformed | jws_algorithm | jws_bad_signature | jws_bad_payload`
 */
export async function verifyJwsByKey<T>(
  jws: string,
  key: PublicJwk,
  schema: z.ZodType<T>,
  verifySm2?: VerifySm2,
): Promise<T> {
  return parsePayload(await verifyJwsBytes(jws, key, verifySm2), schema);
}

/**
 * The payload of a JWS by one of the centre's signing keys, chosen by the `kid` of its header (§3, §4).
 * @param keys the set from enrolment; keys for encryption never verify
 * @throws ProtocolError `jws_malformed | jws_algorithm | jws_unknown_key | jws_bad_signature | jws_bad_payload`
 */
export async function verifyJws<T>(jws: string, keys: CentreKeys, schema: z.ZodType<T>): Promise<T> {
  const { kid } = protectedHeader(jws);
  const key = keys.keys.find((one) => one.kid === kid && one.use === 'sig' && one.crv === 'Ed25519');
  if (key === undefined) throw new ProtocolError('jws_unknown_key', 'no signing key of the centre has this kid');
  return verifyJwsByKey(jws, key, schema);
}
