import { resolve } from 'node:path';
import { Command } from 'commander';
import { CodedError } from '../../device/errors.ts';
import { type ExportProgress, exportBundles } from '../evacuation/bundles.ts';
import { defaultDataDir } from './data-dir.ts';

const AFTER = `
Each file is encrypted to the centre and signed by this device; take them to the centre's operator, and bring the
receipts file back: pingjiaqi import-receipts FILE.
A file is whole or not there. Where the stick is pulled or full, give the same command again: it goes on.
Network and files may overlap: the centre counts every record once. The device may be running.
With --json: one object a line, {"records","total","bundle","wasThere"} for each file and {"done":true,…} at the end.

Exit codes: 0 everything is on the stick, or nothing waits; 1 broken off (full or pulled: give the command again);
2 not possible (the reason is said).

Examples:
  pingjiaqi export --to /media/stick
  pingjiaqi export --to /media/stick --data /var/lib/pingjiaqi --json`;

/** `pingjiaqi export`: what has no receipt yet, as files to carry (reference-protocol §7). */
export function exportCommand(): Command {
  return new Command('export')
    .description('Write undelivered records to files that can be carried to the centre without a network.')
    .requiredOption('--to <dir>', 'folder to write to, such as a stick')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--json', 'print progress and result as JSON lines', false)
    .addHelpText('after', AFTER)
    .action(run);
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

function describe({ records, total, bundle, wasThere }: ExportProgress): string | null {
  if (bundle === null) return null;
  const percent = total === 0 ? 100 : Math.min(100, Math.floor((records / total) * 100));
  return `${bundle}${wasThere ? ' (there already)' : ''}: ${records} of ${total} records, ${percent} %`;
}

const BROKEN_OFF = new Set(['target_full', 'target_lost']);

async function run({ to, data, json }: { to: string; data: string; json: boolean }): Promise<void> {
  const onProgress = (progress: ExportProgress) => {
    const line = json ? JSON.stringify(progress) : describe(progress);
    if (line !== null) say(line);
  };
  try {
    const report = await exportBundles({ dataDir: resolve(data), target: resolve(to), onProgress });
    if (json) say(JSON.stringify({ done: true, ...report }));
    else if (report.records === 0) say('Nothing to carry: every record has its receipt.');
    else say(`Done: ${report.records} records in ${report.written + report.kept} files.`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    if (json) say(JSON.stringify({ done: false, code: error.code, message: error.message, hint: error.hint }));
    process.stderr.write(`${error.message}. ${error.hint}\n`);
    process.exitCode = BROKEN_OFF.has(error.code) ? 1 : 2;
  }
}
