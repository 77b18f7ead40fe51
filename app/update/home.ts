import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { syncFolder, writeDurably } from '../../device/durable-file.ts';
import { errorCode } from '../../device/ledger/errors.ts';

/**
 * The installation folder, /opt/pingjiaqi on a device:
 *
 * | name | what |
 * |---|---|
 * | `versions/<version>/` | one whole tree each; complete from the moment that it has this name |
 * | `current` | link to the version that is started |
 * | `trial` | present while a new version has to prove itself: `version previous starts` |
 * | `highest` | the highest version ever confirmed |
 * | `failed` | versions that were given up, a line each |
 * | `release-keys.json` | who may sign; not written here |
 *
 * `boot-gate` (a shell script beside them, so that it does not depend on what it judges) runs before each start: it counts,
 * confirms and gives up. What is read there is one line of words each, for the shell's sake.
 */
export interface Home {
  root: string;
}

export const versionsDir = ({ root }: Home): string => join(root, 'versions');
export const treeOf = (home: Home, version: string): string => join(versionsDir(home), version);
export const releaseKeysPath = ({ root }: Home): string => join(root, 'release-keys.json');
export const lockPath = ({ root }: Home): string => join(root, 'update.lock');
const trialPath = ({ root }: Home): string => join(root, 'trial');
const failedPath = ({ root }: Home): string => join(root, 'failed');
const highestPath = ({ root }: Home): string => join(root, 'highest');

/** The version that `current` points at. @throws Error where there is no installation */
export function currentVersion({ root }: Home): string {
  return basename(readlinkSync(join(root, 'current')));
}

/** Points `current` at a version by one rename: before it the old one starts, after it the new one. */
export function switchTo(home: Home, version: string): void {
  const fresh = join(home.root, '.current.new');
  rmSync(fresh, { force: true });
  symlinkSync(join('versions', version), fresh);
  renameSync(fresh, join(home.root, 'current'));
  syncFolder(home.root);
}

export interface Trial {
  version: string;
  previous: string;
  /** How often it was started without having proved itself. */
  starts: number;
}

const trialSchema = z.tuple([z.string(), z.string(), z.coerce.number().int().min(0)]);

/** The version on trial, null where none is. */
export function readTrial(home: Home): Trial | null {
  const text = readOrNull(trialPath(home));
  if (text === null) return null;
  const [version, previous, starts] = trialSchema.parse(text.trim().split(' '));
  return { version, previous, starts };
}

export function writeTrial(home: Home, { version, previous, starts }: Trial): void {
  writeDurably(trialPath(home), `${version} ${previous} ${starts}\n`);
}

/** Versions that the boot gate gave up, oldest first. */
export function failedVersions(home: Home): string[] {
  return (readOrNull(failedPath(home)) ?? '').split('\n').filter((line) => line !== '');
}

/** The highest version ever confirmed. Lower ones stay out for good (anti-rollback). */
export function highestVersion(home: Home): string {
  return readOrNull(highestPath(home))?.trim() ?? '0.0.0';
}

/** Removes what an installation that was cut off left, and versions that are neither in use nor to fall back on. */
export function tidy(home: Home, keep: readonly string[]): void {
  mkdirSync(versionsDir(home), { recursive: true });
  for (const name of readdirSync(versionsDir(home))) {
    if (!keep.includes(name)) rmSync(join(versionsDir(home), name), { recursive: true, force: true });
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
