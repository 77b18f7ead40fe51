import { resolve } from 'node:path';
import { Command } from 'commander';
import { formatTime } from '../../device/time.ts';
import type { SetAsideRecord } from '../server/technician/set-aside.ts';
import { defaultDataDir } from './data-dir.ts';
import { ask } from './enrolment.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

const AFTER = `
A record that the centre refuses is kept, unchanged, and holds nobody up. Once the reason is mended at the centre, send it
again.

Exit codes: 0 nothing set aside, or sent again; 1 the device does not run, 2 records are set aside.

Examples:
  pingjiaqi set-aside
  pingjiaqi set-aside --all
  pingjiaqi set-aside --resubmit 019a9f3e-7c10-7aaa-8bbb-0123456789ab`;

/** `pingjiaqi set-aside`: what the centre would not take, and sending it again. */
export function setAsideCommand(): Command {
  return new Command('set-aside')
    .description('List the records that the centre refused, and send them again after a fix there.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--resubmit <id...>', 'send these again')
    .option('--all', 'send all again', false)
    .option('--json', 'print JSON', false)
    .addHelpText('after', AFTER)
    .action(run);
}

interface Flags {
  data: string;
  resubmit?: string[];
  all: boolean;
  json: boolean;
}

async function run({ data, resubmit, all, json }: Flags): Promise<void> {
  const door = doorOf(readRuntime(resolve(data)));
  if (door === null) {
    process.stderr.write(`Not running (data folder ${resolve(data)}): start the device first.\n`);
    process.exitCode = 1;
    return;
  }
  if (all || resubmit !== undefined) {
    const body = all ? { all } : { ids: resubmit };
    const answer = await ask<{ resubmitted: number }>(door, '/technician/set-aside/resubmit', body);
    process.stdout.write(json ? `${JSON.stringify(answer)}\n` : `${answer.resubmitted} records go again.\n`);
    return;
  }
  const { records } = await ask<{ records: SetAsideRecord[] }>(door, '/technician/set-aside');
  process.stdout.write(json ? `${JSON.stringify({ records })}\n` : describe(records));
  process.exitCode = records.length === 0 ? 0 : 2;
}

function describe(records: readonly SetAsideRecord[]): string {
  if (records.length === 0) return 'Nothing is set aside.\n';
  const lines = records.map(
    ({ id, seq, kind, code, message, dueAt }) =>
      `${id}  ${String(seq).padStart(7)}  ${kind.padEnd(9)}  due ${formatTime(dueAt).slice(0, 16)}  ${code} ${message}`,
  );
  return `${lines.join('\n')}\n`;
}
