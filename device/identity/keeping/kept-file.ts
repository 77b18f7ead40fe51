import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurablyOnce } from '../../durable-file.ts';
import { IdentityError } from '../errors.ts';
import { type IdentityKey, publicJwkSchema, SUITES } from '../suite/key.ts';
import { sealedSchema } from './tpm.ts';

/**
 * A device's key that lies in its folder only as something that another keeper can open. The public half stands beside
 * it, so that a device that cannot open its key still says which one it is.
 */

/** `tpm`: sealed by the machine's TPM. `system`: wrapped by the operating system's key store, which Electron speaks to. */
export const KEEPERS = ['tpm', 'system'] as const;
export type Keeper = (typeof KEEPERS)[number];

export const SUFFIXES: Readonly<Record<Keeper, string>> = { tpm: '.sealed', system: '.wrapped' };

const publicHalf = { alg: z.enum(SUITES), publicJwk: publicJwkSchema };
const keptFileSchema = z.discriminatedUnion('keeper', [
  z.strictObject({ format: z.literal(1), keeper: z.literal('tpm'), ...publicHalf, sealed: sealedSchema }),
  z.strictObject({ format: z.literal(1), keeper: z.literal('system'), ...publicHalf, wrapped: z.base64().max(20_000) }),
]);
export type KeptFile = z.infer<typeof keptFileSchema>;

export const halfOf = ({ alg, publicJwk }: IdentityKey) => ({ format: 1 as const, alg, publicJwk });

/** Null where there is none. @throws IdentityError `key_unreadable` */
export function readKept(folder: string, name: string, keeper: Keeper): KeptFile | null {
  const path = join(folder, `${name}${SUFFIXES[keeper]}`);
  try {
    const file = keptFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    if (file.keeper === keeper) return file;
    throw new Error(`it says ${file.keeper}`);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const hint = 'Put this file back from a backup of the same machine, or order a new key ("renew": true).';
    throw new IdentityError('key_unreadable', `${path} cannot be read`, { next: 'stop', hint, cause });
  }
}

/**
 * Durably, and never over one that is there.
 * @returns false where there is one already; it stays as it is
 */
export const writeKeptOnce = (folder: string, name: string, file: KeptFile): boolean =>
  writeDurablyOnce(join(folder, `${name}${SUFFIXES[file.keeper]}`), JSON.stringify(file));

/** Names of all keys with a keeper, in the order of the folder. */
export function keptNames(folder: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => !file.startsWith('.')) : [];
  const suffixes = Object.values(SUFFIXES);
  return files.flatMap((file) =>
    suffixes.filter((suffix) => file.endsWith(suffix)).map((suffix) => file.slice(0, -suffix.length)),
  );
}

/** Nothing where there is none. */
export function removeKept(folder: string, name: string): void {
  for (const suffix of Object.values(SUFFIXES)) rmSync(join(folder, `${name}${suffix}`), { force: true });
}
