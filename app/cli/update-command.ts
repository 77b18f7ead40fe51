import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { CodedError } from '../../device/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { TechnicianStatus } from '../server/technician/status.ts';
import { checkBundle, installBundle, type UpdateRequest } from '../update/install.ts';
import { whyNotNow } from '../update/night.ts';
import { defaultDataDir } from './data-dir.ts';
import { ask } from './enrolment.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

const DEFAULT_HOME = '/opt/pingjiaqi';
/** Exit code of `update nightly` where nothing was installed; a script must not restart the device then. */
const NOTHING_DONE = 3;

const AFTER = `
A bundle is signed; one that is older, foreign or damaged is refused. The new version stands beside the old one, has to
prove itself after the next start, and is taken back by itself where it does not.

Exit codes: 0 done, 1 refused (the reason and what to do are said); of nightly also ${NOTHING_DONE}: nothing was to be done.

Examples:
  pingjiaqi update check /media/stick/pingjiaqi-1.1.0.update
  pingjiaqi update stage /media/stick/pingjiaqi-1.1.0.update
  sudo pingjiaqi update install /media/stick/pingjiaqi-1.1.0.update`;

interface Flags {
  home: string;
  data: string;
  again: boolean;
}

/** `pingjiaqi update …`: signed bundles, from a stick or from wherever a file came. */
export function updateCommand(): Command {
  const update = new Command('update')
    .description('Install a signed version beside this one; it has to prove itself.')
    .addHelpText('after', AFTER);
  const sub = (name: string, description: string) =>
    update
      .command(name)
      .description(description)
      .option('--home <dir>', 'installation folder', DEFAULT_HOME)
      .option('--data <dir>', 'data folder', defaultDataDir())
      .option('--again', 'also a version that was given up here', false)
      .addHelpText('after', AFTER);
  sub('check <bundle>', 'Say whether a bundle would be installed; changes nothing.').action(run(check));
  sub('stage <bundle>', 'Keep a bundle for the coming night.').action(run(stage));
  sub('install <bundle>', 'Install a bundle now; the next start of the device is of it. As root.').action(run(install));
  sub(
    'nightly',
    `Install what was staged, at night and with no visit open; else exit code ${NOTHING_DONE}. As root.`,
  ).action((flags: Flags) => run(nightly)(stagedPath(flags.data), flags));
  return update;
}

type Work = (file: string, flags: Flags) => Promise<string>;

/** Prints what was done; a refusal in words with what to do, and exit code 1. */
function run(work: Work): (file: string, flags: Flags) => Promise<void> {
  return async (file, flags) => {
    try {
      process.stdout.write(`${await work(resolve(file), flags)}\n`);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      process.stderr.write(`${error.message}\n${error.hint}\n`);
      process.exitCode = 1;
    }
  };
}

const requestOf = (file: string, { home, again }: Flags): UpdateRequest => ({
  home: { root: resolve(home) },
  file,
  again,
  product: packageJson.name,
  platform: `${process.platform}-${process.arch}`,
});

const stagedPath = (dataDir: string): string => join(resolve(dataDir), 'updates', 'staged.update');

async function check(file: string, flags: Flags): Promise<string> {
  const { version } = await checkBundle(requestOf(file, flags));
  return `${version}: signed for this device and newer. "pingjiaqi update install" puts it in service.`;
}

async function stage(file: string, flags: Flags): Promise<string> {
  const { version } = await checkBundle(requestOf(file, flags));
  const staged = stagedPath(flags.data);
  mkdirSync(join(staged, '..'), { recursive: true, mode: 0o700 });
  // Under its name only when it is whole.
  await copyFile(file, `${staged}.new`);
  await rename(`${staged}.new`, staged);
  return `${version} is kept and will be installed in the coming night.`;
}

async function install(file: string, flags: Flags): Promise<string> {
  const { version } = await installBundle(requestOf(file, flags), Date.now());
  return `${version} is installed. Restart the device; it returns to the version before by itself where this one fails.`;
}

async function nightly(staged: string, flags: Flags): Promise<string> {
  if (!existsSync(staged)) return done('Nothing is staged.');
  const why = whyNotNow(Date.now(), await isBusy(flags.data));
  if (why !== null) return done(`Not now: ${why}.`);
  try {
    return await install(staged, flags);
  } catch (error) {
    // Refused today is refused tomorrow: a bundle that stays would be tried every night.
    if (error instanceof CodedError && error.next === 'refuse') rmSync(staged, { force: true });
    throw error;
  }
}

function done(line: string): string {
  process.exitCode = NOTHING_DONE;
  return line;
}

/** Null where no device answers. */
async function isBusy(dataDir: string): Promise<boolean | null> {
  const door = doorOf(readRuntime(resolve(dataDir)));
  if (door === null) return null;
  return (await ask<TechnicianStatus>(door, '/technician/status')).busy;
}
