import { resolve } from 'node:path';
import { Command } from 'commander';
import { countsOf, worstFirst } from '../checks/finding.ts';
import { type CheckWords, wordsOf } from '../checks/words.ts';
import type { TechnicianStatus } from '../server/technician/status.ts';
import { defaultDataDir } from './data-dir.ts';
import { lineOf } from './doctor/check.ts';
import { runningStatus } from './running-status.ts';
import { type Language, languageOption, wordsFor } from './words-option.ts';

const AFTER = `
The same lines as on the technician's page, worst first: pass, warn or fail, what was found, what to do. With --json each
line also has its id and code, which never change with the language. Where the device does not run: pingjiaqi doctor.

Exit codes: 0 running and well, 1 not running, 2 running and somebody should look, also where it does not answer.

Examples:
  pingjiaqi status
  pingjiaqi status --lang zh-CN
  pingjiaqi status --json | jq '.counts, (.checks[] | select(.state == "fail"))'`;

interface Flags {
  data: string;
  json: boolean;
  lang: Language;
}

/** `pingjiaqi status`: what the technician's page says, for a terminal or a script. */
export function statusCommand(): Command {
  return new Command('status')
    .description('Say how the device on this machine is.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--json', 'print the whole status as JSON', false)
    .addOption(languageOption())
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ data, json, lang }: Flags): Promise<void> {
  const answer = await runningStatus(resolve(data));
  if (answer.kind === 'not_running') {
    process.stdout.write(json ? '{"running":false}\n' : `Not running (data folder ${resolve(data)}).\n`);
    process.exitCode = 1;
    return;
  }
  if (answer.kind === 'silent') {
    const { why } = answer;
    const silent = `Running, but it does not say how it is: ${why}. Look into its log; restart it if it hangs.\n`;
    process.stdout.write(json ? `${JSON.stringify({ running: true, well: false, silent: why })}\n` : silent);
    process.exitCode = 2;
    return;
  }
  const { status } = answer;
  const counts = countsOf(status.checks);
  const well = status.provisioned && counts.fail + counts.warn === 0;
  const words = wordsFor(lang);
  process.stdout.write(json ? `${JSON.stringify(inFull(status, well, words))}\n` : describe(status, words));
  process.exitCode = well ? 0 : 2;
}

/** A script finds the words beside the code of each line. */
function inFull(status: TechnicianStatus, well: boolean, words: CheckWords): object {
  const checks = worstFirst(status.checks).map((check) => ({ ...check, ...wordsOf(check, words) }));
  return { running: true, well, ...status, counts: countsOf(checks), checks };
}

function describe({ checks, device, window, version }: TechnicianStatus, words: CheckWords): string {
  const { pass, warn, fail } = countsOf(checks);
  const where = window === null ? '' : `, window ${window.number} ${window.name}, ${window.hall}`;
  const head = device === null ? 'Not provisioned' : `Device ${device.deviceId} at ${device.centre}${where}`;
  const lines = worstFirst(checks.map((check) => wordsOf(check, words))).map(lineOf);
  return `${head}; software ${version}\n${fail} fail, ${warn} warn, ${pass} pass\n\n${lines.join('')}`;
}
