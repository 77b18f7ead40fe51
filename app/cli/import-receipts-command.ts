import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../../device/clock.ts';
import { ClockBlocks } from '../../device/clock-block.ts';
import { CodedError } from '../../device/errors.ts';
import { keysOf } from '../../device/identity/identity-store.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import { openLedger } from '../../device/ledger/open-ledger.ts';
import { type ImportReport, importReceipts, MAX_RECEIPTS_BYTES } from '../evacuation/receipts.ts';
import { defaultDataDir } from './data-dir.ts';
import { ask } from './enrolment.ts';
import { lastingOwner } from './headless-device.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

const AFTER = `
FILE is what the centre's operator gave for the bundles of "pingjiaqi export". A record counts as delivered only under a
receipt that the centre signed over this very record; whatever else the file says changes nothing.
The device may be running. The same file may be imported again.

Exit codes: 0 every line holds, 1 some lines settled nothing (each is named, with the reason),
2 not possible (no device, no such file, not a receipts file).

Examples:
  pingjiaqi import-receipts /media/stick/receipts.ndjson
  pingjiaqi import-receipts receipts.ndjson --json`;

/** `pingjiaqi import-receipts FILE`: what the centre holds by the bundles that were carried to it. */
export function importReceiptsCommand(): Command {
  return new Command('import-receipts')
    .description('Settle records by the receipts file that came back from the centre.')
    .argument('<file>', 'the receipts file')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--json', 'print the report as JSON', false)
    .addHelpText('after', AFTER)
    .action(run);
}

async function run(file: string, { data, json }: { data: string; json: boolean }): Promise<void> {
  try {
    const report = await importInto(resolve(data), readText(resolve(file)));
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report));
    process.exitCode = report.faults.length === 0 ? 0 : 1;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(error instanceof CodedError ? `${text}. ${error.hint}\n` : `${text}\n`);
    process.exitCode = 2;
  }
}

function readText(path: string): string {
  const hint = 'Name the receipts file that came back from the centre.';
  try {
    if (statSync(path).size <= MAX_RECEIPTS_BYTES) return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CodedError('file_unusable', `${path} cannot be read`, { next: 'refuse', hint, cause });
  }
  throw new CodedError('file_unusable', `${path} is too large for a receipts file`, { next: 'refuse', hint });
}

/** Through the device where it runs, for it alone may write its ledger; else on the ledger itself. */
async function importInto(dataDir: string, text: string): Promise<ImportReport> {
  const door = doorOf(readRuntime(dataDir));
  const isAnswering =
    door !== null &&
    (await ask(door, '/technician/status').then(
      () => true,
      () => false,
    ));
  if (door !== null && isAnswering) return ask<ImportReport>(door, '/technician/receipts', { text });
  const owner = await lastingOwner(dataDir);
  if (owner === null) return importIntoLedger(dataDir, text);
  throw new CodedError('in_use', `the process ${owner} uses ${dataDir} and does not answer`, {
    next: 'stop',
    hint: 'Stop it, or wait until it has started, and try again.',
  });
}

async function importIntoLedger(dataDir: string, text: string): Promise<ImportReport> {
  const provisioned = await loadProvisioning(dataDir);
  if (provisioned === null) {
    const hint = 'Name the data folder of the device that the bundles came from.';
    throw new CodedError('not_provisioned', `there is no enrolled device in ${dataDir}`, { next: 'refuse', hint });
  }
  const ledger = openLedger({ dir: dataDir, keys: keysOf(dataDir), clock: new ClockBlocks(systemClock) });
  try {
    return await importReceipts(ledger, provisioned.centreKeys, text);
  } finally {
    ledger.close();
  }
}

function describe({ verified, delivered, known, notTaken, faults }: ImportReport): string {
  const lines = [
    `${verified} receipts hold: ${delivered} records delivered, ${known} were delivered before.`,
    notTaken === 0 ? null : `${notTaken} records were not taken by the centre; they stay here, as they were.`,
    ...faults.map(({ line, why }) => `Line ${line} settled nothing: ${why}.`),
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}
