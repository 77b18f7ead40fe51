import { resolve } from 'node:path';
import { Command } from 'commander';
import { type SupportBundle, writeSupportBundle } from '../processes/support-bundle.ts';
import { defaultDataDir } from './data-dir.ts';
import { ask } from './enrolment.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

const AFTER = `
Writes pingjiaqi-support-<device>-<time>.json: logs, health, the last events and which configuration is in force, signed
by the device.
Names, numbers of persons, grades, comments, keys and passwords are not in it.

Exit codes: 0 written, 1 no device runs on the data folder, 2 the file could not be written.

Examples:
  pingjiaqi support --to /media/stick
  pingjiaqi support --to . --data /var/lib/pingjiaqi`;

/** `pingjiaqi support`: what to send to whoever can help. */
export function supportCommand(): Command {
  return new Command('support')
    .description('Write a support bundle of the running device, without personal data.')
    .requiredOption('--to <dir>', 'where to write it, such as the folder of a stick')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ to, data }: { to: string; data: string }): Promise<void> {
  const door = doorOf(readRuntime(resolve(data)));
  if (door === null) {
    process.stderr.write(`Not running (data folder ${resolve(data)}). Start the device and try again.\n`);
    process.exitCode = 1;
    return;
  }
  try {
    const made = await ask<SupportBundle>(door, '/technician/support-bundle');
    process.stdout.write(`${writeSupportBundle(resolve(to), made)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
