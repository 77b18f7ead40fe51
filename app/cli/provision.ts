import { mkdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { CodedError } from '../../device/errors.ts';
import { findIdentity, keysOf } from '../../device/identity/identity-store.ts';
import type { EnrolmentRequest, TechnicianStatus } from '../server/technician/status.ts';
import { ask, enrolAt, type TechnicianDoor } from './enrolment.ts';
import { lastingOwner, withHeadlessDevice } from './headless-device.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

/** What a technician brings on a stick. Unknown members are refused: a misspelt one would be believed in. */
const provisionFileSchema = z.strictObject({
  /** Address of the centre; plain HTTP only to this machine (reference-protocol §1). */
  baseUrl: z.url({ protocol: /^https?$/ }).refine(isSafe, 'https, or http to a loopback address'),
  /** One-time enrolment code. */
  code: z.string().trim().min(1).max(256),
});

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

function unusable(path: string, message: string, cause?: unknown): CodedError {
  return new CodedError('file_unusable', `${path}: ${message}.`, {
    next: 'refuse',
    hint: 'It must be JSON like {"baseUrl":"https://centre.example","code":"one-time code"}.',
    cause,
  });
}

/** @throws CodedError `file_unusable` with every fault and its path */
export function readProvisionFile(path: string): EnrolmentRequest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw unusable(path, cause instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read', cause);
  }
  const parsed = provisionFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw unusable(path, faults.join('; '));
}

export interface ProvisionOptions {
  dataDir: string;
  request: EnrolmentRequest;
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
  const key = findIdentity(keysOf(dataDir));
  say(`Key ${key?.alg ?? 'unknown'}, fingerprint ${key?.fingerprint ?? 'unknown'}, kept as a file of mode 0600`);
  const before = await statusAt(door);
  if (before.device !== null) return alreadyEnrolled(before, before.device, request, say);
  say(`Asking ${request.baseUrl}`);
  let last = '';
  const onWaiting = (why: string) => {
    if (why !== last) say(`Waiting: ${why}`);
    last = why;
  };
  await enrolAt(door, request, { giveUpAfterMs, onWaiting });
  const after = await statusAt(door);
  say(`Enrolled as ${after.device?.deviceId ?? 'unknown'}`);
  return tell(after, say);
}

function alreadyEnrolled(
  status: TechnicianStatus,
  device: NonNullable<TechnicianStatus['device']>,
  request: EnrolmentRequest,
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
