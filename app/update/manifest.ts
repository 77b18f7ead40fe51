import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { errorCode } from '../../device/ledger/errors.ts';
import { compareVersions } from '../../device/version.ts';
import { ProtocolError } from '../../sync/protocol/errors.ts';
import { verifyJwsByKey } from '../../sync/protocol/jws.ts';
import { UpdateError } from './errors.ts';

const versionSchema = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, 'three numbers with dots, like 1.4.0');

/** What a release key signs: which version the payload is, for whom, and its exact bytes. */
export const manifestSchema = z.strictObject({
  product: z.string().min(1).max(64),
  version: versionSchema,
  /** The oldest version that may step to this one directly, because of the ledger's migrations. */
  from: versionSchema,
  platform: z.enum(['linux-x64', 'linux-arm64']),
  /** SHA-256 of the payload in hex, and its length. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(1).max(2_000_000_000),
});
export type UpdateManifest = z.infer<typeof manifestSchema>;

const keysSchema = z.strictObject({
  keys: z.array(z.object({ kid: z.string(), kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })).min(1),
});
export type ReleaseKeys = z.infer<typeof keysSchema>;

/** Who may sign for this machine: put in place with the installation, and never by an update. */
export function readReleaseKeys(path: string): ReleaseKeys {
  try {
    return keysSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new UpdateError('no_release_keys', `${path} does not exist.`, error);
    throw new UpdateError('no_release_keys', `${path} cannot be read: ${String(error)}`, error);
  }
}

/**
 * @param jws first line of a bundle
 * @throws UpdateError `bundle_unsigned`, `bundle_malformed`
 */
export async function verifyManifest(jws: string, { keys }: ReleaseKeys): Promise<UpdateManifest> {
  for (const key of keys) {
    try {
      return await verifyJwsByKey(jws, key, manifestSchema);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (error.code !== 'jws_bad_signature') {
        throw new UpdateError('bundle_malformed', 'The file does not begin with a signed manifest.', error);
      }
    }
  }
  throw new UpdateError('bundle_unsigned', 'No release key of this machine signed this bundle.');
}

/** What this machine is and has had, as far as an update asks. */
export interface Installed {
  product: string;
  platform: string;
  version: string;
  /** The highest version that was ever confirmed here; anti-rollback looks at it, not at what runs. */
  highest: string;
  /** Versions that were tried and given up. */
  failed: readonly string[];
}

/**
 * Whether a signed bundle may go onto this machine.
 * @param again install a version all the same that was given up here before
 * @throws UpdateError `other_product`, `other_machine`, `not_newer`, `base_too_old`, `failed_before`
 */
export function checkFits(manifest: UpdateManifest, installed: Installed, again = false): void {
  const { version, from, product, platform } = manifest;
  if (product !== installed.product) throw new UpdateError('other_product', `The bundle is for ${product}.`);
  if (platform !== installed.platform) {
    throw new UpdateError('other_machine', `The bundle is for ${platform}, this is ${installed.platform}.`);
  }
  const newest = compareVersions(installed.version, installed.highest) > 0 ? installed.version : installed.highest;
  if (compareVersions(version, newest) <= 0) {
    throw new UpdateError('not_newer', `The bundle is ${version}, and ${newest} was in service here.`);
  }
  if (compareVersions(installed.version, from) < 0) {
    throw new UpdateError('base_too_old', `${version} follows ${from} or later; ${installed.version} runs here.`);
  }
  if (installed.failed.includes(version) && !again) {
    throw new UpdateError('failed_before', `${version} was tried here and given up.`);
  }
}
