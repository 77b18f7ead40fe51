import { resolve } from 'node:path';
import { Command } from 'commander';
import { defaultDataDir } from './data-dir.ts';
import type { Check } from './doctor/check.ts';
import { examine } from './doctor/doctor.ts';

const AFTER = `
Each line says pass, warn or fail, what was seen, and what to do next. Nothing is changed; the device may be running.
What is at a serial port that nobody knows: pingjiaqi port try PATH, pingjiaqi port listen PATH.
Exit codes: 0 all pass, 1 something should be looked at (warn), 2 something does not work (fail).`;

const EXIT = { pass: 0, warn: 1, fail: 2 } as const;

/** `pingjiaqi doctor`: why a device does not work, from one screen of text. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Look for what keeps this device from working.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--json', 'print the lines as JSON', false)
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ data, json }: { data: string; json: boolean }): Promise<void> {
  const checks = await examine(resolve(data), Date.now());
  process.stdout.write(json ? `${JSON.stringify({ checks })}\n` : checks.map(lineOf).join(''));
  process.exitCode = Math.max(...checks.map(({ state }) => EXIT[state]));
}

function lineOf({ name, state, cause, next }: Check): string {
  const line = `${state.toUpperCase()}  ${name.padEnd(15)} ${cause}\n`;
  return next === null ? line : `${line}${' '.repeat(6)}→ ${next}\n`;
}
