import { resolve } from 'node:path';
import { Command } from 'commander';
import { CodedError } from '../../device/errors.ts';
import { keysOf } from '../../device/identity/identity-store.ts';
import { type VerifyReport, verifyLedger } from '../../device/ledger/verify.ts';
import { CannotCheck, checkFile } from '../verify/check-file.ts';
import { defaultDataDir } from './data-dir.ts';

const AFTER = `
Without FILE: walks every record of the data folder from the first to the last and compares each hash with the one before;
the device may be running. Keep the folder as it is where the answer is NOT OK, and call the operator.

With FILE: an acceptance report (.html), a support bundle (pingjiaqi-support-….json) or an audit export (pingjiaqi audit). It
must be as the device signed it. Whose key that is, the fingerprint says: compare it with the maintenance page or the
centre's register, or give it by --fingerprint. The auditor's single file (npm run build:verify) checks the same.

Exit codes: 0 whole, 1 it is not (what is wrong is named), 2 it could not be read, or is no such file.

Examples:
  pingjiaqi verify
  pingjiaqi verify --data /media/stick/copy --json
  pingjiaqi verify pingjiaqi-report-dev-1-20261126-101500.html --fingerprint kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k`;

interface Flags {
  data: string;
  json: boolean;
  fingerprint?: string;
}

/** `pingjiaqi verify`: checks the chain, or a file that a device signed, without any network. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check that no record was edited, removed, reordered or cut off, or that a signed file is unchanged.')
    .argument('[file]', 'acceptance report, support bundle or audit export')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--fingerprint <text>', 'of a file: the fingerprint that the device’s key must have')
    .option('--json', 'print the report as JSON', false)
    .addHelpText('after', AFTER)
    .action((file: string | undefined, flags: Flags) => (file === undefined ? walk(flags) : checkOne(file, flags)));
}

async function checkOne(file: string, { fingerprint, json }: Flags): Promise<void> {
  try {
    const checked = await checkFile({ file: resolve(file), fingerprint });
    process.stdout.write(json ? `${JSON.stringify(checked.report)}\n` : checked.describe('en'));
    process.exitCode = checked.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

function noFile(): CodedError {
  const hint = 'Name the file, as in the examples of --help.';
  return new CodedError('file_missing', '--fingerprint is of a file.', { next: 'refuse', hint });
}

function walk({ data, json, fingerprint }: Flags): void {
  const dir = resolve(data);
  try {
    if (fingerprint !== undefined) throw noFile();
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
