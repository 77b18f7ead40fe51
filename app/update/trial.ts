import { basename, dirname } from 'node:path';
import { systemClock } from '../../device/clock.ts';
import { ClockBlocks } from '../../device/clock-block.ts';
import { writeDurably } from '../../device/durable-file.ts';
import { findIdentity, keysOf } from '../../device/identity/identity-store.ts';
import { ledgerPaths } from '../../device/ledger/paths.ts';
import { rehearseMigration } from '../../device/ledger/rehearsal.ts';
import { hasOlderSchema } from '../../device/ledger/trial.ts';
import { healthyPath } from './health.ts';
import { readTrial } from './home.ts';

/**
 * Whether a program that lies below `versions/<version>` of an installation folder has to prove itself still.
 * @param root a folder of the program; anywhere else nothing is on trial
 */
export function isOnTrial(root: string, version: string): boolean {
  for (let at = root; dirname(at) !== at; at = dirname(at)) {
    if (basename(dirname(at)) === 'versions') return readTrial({ root: dirname(dirname(at)) })?.version === version;
  }
  return false;
}

/**
 * A version on trial whose schema is newer than the ledger’s can neither migrate it nor take ratings: it proves itself on
 * a copy instead, and is confirmed by the boot gate at the next start, which then migrates. Where the copy does not
 * survive, nothing is noted and the gate gives the version up.
 * @param healthy the note that the boot gate reads
 * @returns the steps that were rehearsed; null where nothing is to be migrated and the trial goes on as any other
 * @throws LedgerError `rehearsal_failed` and what opening throws
 */
export function proveOnCopy(dataDir: string, version: string, healthy = healthyPath(dataDir)): number[] | null {
  if (!hasOlderSchema(ledgerPaths(dataDir))) return null;
  const keys = keysOf(dataDir);
  const suite = findIdentity(dataDir)?.alg ?? 'ed25519';
  const steps = rehearseMigration({ dir: dataDir, keys, clock: new ClockBlocks(systemClock), suite });
  writeDurably(healthy, `${version}\n`);
  return steps;
}
