import { readFileSync } from 'node:fs';
import { type DryRun, dryRun } from '../../device/configuration-check.ts';
import { CodedError } from '../../device/errors.ts';
import { readConfigurationFile } from '../../device/identity/configuration-file.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import type { ConfigurationAnswer } from '../server/technician/configuration.ts';
import { ask, type TechnicianDoor } from './enrolment.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

/** What a command does with a signed configuration in a file. */

/** @throws CodedError `file_unreadable` */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const hint = 'Name a file that is there and may be read.';
    throw new CodedError('file_unreadable', `${file}: it cannot be read.`, { next: 'refuse', hint, cause });
  }
}

const checkAt = (door: TechnicianDoor, text: string) =>
  ask<ConfigurationAnswer>(door, '/technician/configuration/check', { source: { text } });

/**
 * What would come of a file: by the device of the data folder where it runs, else by what is stored there. The highest
 * version of all is in the ledger, which only a running device reads. Writes nothing.
 * @throws CodedError `file_unreadable`, `not_provisioned`; IdentityError where what is stored cannot be used
 */
export async function checkFile(file: string, dataDir: string): Promise<DryRun> {
  const text = textOf(file);
  const door = doorOf(readRuntime(dataDir));
  if (door !== null) return checkAt(door, text);
  const present = await loadProvisioning(dataDir);
  if (present === null) {
    const hint = 'Enrol this device first; name the right data folder with --data.';
    throw new CodedError('not_provisioned', `${dataDir} holds no configuration.`, { next: 'stop', hint });
  }
  return dryRun({ jws: readConfigurationFile(text), present, floor: 0, nowMs: Date.now() });
}

/** @throws CodedError `file_unreadable`, `not_running` */
export async function applyFile(file: string, dataDir: string): Promise<DryRun> {
  const text = textOf(file);
  const door = doorOf(readRuntime(dataDir));
  if (door === null) {
    const hint = 'Start it; a running device takes a configuration up at once.';
    throw new CodedError('not_running', `no device runs on ${dataDir}.`, { next: 'stop', hint });
  }
  const { sha256 } = await checkAt(door, text);
  return ask<ConfigurationAnswer>(door, '/technician/configuration/apply', { source: { text }, sha256 });
}
