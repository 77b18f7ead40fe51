import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compactVerify, createLocalJWKSet } from 'jose';
import { z } from 'zod';
import { writeDurably } from '../durable-file.ts';
import { parseTime } from '../time.ts';
import { type Configuration, configurationSchema, type Jwks, jwksSchema } from './configuration.ts';
import { IdentityError } from './errors.ts';

/** What enrolment gave the device and a restart must find again. The configuration stays as signed. */
const provisioningFileSchema = z.strictObject({
  deviceId: z.string().min(1).max(128),
  baseUrl: z.url(),
  centreKeys: jwksSchema,
  configuration: z.string(),
});
export type ProvisioningFile = z.infer<typeof provisioningFileSchema>;

export interface Provisioned extends ProvisioningFile {
  document: Configuration;
}

const FILE = 'provisioning.json';

function refuse(code: 'configuration_signature' | 'configuration_schema', message: string, cause?: unknown): never {
  throw new IdentityError(code, message, {
    next: 'refuse',
    hint: 'Ask the operator of the centre to publish the configuration again; the device keeps the last good one.',
    cause,
  });
}

/** Every fault of a payload at once, each with its path, so that an operator mends them in one go. */
function parsePayload(payload: Uint8Array): Configuration {
  const parsed = configurationSchema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`);
  return refuse('configuration_schema', faults.join('; '));
}

/**
 * The configuration inside a compact JWS, if a key of the centre signed it.
 * @throws IdentityError `configuration_signature`, `configuration_schema` (with the path of each fault)
 */
export async function verifyConfiguration(jws: string, keys: Jwks): Promise<Configuration> {
  const signing = { keys: keys.keys.filter((key) => key.use !== 'enc') } as Parameters<typeof createLocalJWKSet>[0];
  const verified = await compactVerify(jws, createLocalJWKSet(signing), { algorithms: ['EdDSA', 'Ed25519'] }).catch(
    (cause: unknown) => refuse('configuration_signature', 'the configuration is not signed by our centre', cause),
  );
  return parsePayload(verified.payload);
}

/**
 * Whether an offered configuration may replace the present one (reference-protocol §3).
 * @throws IdentityError `configuration_version` (lower than ours), `configuration_early` (`notBefore` ahead of `nowMs`)
 */
export function checkSuccession(offered: Configuration, present: Configuration, nowMs: number): void {
  if (offered.version < present.version) {
    throw new IdentityError('configuration_version', `version ${offered.version} is older than ${present.version}`, {
      next: 'refuse',
      hint: 'Somebody may be replaying an old configuration; publish a new version instead.',
    });
  }
  if (parseTime(offered.notBefore) > nowMs) {
    throw new IdentityError('configuration_early', `not to be used before ${offered.notBefore}`, {
      next: 'retry',
      hint: 'It is taken when its time has come; check the clock of the device if that time is past.',
    });
  }
}

/** A power cut leaves the old provisioning or the new one. */
export function saveProvisioning(dir: string, file: ProvisioningFile): void {
  writeDurably(join(dir, FILE), JSON.stringify(file));
}

/**
 * The stored provisioning, verified anew; null on a bare device.
 * @throws IdentityError `provisioning_unreadable`, or what `verifyConfiguration` throws
 */
export async function loadProvisioning(dir: string): Promise<Provisioned | null> {
  let text: string;
  try {
    text = readFileSync(join(dir, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(error);
  }
  const parsed = provisioningFileSchema.safeParse(parseJson(text));
  if (!parsed.success) throw unreadable(parsed.error);
  return { ...parsed.data, document: await verifyConfiguration(parsed.data.configuration, parsed.data.centreKeys) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(error);
  }
}

/** Never replaced by defaults in silence: a window with somebody else's rules is worse than a closed one. */
function unreadable(cause: unknown): IdentityError {
  return new IdentityError('provisioning_unreadable', `${FILE} cannot be read`, {
    next: 'stop',
    hint: `Enrol the device again from the technician's page; its ratings are safe in the ledger.`,
    cause,
  });
}
