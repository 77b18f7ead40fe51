import { resolve } from 'node:path';
import { Command } from 'commander';
import { CodedError } from '../../device/errors.ts';
import { writeAuditExport } from './audit-export.ts';
import { defaultDataDir } from './data-dir.ts';

const AFTER = `
The file holds every record in the clear, ratings and comments included, and every receipt of the centre, signed by
this device: hand it to the auditor and to nobody else. The device may go on running.
Check it on any PC with: node pingjiaqi-verify.mjs FILE

Exit codes: 0 written, 2 not possible (the reason is said).

Examples:
  pingjiaqi audit --to /media/stick/window-7.audit`;

/** `pingjiaqi audit`: the whole ledger with its receipts, for somebody who does not trust this machine. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('Write the whole ledger and its receipts to one file that an auditor checks elsewhere.')
    .requiredOption('--to <file>', 'file to write; an old one of that name is replaced')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ to, data }: { to: string; data: string }): Promise<void> {
  try {
    const { records, receipts, fingerprint } = await writeAuditExport(resolve(data), resolve(to));
    process.stdout.write(`${resolve(to)}: ${records} records, ${receipts} receipts\n`);
    process.stdout.write(`Fingerprint of this device's key, for the auditor: ${fingerprint}\n`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message} ${error.hint}\n`);
    process.exitCode = 2;
  }
}
