import { mkdirSync, readFileSync } from 'node:fs';
import { CodedError } from '../../device/errors.ts';
import { type EnrolmentOrder, readOrder } from '../../device/identity/enrolment-order.ts';
import { findNamedIdentity } from '../../device/identity/identity-store.ts';
import type { KeptIn } from '../../device/identity/keeping/device-keys.ts';
import type { TechnicianStatus } from '../server/technician/status.ts';
import { ask, enrolAt, type TechnicianDoor } from './enrolment.ts';
import { lastingOwner, withHeadlessDevice } from './headless-device.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

/** @throws CodedError `file_unreadable`, `order_unusable` with every fault and its path */
export function readProvisionFile(path: string): EnrolmentOrder {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const hint = 'Name a file that is there and may be read.';
    throw new CodedError('file_unreadable', `${path}: it cannot be read.`, { next: 'refuse', hint, cause });
  }
  return readOrder(text, path);
}

const KEPT: Readonly<Record<KeptIn, string>> = {
  file: 'as a file of mode 0600',
  tpm: 'by the TPM of this machine',
  system: 'by the key store of the operating system',
};

export interface ProvisionOptions {
  dataDir: string;
  request: EnrolmentOrder;
  giveUpAfterMs: number;
  /** Takes one line per step. */
  say: (line: string) => void;
}

const base = (url: string) => new URL(url).href.replace(/\/+$/, '');
const statusAt = (door: TechnicianDoor) => ask<TechnicianStatus>(door, '/technician/status');

/**
 * Enrols the device of a data folder without a screen: over its own routes where it runs, else by running it for so
 * long. Key, enrolment and configuration are each durable before the next step, and a centre answers a repeated
 * request of the same key as it did before: a power cut anywhere is mended by the same command.
 * @throws CodedError `in_use` (a device runs there and does not answer), `other_centre`; Error with the refusal's words
 */
export async function provision(options: ProvisionOptions): Promise<TechnicianStatus> {
  const { dataDir, say } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  say(`Data folder ${dataDir}`);
  const running = await runningDevice(dataDir);
  if (running !== null) {
    say('A device runs here: enrolling it as it runs.');
    return enrol(options, running);
  }
  say('No device runs here: starting it without a window.');
  return withHeadlessDevice(dataDir, (door) => enrol(options, door));
}

async function runningDevice(dataDir: string): Promise<TechnicianDoor | null> {
  const door = doorOf(readRuntime(dataDir));
  if (door !== null && (await statusAt(door).catch(() => null)) !== null) return door;
  const owner = await lastingOwner(dataDir);
  if (owner === null) return null;
  throw new CodedError('in_use', `the process ${owner} uses ${dataDir} and does not answer.`, {
    next: 'stop',
    hint: 'Stop it, or wait until it has started, and try again.',
  });
}

async function enrol({ dataDir, request, giveUpAfterMs, say }: ProvisionOptions, door: TechnicianDoor) {
  const { key, keptIn = 'file' } = findNamedIdentity(dataDir) ?? {};
  say(`Key ${key?.alg ?? 'unknown'}, fingerprint ${key?.fingerprint ?? 'unknown'}, kept ${KEPT[keptIn]}`);
  const before = await statusAt(door);
  if (before.device !== null && request.renew !== true) return alreadyEnrolled(before, before.device, request, say);
  say(`Asking ${request.baseUrl}`);
  let last = '';
  const onWaiting = (why: string) => {
    if (why !== last) say(`Waiting: ${why}`);
    last = why;
  };
  await enrolAt(door, request, { giveUpAfterMs, onWaiting });
  const after = await statusAt(door);
  say(`Enrolled as ${after.device?.deviceId ?? 'unknown'}, key ${after.device?.keyFingerprint ?? 'unknown'}`);
  return tell(after, say);
}

function alreadyEnrolled(
  status: TechnicianStatus,
  device: NonNullable<TechnicianStatus['device']>,
  request: EnrolmentOrder,
  say: (line: string) => void,
): TechnicianStatus {
  if (base(device.centre) !== base(request.baseUrl)) {
    throw new CodedError('other_centre', `this device belongs to ${device.centre}.`, {
      next: 'refuse',
      hint: 'A device changes its centre by a configuration that its present centre signs.',
    });
  }
  say(`Enrolled before as ${device.deviceId}`);
  return tell(status, say);
}

function tell(status: TechnicianStatus, say: (line: string) => void): TechnicianStatus {
  const { window, policy } = status;
  if (window !== null) say(`Window ${window.number} ${window.name}, ${window.hall}`);
  if (policy !== null) say(`Policy ${policy.id} version ${policy.version}`);
  return status;
}
