import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { CodedError } from '../../device/errors.ts';
import { defaultDataDir } from './data-dir.ts';
import { provision, readProvisionFile } from './provision.ts';

const AFTER = `
FILE is JSON: {"baseUrl":"https://centre.example","code":"one-time enrolment code"}
It may hold "proxy": {"kind":"proxy","url":"http://user:password@proxy:3128"} or {"kind":"pac","url":"http://…/proxy.pac"},
and "ca": ["-----BEGIN CERTIFICATE-----…"], the certificates of the centre's own authority;
and "nameServers": ["10.0.0.53"], where these alone know the centre's name.
Each step is printed. After a power cut or a kill give the same command again: it goes on where it was.
With --renew (or "renew": true in FILE) an enrolled device makes a new key and enrols with that: for a device that was revoked,
or when keys are to change. Ratings that wait are delivered under the new key. "suite": "sm2-sm3" changes to 国密.
A centre that asks for a person's approval is asked again until it was given.

Exit codes: 0 enrolled (also when it was before), 1 refused, or no answer in time; 2 FILE or data folder not usable.

Examples:
  pingjiaqi provision --file /media/stick/pingjiaqi.json
  pingjiaqi provision --file pingjiaqi.json --data /var/lib/pingjiaqi --wait 60`;

function minutes(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= 1440) return value;
  throw new InvalidArgumentError('minutes, more than 0 and at most 1440');
}

/** `pingjiaqi provision`: enrolment without a screen. */
export function provisionCommand(): Command {
  return new Command('provision')
    .description('Enrol this device with a centre from a file, without a screen.')
    .requiredOption('--file <file>', 'what to enrol with')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--wait <minutes>', 'how long to wait for network and approval', minutes, 10)
    .option('--renew', 'give an enrolled device a new key', false)
    .addHelpText('after', AFTER)
    .action(run);
}

interface Flags {
  file: string;
  data: string;
  wait: number;
  renew: boolean;
}

async function run({ file, data, wait, renew }: Flags): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    const order = readProvisionFile(resolve(file));
    const request = renew ? { ...order, renew } : order;
    await provision({ dataDir: resolve(data), request, giveUpAfterMs: wait * 60_000, say });
    say('Done.');
  } catch (error) {
    const coded = error instanceof CodedError ? error : null;
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(coded === null ? `${text}\n` : `${text} ${coded.hint}\n`);
    process.exitCode = coded === null ? 1 : 2;
  }
}
