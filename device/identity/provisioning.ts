import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet } from 'jose/jwks/local';
import { compactVerify } from 'jose/jws/compact/verify';
import { z } from 'zod';
import { syncFolder, writeDurably } from '../durable-file.ts';
import { parseTime } from '../time.ts';
import { type Configuration, configurationSchema, type Jwks, jwksSchema } from './configuration.ts';
import { type Fault, IdentityError } from './errors.ts';
import { FIRST_FORMAT, NEWEST_FORMAT, upgradePayload } from './stored-format.ts';

/**
 * What enrolment gave the device and a restart must find again. The configuration stays as signed. Members of later
 * software are passed over, so that a version that is taken back can read what its successor wrote.
 */
const provisioningFileSchema = z.object({
  deviceId: z.string().min(1).max(128),
  baseUrl: z.url(),
  centreKeys: jwksSchema,
  configuration: z.string(),
  /** Name of the device's key that the centre knows; absent: its first. */
  key: z.string().max(64).optional(),
  /** Under which the configuration was accepted. */
  format: z.int().min(FIRST_FORMAT).optional(),
});
export type ProvisioningFile = z.infer<typeof provisioningFileSchema>;

export interface Provisioned extends ProvisioningFile {
  document: Configuration;
}

const FILE = 'provisioning.json';
/** The same again: one torn or lost file closes no window. */
const COPY = 'provisioning.copy.json';

const MENDED_BY_THE_CENTRE =
  'Ask the operator of the centre to publish the configuration again; the device keeps the last good one.';

function refuse(
  code: 'configuration_signature' | 'configuration_schema',
  message: string,
  more: { cause?: unknown; faults?: readonly Fault[] },
): never {
  throw new IdentityError(code, message, { next: 'refuse', hint: MENDED_BY_THE_CENTRE, ...more });
}

/** `staff.0.pinHash`; a member that nobody knows is named itself. */
function placesOf(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String);
  const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...at, key]) : [at];
  return places.map((place) => place.join('.') || 'payload');
}

function contentOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch (cause) {
    const faults = [{ path: 'payload', message: 'JSON' }];
    return refuse('configuration_schema', 'payload: it is no JSON', { faults, cause });
  }
}

/** Every fault of a payload at once, each with its path, so that an operator mends them in one go. */
function parsePayload(payload: unknown): Configuration {
  const parsed = configurationSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) =>
    placesOf(issue).map((path) => ({ path, message: issue.message })),
  );
  const message = faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ');
  return refuse('configuration_schema', message, { faults });
}

/**
 * The configuration inside a compact JWS, if a key of the centre signed it.
 * @param format under which it was accepted before, for one that was stored; an offered one must be of the newest
 * @throws IdentityError `configuration_signature`, `configuration_schema` (with the path of each fault)
 */
export async function verifyConfiguration(jws: string, keys: Jwks, format = NEWEST_FORMAT): Promise<Configuration> {
  const signing = { keys: keys.keys.filter((key) => key.use !== 'enc') } as Parameters<typeof createLocalJWKSet>[0];
  const verified = await compactVerify(jws, createLocalJWKSet(signing), { algorithms: ['EdDSA', 'Ed25519'] }).catch(
    (cause: unknown) => refuse('configuration_signature', 'the configuration is not signed by our centre', { cause }),
  );
  return parsePayload(upgradePayload(contentOf(verified.payload), format));
}

/**
 * Whether an offered configuration may replace the present one (reference-protocol §3).
 * @throws IdentityError `configuration_version` (lower than ours), `configuration_early` (`notBefore` ahead of `nowMs`)
 */
export function checkSuccession(
  offered: Pick<Configuration, 'version' | 'notBefore'>,
  present: Pick<Configuration, 'version'>,
  nowMs: number,
): void {
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

/**
 * A power cut leaves the old provisioning or the new one; between its two files the first one counts. A file of an older
 * format is kept aside first, under its number.
 */
export function saveProvisioning(dir: string, file: ProvisioningFile): void {
  keepOlderFormat(dir);
  const text = JSON.stringify({ ...file, format: NEWEST_FORMAT });
  writeDurably(join(dir, FILE), text);
  writeDurably(join(dir, COPY), text);
}

function keepOlderFormat(dir: string): void {
  const stored = readFile(join(dir, FILE));
  if (stored === null || stored instanceof IdentityError) return;
  const { format = FIRST_FORMAT } = stored;
  if (format >= NEWEST_FORMAT) return;
  copyFileSync(join(dir, FILE), join(dir, `provisioning.format-${format}.json`));
  syncFolder(dir);
}

/** One of the two files: what it holds, null where it is not there, or why it cannot be used. */
export type Stored = Provisioned | IdentityError | null;

export interface StoredPair {
  main: Stored;
  copy: Stored;
}

/** Both files, each verified anew. Writes nothing. */
export async function readProvisioning(dir: string): Promise<StoredPair> {
  const [main, copy] = await Promise.all([FILE, COPY].map((name) => verified(readFile(join(dir, name)))));
  return { main: main ?? null, copy: copy ?? null };
}

/** Whether the two files hold the same. */
export const isWhole = ({ main, copy }: StoredPair): boolean =>
  main !== null && copy !== null && !(main instanceof Error) && JSON.stringify(main) === JSON.stringify(copy);

export const isUsable = (stored: Stored): stored is Provisioned =>
  stored !== null && !(stored instanceof IdentityError);

/** What counts of the two: the first, or the copy where the first cannot be used; null on a bare device. */
export function chooseStored({ main, copy }: StoredPair): Stored {
  if (isUsable(main)) return main;
  return isUsable(copy) ? copy : (main ?? copy);
}

/**
 * The stored provisioning, verified anew; null on a bare device.
 * @throws IdentityError `provisioning_unreadable`, or what `verifyConfiguration` throws
 */
export async function loadProvisioning(dir: string): Promise<Provisioned | null> {
  const stored = chooseStored(await readProvisioning(dir));
  if (stored instanceof IdentityError) throw stored;
  return stored;
}

async function verified(file: ProvisioningFile | IdentityError | null): Promise<Stored> {
  if (file === null || file instanceof IdentityError) return file;
  try {
    const document = await verifyConfiguration(file.configuration, file.centreKeys, file.format ?? FIRST_FORMAT);
    return { ...file, document };
  } catch (error) {
    if (error instanceof IdentityError) return error;
    throw error;
  }
}

function readFile(path: string): ProvisioningFile | IdentityError | null {
  try {
    return provisioningFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : unreadable(error);
  }
}

/** Name of the device's key in force, as stored and before anything is verified; null where nothing says it. */
export function storedKeyName(dir: string): string | null {
  const file = [FILE, COPY]
    .map((name) => readFile(join(dir, name)))
    .find((one) => one !== null && !(one instanceof Error));
  return file === undefined || file === null || file instanceof Error ? null : (file.key ?? null);
}

/** Never replaced by defaults in silence: a window with somebody else's rules is worse than a closed one. */
function unreadable(cause: unknown): IdentityError {
  return new IdentityError('provisioning_unreadable', `${FILE} cannot be read`, {
    next: 'stop',
    hint: `Enrol the device again from the technician's page; its ratings are safe in the ledger.`,
    cause,
  });
}
