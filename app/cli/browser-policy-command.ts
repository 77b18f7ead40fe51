import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { writeDurably } from '../../device/durable-file.ts';
import { CodedError } from '../../device/errors.ts';
import { browserPolicy } from './browser-policy.ts';
import { defaultDataDir } from './data-dir.ts';

/** Sorts behind the package's own file: of two that have the same list Chromium takes the later one. */
const DEFAULT_FILE = '/etc/chromium/policies/managed/pingjiaqi.page.json';

const AFTER = `
The package's policy blocks every address but the device's own. Where the signed configuration says page: unified, this
adds the origin of its rating page, so that the official page can stand in its frame; else it takes that away again.
A running browser follows within seconds. The package calls this by itself whenever the configuration changes.

Exit codes: 0 done, 1 the configuration cannot be read (the reason is said; the file stays as it was).

Examples:
  sudo pingjiaqi browser-policy --data /var/lib/pingjiaqi`;

/** `pingjiaqi browser-policy`: lets the official page, and nothing else, into the window where Chromium is it. */
export function browserPolicyCommand(): Command {
  return new Command('browser-policy')
    .description('Let the browser show the official page that the configuration names. As root.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--to <file>', 'policy file to write or remove', DEFAULT_FILE)
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ data, to }: { data: string; to: string }): Promise<void> {
  try {
    const policy = await browserPolicy(resolve(data));
    place(resolve(to), policy);
    const now =
      policy === null ? 'Only the device\u2019s own pages may be shown.' : `May be shown now: ${policy.trim()}`;
    process.stdout.write(`${now}\n`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message} ${error.hint}\n`);
    process.exitCode = 1;
  }
}

function place(file: string, policy: string | null): void {
  if (policy === null) rmSync(file, { force: true });
  // The browser runs as another user than whoever wrote this.
  else writeDurably(file, policy, 0o644);
}
