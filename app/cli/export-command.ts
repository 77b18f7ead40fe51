import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { writeDurably } from '../../device/durable-file.ts';
import { CodedError } from '../../device/errors.ts';
import { findOrMakeIdentity, keysOf } from '../../device/identity/identity-store.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import { readUndelivered } from '../../device/ledger/undelivered.ts';
import { evacuate } from '../../sync/evacuation.ts';
import { defaultDataDir } from './data-dir.ts';

const AFTER = `
Each file is encrypted to the centre and signed by this device; take them to the centre's operator.
Network and files may overlap: the centre counts every record once.
Exit codes: 0 written or nothing to write, 2 not possible (the reason is said).`;

/** `pingjiaqi export`: what has no receipt yet, as files to carry (reference-protocol §7). */
export function exportCommand(): Command {
  return new Command('export')
    .description('Write undelivered records to files that can be carried to the centre without a network.')
    .requiredOption('--to <dir>', 'folder to write to, such as a stick')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ to, data }: { to: string; data: string }): Promise<void> {
  try {
    const written = await exportAll(resolve(data), resolve(to));
    if (written === 0) process.stdout.write('Nothing to carry: every record has its receipt.\n');
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message}. ${error.hint}\n`);
    process.exitCode = 2;
  }
}

async function exportAll(dataDir: string, target: string): Promise<number> {
  const provisioned = await loadProvisioning(dataDir);
  if (provisioned === null || !existsSync(target)) throw notPossible(provisioned === null, target);
  const keys = keysOf(dataDir);
  const { alg, sign } = findOrMakeIdentity(keys, 'ed25519');
  const { deviceId, centreKeys } = provisioned;
  let written = 0;
  for await (const bundle of evacuate({ deviceId, centreKeys, alg, sign, records: readUndelivered(dataDir, keys) })) {
    writeDurably(join(target, bundle.name), bundle.text);
    process.stdout.write(`${bundle.name}: ${bundle.records} records\n`);
    written += bundle.records;
  }
  return written;
}

function notPossible(isBare: boolean, target: string): CodedError {
  return isBare
    ? new CodedError('not_provisioned', 'this device belongs to no centre yet', {
        next: 'stop',
        hint: 'Enrol it first; without a centre there is no key to encrypt to.',
      })
    : new CodedError('target_missing', `${target} does not exist`, {
        next: 'refuse',
        hint: 'Name a folder that does.',
      });
}
