import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { syncFolder } from '../../device/durable-file.ts';
import { copyPayload, manifestLine } from './bundle.ts';
import {
  currentVersion,
  failedVersions,
  type Home,
  highestVersion,
  lockPath,
  readTrial,
  releaseKeysPath,
  switchTo,
  tidy,
  treeOf,
  versionsDir,
  writeTrial,
} from './home.ts';
import { locked } from './lock.ts';
import { checkFits, readReleaseKeys, type UpdateManifest, verifyManifest } from './manifest.ts';

const run = promisify(execFile);
const INCOMING = '.incoming';

export interface UpdateRequest {
  home: Home;
  /** The bundle's file. */
  file: string;
  product: string;
  /** As in a manifest: `linux-x64`. */
  platform: string;
  /** Install a version that was given up here before. */
  again?: boolean;
}

/**
 * Reads a bundle and says what it would install; changes nothing.
 * @throws UpdateError for every reason not to install it
 */
export async function checkBundle(request: UpdateRequest): Promise<UpdateManifest> {
  const { home, file, product, platform, again = false } = request;
  const manifest = await verifyManifest(manifestLine(file), readReleaseKeys(releaseKeysPath(home)));
  const version = currentVersion(home);
  const installed = { product, platform, version, highest: highestVersion(home), failed: failedVersions(home) };
  checkFits(manifest, installed, again);
  return manifest;
}

/**
 * Installs a bundle beside the version in service and puts it on trial; the next start is of the new one. Killed or cut
 * off at any step it leaves the old version in service, or the new one on trial with the old one to fall back on; what is
 * left lying about is removed by the next installation.
 * @param now ms since 1970
 * @throws UpdateError; Error where the disk is full or `tar` fails. The version in service stays.
 */
export function installBundle(request: UpdateRequest, now: number): Promise<UpdateManifest> {
  const { home, file } = request;
  return locked(lockPath(home), now, async () => {
    const manifest = await checkBundle(request);
    const previous = provenVersion(home);
    tidy(home, [currentVersion(home), previous]);
    await layDown(home, file, manifest);
    writeTrial(home, { version: manifest.version, previous, starts: 0 });
    switchTo(home, manifest.version);
    return manifest;
  });
}

/** What to fall back on: the version in service, or the one before it while that one is itself on trial. */
function provenVersion(home: Home): string {
  const current = currentVersion(home);
  const trial = readTrial(home);
  return trial?.version === current ? trial.previous : current;
}

/** The whole tree under its final name, on the disk for certain. */
async function layDown(home: Home, file: string, manifest: UpdateManifest): Promise<void> {
  const archive = join(home.root, 'incoming.tar.gz');
  const incoming = join(versionsDir(home), INCOMING);
  try {
    await copyPayload(file, manifestLine(file), manifest, archive);
    rmSync(incoming, { recursive: true, force: true });
    mkdirSync(incoming, { mode: 0o755 });
    await run('tar', [
      '-xzf',
      archive,
      '-C',
      incoming,
      '--strip-components=1',
      '--no-same-owner',
      '--no-same-permissions',
    ]);
    await run('sync', ['-f', incoming]);
    renameSync(incoming, treeOf(home, manifest.version));
    syncFolder(versionsDir(home));
  } finally {
    rmSync(archive, { force: true });
    rmSync(incoming, { recursive: true, force: true });
  }
}
