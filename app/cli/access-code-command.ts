import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  ACCESS_ROLES,
  type AccessRole,
  accessCode,
  CODE_KEY_BYTES,
  hourOf,
} from '../../device/identity/access-code.ts';
import { findIdentity } from '../../device/identity/identity-store.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import { codeKeyOf } from '../../device/maintenance-door.ts';
import { formatTime } from '../../device/time.ts';
import { defaultDataDir } from './data-dir.ts';

const AFTER = `
At the centre: --key-file holds the device's code key (settings.technician.codeKey of its configuration) in base64url,
--device its id, as the locked page shows them. On the device itself: --data alone; its user may read the key.
The code opens once, in its hour and 15 minutes after; the page locks itself after 15 minutes.
If the device's clock is wrong, give its time, as its locked page shows it, by --at.

Exit codes: 0 printed, 2 key or data folder not usable.

Examples:
  pingjiaqi access-code
  pingjiaqi access-code --device dev-150102-a07 --key-file code-key --role look`;

interface Flags {
  data: string;
  device?: string;
  keyFile?: string;
  role: AccessRole;
  at: number;
}

function time(text: string): number {
  const at = Date.parse(text);
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError('a time like 2026-11-25T10:15+08:00');
}

/** `pingjiaqi access-code`: the one-time code of a maintenance page, for whoever issues it. */
export function accessCodeCommand(): Command {
  return new Command('access-code')
    .description('Issue a one-time code for the maintenance page of a device.')
    .option('--data <dir>', 'data folder, on the device itself', defaultDataDir())
    .option('--device <id>', 'device id, at the centre')
    .option('--key-file <file>', 'file with the code key, at the centre')
    .addOption(new Option('--role <role>', 'what the code opens').choices([...ACCESS_ROLES]).default('change'))
    .option('--at <time>', 'the device’s time, RFC 3339; now unless told', time, Date.now())
    .addHelpText('after', AFTER)
    .action(run);
}

async function run(flags: Flags, command: Command): Promise<void> {
  if ((flags.device === undefined) !== (flags.keyFile === undefined)) {
    command.error('error: --device and --key-file go together');
  }
  try {
    const { deviceId, key } = flags.keyFile === undefined ? await ofFolder(resolve(flags.data)) : ofFile(flags);
    const code = accessCode(key, { deviceId, role: flags.role, hour: hourOf(flags.at) });
    process.stdout.write(`${code}  ${flags.role}  ${deviceId}  hour of ${formatTime(flags.at)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}

function ofFile({ device = '', keyFile = '' }: Flags): { deviceId: string; key: Buffer } {
  const key = Buffer.from(readFileSync(resolve(keyFile), 'utf8').trim(), 'base64url');
  if (key.length === CODE_KEY_BYTES) return { deviceId: device, key };
  throw new Error(`${keyFile}: ${key.length} bytes instead of ${CODE_KEY_BYTES}; it must be the code key in base64url`);
}

/** A device that cannot read its configuration is named by its key, as its page names it. */
async function ofFolder(dataDir: string): Promise<{ deviceId: string; key: Buffer }> {
  const provisioned = await loadProvisioning(dataDir).catch(() => null);
  const deviceId = provisioned?.deviceId ?? findIdentity(dataDir)?.fingerprint;
  if (deviceId === undefined) throw new Error(`${dataDir}: no device was ever started here`);
  return { deviceId, key: codeKeyOf(dataDir, provisioned?.document.settings.technician?.codeKey) };
}
