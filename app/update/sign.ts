import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Ed25519PrivateJwk, signJws } from '../../sync/protocol/jws.ts';
import { measurePayload, writeBundle } from './bundle.ts';
import { manifestSchema, type UpdateManifest } from './manifest.ts';

const jwkSchema = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() });

/** A release key as the maker keeps it: PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` writes it. */
export function readReleaseKey(path: string): Ed25519PrivateJwk {
  const key: KeyObject = createPrivateKey(readFileSync(path, 'utf8'));
  return jwkSchema.parse(key.export({ format: 'jwk' }));
}

/**
 * The maker's side: signs a payload and joins both to a bundle.
 * @param about everything of the manifest but the payload's measures
 * @param to the bundle's file, overwritten
 */
export async function signBundle(
  payload: string,
  about: Omit<UpdateManifest, 'sha256' | 'bytes'>,
  key: Ed25519PrivateJwk,
  to: string,
): Promise<void> {
  const manifest = manifestSchema.parse({ ...about, ...(await measurePayload(payload)) });
  await writeBundle(await signJws(manifest, { key }), payload, to);
}
