import { resolve } from 'node:path';
import { Command } from 'commander';
import { writeDurably } from '../../device/durable-file.ts';
import { countsOf } from '../checks/finding.ts';
import { defaultDataDir } from './data-dir.ts';
import { type Check, lineOf } from './doctor/check.ts';
import { examine } from './doctor/doctor.ts';
import { ask } from './enrolment.ts';
import { runningStatus } from './running-status.ts';
import { doorOf, readRuntime } from './runtime-file.ts';
import { type Language, languageOption, wordsFor } from './words-option.ts';

const AFTER = `
Each line says pass, warn or fail, what was seen, and what to do next. The centre is reached the way the agent goes:
the same proxy, the same authorities, the same key. Nothing is changed; the device may be running, and then says more.
--report FILE writes the acceptance report (验收报告) of the running device: one HTML file to print elsewhere, signed by the
device in its last line.
What is at a serial port that nobody knows: pingjiaqi port try PATH, pingjiaqi port listen PATH.

Exit codes: 0 all pass, 1 something should be looked at (warn), 2 something does not work (fail), or the
report could not be written.

Examples:
  pingjiaqi doctor
  pingjiaqi doctor --lang zh-CN --data /var/lib/pingjiaqi
  pingjiaqi doctor --report /media/stick/report.html
  pingjiaqi doctor --json | jq '.checks[] | select(.state != "pass")'`;

const EXIT = { pass: 0, warn: 1, fail: 2 } as const;

interface Flags {
  data: string;
  json: boolean;
  lang: Language;
  report?: string;
}

/** `pingjiaqi doctor`: why a device does not work, from one screen of text. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Look for what keeps this device from working.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--json', 'print the lines as JSON', false)
    .addOption(languageOption())
    .option('--report <file>', 'write the acceptance report of the running device')
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ data, json, lang, report }: Flags): Promise<void> {
  const dataDir = resolve(data);
  const checks = await examine(dataDir, Date.now(), wordsFor(lang), () => runningStatus(dataDir));
  process.stdout.write(json ? `${JSON.stringify({ checks })}\n` : describe(checks));
  process.exitCode = Math.max(...checks.map(({ state }) => EXIT[state]));
  if (report !== undefined && !(await wroteReport(dataDir, resolve(report)))) process.exitCode = EXIT.fail;
}

/** @returns whether it could be written; why not is said */
async function wroteReport(dataDir: string, file: string): Promise<boolean> {
  const door = doorOf(readRuntime(dataDir));
  try {
    if (door === null) throw new Error(`Not running (data folder ${dataDir}). Start the device and try again.`);
    const { report } = await ask<{ report: string }>(door, '/technician/acceptance-report');
    writeDurably(file, report);
    return true;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}

function describe(checks: readonly Check[]): string {
  const { pass, warn, fail } = countsOf(checks);
  return `${checks.map(lineOf).join('')}\n${fail} fail, ${warn} warn, ${pass} pass.\n`;
}
