import { resolve } from 'node:path';
import { Command } from 'commander';
import { CodedError } from '../../device/errors.ts';
import { keysOf } from '../../device/identity/identity-store.ts';
import { type VerifyReport, verifyLedger } from '../../device/ledger/verify.ts';
import { defaultDataDir } from './data-dir.ts';

const AFTER = `
Walks every record from the first to the last and compares each hash with the one before; the device may be running.
Keep the folder as it is where the answer is NOT OK, and call the operator.

Exit codes: 0 the chain is whole, 1 it is not (the first bad record is named), 2 it could not be read.

Examples:
  pingjiaqi verify
  pingjiaqi verify --data /media/stick/copy --json`;

/** `pingjiaqi verify`: walks the chain without any network; the device may be running. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check that no record was edited, removed, reordered or cut off.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--json', 'print the report as JSON', false)
    .addHelpText('after', AFTER)
    .action(run);
}

function run({ data, json }: { data: string; json: boolean }): void {
  const dir = resolve(data);
  try {
    const report = verifyLedger(dir, keysOf(dir));
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report));
    process.exitCode = report.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message} ${error.hint}\n`);
    process.exitCode = 2;
  }
}

function describe({ ok, checked, fault, head, records, explained, purged }: VerifyReport): string {
  const lines = [
    ok ? 'OK: the chain is whole.' : 'NOT OK: the chain is broken.',
    fault === null
      ? null
      : `First bad record: seq ${fault.seq}${fault.id === null ? '' : ` (${fault.id})`}, ${fault.kind}: ${fault.why}`,
    `Records ${records}, head seq ${head.seq}, ${head.hash}`,
    checked === 'full' ? null : 'The sealing key is not here: only numbers and the head’s place were checked.',
    ...explained.map(({ fromSeq, toSeq }) => `Gap ${fromSeq}–${toSeq}, found and written down by the device itself.`),
    purged.length === 0 ? null : `${purged.length} runs of delivered records left after retention.`,
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}
