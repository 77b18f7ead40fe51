import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { compactDecrypt } from 'jose/jwe/compact/decrypt';
import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import { importJWK } from 'jose/key/import';
import { z } from 'zod';
import { hashSchema, uuidSchema } from '../../device/ledger/record.ts';
import { ProtocolError } from './errors.ts';
import type { SignatureAlgorithm } from './http-signature.ts';
import { jwsAlgorithm, type PublicJwk, type VerifySm2, verifyJwsBytes } from './jws.ts';
import { type CentreKey, type Manifest, manifestSchema } from './messages.ts';

/**
 * The evacuation bundle of reference-protocol §7. The page leaves the joints of the one file open; here it is two
 * lines of text: a compact JWE, then a detached compact JWS (RFC 7515 appendix F, `header..signature`) by the device
 * over the bytes of the first line. The signature stands outside, so that a courier's mistake shows before anything
 * is opened. Inside: a gzip of one record a line, the manifest last.
 */

const gz = promisify(gzip);
const ungz = promisify(gunzip);
/** A record of 700 bytes, 1,000 a day, 180 days, and a third again. */
const MAX_UNPACKED_BYTES = 192 * 1_048_576;

const lineSchema = z.looseObject({ id: uuidSchema });
const signerSchema = z.object({ alg: z.string(), kid: uuidSchema });

/** What a bundle says of itself outside the sealed part, under the device's signature: enough to tell one from another. */
export interface BundleLabel {
  /** How many records it holds. */
  records: number;
  /** `sha256:` of the Merkle tree over their hashes, in order. */
  root: string;
}

export interface OpenedBundle {
  deviceId: string;
  manifest: Manifest;
  /** One JSON object with an id per record, otherwise unchecked. */
  records: { id: string }[];
}

function base64url(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}

/**
 * Makes the text of a bundle.
 * @param bundle.recordLines each record as JSON on one line, unchanged
 * @param bundle.label further members of the signature's header; a centre may ignore them
 * @param bundle.centreKey the centre's key with `use: enc` (X25519)
 * @param bundle.alg, bundle.sign of the device's key
 */
export async function sealBundle(bundle: {
  deviceId: string;
  recordLines: readonly string[];
  manifest: Manifest;
  label?: BundleLabel;
  centreKey: { kid: string; x?: string | undefined; [member: string]: unknown };
  alg: SignatureAlgorithm;
  sign(data: Uint8Array): Promise<Uint8Array> | Uint8Array;
}): Promise<string> {
  const packed = await gz(`${[...bundle.recordLines, JSON.stringify(bundle.manifest)].join('\n')}\n`);
  const { kid, x } = bundle.centreKey;
  const key = await importJWK({ kty: 'OKP', crv: 'X25519', x: x ?? '' }, 'ECDH-ES+A256KW');
  const jwe = await new CompactEncrypt(packed)
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid })
    .encrypt(key);
  const header = base64url(JSON.stringify({ alg: jwsAlgorithm(bundle.alg), kid: bundle.deviceId, ...bundle.label }));
  const signature = await bundle.sign(Buffer.from(`${header}.${base64url(jwe)}`));
  return `${jwe}\n${header}..${base64url(signature)}\n`;
}

function malformed(message: string, cause?: unknown): ProtocolError {
  return new ProtocolError('bundle_malformed', message, cause);
}

function splitFile(file: string): { jwe: string; header: string; signature: string; deviceId: string } {
  const match = /^([\w.-]+)\r?\n([\w-]+)\.\.([\w-]+)\s*$/.exec(file);
  if (match === null) throw malformed('a bundle is two lines: a JWE and a detached JWS');
  const [, jwe = '', header = '', signature = ''] = match;
  try {
    const { kid } = signerSchema.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')));
    return { jwe, header, signature, deviceId: kid };
  } catch (cause) {
    throw malformed('the header of the signature names no device', cause);
  }
}

async function decrypted(jwe: string, key: CentreKey & { d: string }): Promise<string> {
  const { kty, crv, x, d } = key;
  const imported = await importJWK({ kty, crv: crv ?? '', x: x ?? '', d }, 'ECDH-ES+A256KW');
  const options = { keyManagementAlgorithms: ['ECDH-ES+A256KW'], contentEncryptionAlgorithms: ['A256GCM'] };
  const { plaintext } = await compactDecrypt(jwe, imported, options);
  return (await ungz(plaintext, { maxOutputLength: MAX_UNPACKED_BYTES })).toString('utf8');
}

const labelSchema = z.object({ records: z.int().min(1), root: hashSchema });

/**
 * What a bundle of our own holds, once its signature over every byte of it was checked; null where it is none: cut off,
 * changed, another device's.
 * @param device its id and its public key
 */
export async function readBundleLabel(
  file: string,
  device: { deviceId: string; key: PublicJwk },
  verifySm2?: VerifySm2,
): Promise<BundleLabel | null> {
  try {
    const { jwe, header, signature, deviceId } = splitFile(file);
    if (deviceId !== device.deviceId) return null;
    await verifyJwsBytes(`${header}.${base64url(jwe)}.${signature}`, device.key, verifySm2);
    return labelSchema.safeParse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))).data ?? null;
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

function readLines(text: string): Pick<OpenedBundle, 'manifest' | 'records'> {
  const lines = text.split('\n').filter((line) => line !== '');
  const manifest = manifestSchema.parse(JSON.parse(lines.pop() ?? 'null'));
  return { manifest, records: lines.map((line) => lineSchema.parse(JSON.parse(line))) };
}

/**
 * Checks and opens a bundle.
 * @param keys.deviceKey the key of a device that may send here; throws or returns null where there is none
 * @throws ProtocolError `bundle_malformed | signature_unknown_key | jws_*`
 */
export async function openBundle(
  file: string,
  keys: {
    centreKey: CentreKey & { d: string };
    deviceKey(deviceId: string): PublicJwk | null;
    verifySm2?: VerifySm2 | undefined;
  },
): Promise<OpenedBundle> {
  const { jwe, header, signature, deviceId } = splitFile(file);
  const key = keys.deviceKey(deviceId);
  if (key === null) throw new ProtocolError('signature_unknown_key', 'the bundle is by a device that is not known');
  await verifyJwsBytes(`${header}.${base64url(jwe)}.${signature}`, key, keys.verifySm2);
  try {
    return { deviceId, ...readLines(await decrypted(jwe, keys.centreKey)) };
  } catch (cause) {
    throw malformed('the sealed part cannot be opened or read', cause);
  }
}
