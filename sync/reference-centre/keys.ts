import { createHash, createPrivateKey, sign as edSign, generateKeyPairSync } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CentreKeys } from '../protocol/messages.ts';
import { CentreError } from './errors.ts';

const base = { x: z.string(), d: z.string(), kid: z.string().min(1) };
const keyFileSchema = z.strictObject({
  sig: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), use: z.literal('sig'), ...base }),
  enc: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), use: z.literal('enc'), ...base }),
});
type KeyFile = z.infer<typeof keyFileSchema>;

export interface CentreKeyPair {
  /** Ed25519: receipts, configuration. */
  sig: KeyFile['sig'];
  /** X25519: sealed fields, evacuation bundles. */
  enc: KeyFile['enc'];
  /** The public halves, as enrolment hands them over (§2). */
  publicKeys: CentreKeys;
}

function kidOf(x: string): string {
  return createHash('sha256').update(x).digest('base64url').slice(0, 16);
}

function newKeyFile(): KeyFile {
  const sig = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const enc = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return keyFileSchema.parse({
    sig: { ...sig, use: 'sig', kid: kidOf(sig.x ?? '') },
    enc: { ...enc, use: 'enc', kid: kidOf(enc.x ?? '') },
  });
}

/** Written whole or not at all: half a key file would make every receipt given so far worthless. */
function writeDurably(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function readKeyFile(path: string): KeyFile {
  try {
    const file = keyFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    edSign(null, Buffer.alloc(1), createPrivateKey({ key: file.sig, format: 'jwk' }));
    return file;
  } catch (cause) {
    const hint = 'Restore the key file from a backup; receipts by a new key would be foreign to every device.';
    throw new CentreError('keys_unreadable', `cannot read the centre's keys in ${path}`, hint, cause);
  }
}

function withoutSecret(key: KeyFile['sig'] | KeyFile['enc']): CentreKeys['keys'][number] {
  const { d: _secret, ...rest } = key;
  return rest;
}

/**
 * The centre's keys, made at the first start and kept in `dataDir`, readable by the owner alone.
 * A crash while making them leaves either no keys or all of them.
 * @throws CentreError `keys_unreadable`: never replaced in silence
 */
export function loadOrCreateKeys(dataDir: string): CentreKeyPair {
  const path = join(dataDir, 'centre-keys.json');
  if (!existsSync(path)) writeDurably(path, JSON.stringify(newKeyFile()));
  const { sig, enc } = readKeyFile(path);
  return { sig, enc, publicKeys: { keys: [withoutSecret(sig), withoutSecret(enc)] } };
}
