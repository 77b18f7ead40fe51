import { resolve } from 'node:path';
import { Command } from 'commander';
import type { TechnicianStatus } from '../server/technician/status.ts';
import { defaultDataDir } from './data-dir.ts';
import { ask } from './enrolment.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

const EXIT_CODES = `
Exit codes: 0 running and well, 1 not running, 2 running and somebody should look.`;

/** `pingjiaqi status`: what the technician's page says, for a terminal or a script. */
export function statusCommand(): Command {
  return new Command('status')
    .description('Say how the device on this machine is.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--json', 'print the whole status as JSON', false)
    .addHelpText('after', EXIT_CODES)
    .action(run);
}

async function run({ data, json }: { data: string; json: boolean }): Promise<void> {
  const status = await askDevice(resolve(data));
  if (status === null) {
    process.stdout.write(json ? '{"running":false}\n' : `Not running (data folder ${resolve(data)}).\n`);
    process.exitCode = 1;
    return;
  }
  const well = isWell(status);
  process.stdout.write(json ? `${JSON.stringify({ running: true, well, ...status })}\n` : describe(status));
  process.exitCode = well ? 0 : 2;
}

async function askDevice(dataDir: string): Promise<TechnicianStatus | null> {
  const door = doorOf(readRuntime(dataDir));
  if (door === null) return null;
  try {
    return await ask<TechnicianStatus>(door, '/technician/status');
  } catch {
    return null; // nobody answers there: the note was left by a device that was cut off
  }
}

function isWell({ provisioned, ledger, link, warnings }: TechnicianStatus): boolean {
  return provisioned && ledger.refused === 0 && link?.state === 'online' && warnings.length === 0;
}

function describe({
  device,
  window,
  ledger,
  link,
  nextDueAt,
  peripherals,
  warnings,
  policy,
}: TechnicianStatus): string {
  const lines = [
    device === null
      ? 'Not provisioned: enrol it on the technician’s page.'
      : `Device   ${device.deviceId} at ${device.centre}`,
    window === null ? null : `Window   ${window.number} ${window.name}, ${window.hall}`,
    policy === null ? null : `Policy   ${policy.id} version ${policy.version}`,
    `Ledger   ${ledger.seq} records, head ${ledger.head}`,
    `Outbox   ${ledger.delivered} delivered, ${ledger.pending} waiting, ${ledger.deferred} deferred, ${ledger.refused} refused`,
    nextDueAt === null ? null : `Due      ${nextDueAt}`,
    link === null
      ? null
      : `Centre   ${link.state} since ${link.since}${link.detail === null ? '' : ` (${link.detail})`}`,
    ...peripherals.map(peripheralLine),
    ...warnings.map(({ text }) => `Warning  ${text}`),
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}

function peripheralLine({ family, state, path, hint }: TechnicianStatus['peripherals'][number]): string {
  const place = path === null ? '' : ` on ${path}`;
  return `${`${family[0]?.toUpperCase()}${family.slice(1)}`.padEnd(9)}${state}${place}${hint === null ? '' : ` (${hint})`}`;
}
