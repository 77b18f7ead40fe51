import { accessSync, constants, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CodedError } from '../../../device/errors.ts';
import { keysOf } from '../../../device/identity/identity-store.ts';
import { verifyLedger } from '../../../device/ledger/verify.ts';
import { formatTime } from '../../../device/time.ts';
import { type Check, codeOf, fail, messageOf, pass, warn } from './check.ts';

/** What this machine must offer before any network. */

const MIB = 1024 * 1024;
/** A year of records of a busy window is below 512 MiB; below 128 MiB a night's upkeep may not finish. */
const DISK_WARN_MIB = 1024;
const DISK_FAIL_MIB = 128;
/** No device of ours is older; a clock before it was never set. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
const CLOCK_SLACK_MS = 5 * 60_000;

/** @param version like `v24.21.0` */
export function checkNode(version: string): Check {
  if (version.startsWith('v24.')) return pass('node', `Node ${version}.`);
  return fail('node', `Node ${version} runs this; the database needs Node 24.`, 'Start it by the installed launcher.');
}

function statOrNull(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

export function checkFolder(dir: string): Check {
  const name = 'data folder';
  try {
    const stat = statOrNull(dir);
    if (stat === null) return warn(name, `${dir} is not there yet.`, 'Start the device, or name its folder by --data.');
    if (!stat.isDirectory()) return fail(name, `${dir} is no folder.`, 'Remove it or name another folder.');
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((stat.mode & 0o077) === 0) return pass(name, `${dir}, its owner's alone.`);
    return warn(name, `Other users may look into ${dir}.`, `Run: chmod 700 ${dir}`);
  } catch (error) {
    return fail(
      name,
      `${dir} cannot be used: ${messageOf(error)}.`,
      'Run as the user of the device, or give it the folder.',
    );
  }
}

/** Of the nearest folder above that is there: the data folder may not be made yet. */
function freeMib(dir: string): number {
  if (statOrNull(dir) === null && dirname(dir) !== dir) return freeMib(dirname(dir));
  const { bavail, bsize } = statfsSync(dir);
  return Math.floor((bavail * bsize) / MIB);
}

export function checkDisk(dir: string, free: (dir: string) => number = freeMib): Check {
  const mib = free(dir);
  const cause = `${mib} MiB are free.`;
  if (mib < DISK_FAIL_MIB) return fail('disk', cause, 'Free space now: ratings cannot be kept on a full disk.');
  return mib < DISK_WARN_MIB
    ? warn('disk', cause, 'Free space soon; a gigabyte lasts for years.')
    : pass('disk', cause);
}

/** @param nowMs ms since 1970 as this machine believes */
export function checkClock(dir: string, nowMs: number): Check {
  const next = 'Set date and time, and name a time server of the hall.';
  const cause = `This machine believes it is ${formatTime(nowMs)}.`;
  if (nowMs < EARLIEST_MS || nowMs > LATEST_MS) return fail('clock', cause, next);
  const writtenMs = statOrNull(`${dir}/ledger.head`)?.mtimeMs ?? 0;
  if (writtenMs > nowMs + CLOCK_SLACK_MS) {
    return fail('clock', `${cause} A record was written at ${formatTime(writtenMs)}.`, next);
  }
  return pass('clock', cause);
}

export function checkLedger(dir: string): Check {
  try {
    const { ok, fault, records, checked } = verifyLedger(dir, keysOf(dir));
    const next = 'Keep the folder as it is and call the operator; a restart sets damaged records aside.';
    if (!ok) return fail('ledger', `Record ${fault?.seq} is ${fault?.kind}: ${fault?.why}.`, next);
    if (checked === 'full') return pass('ledger', `${records} records, the chain is whole.`);
    return warn(
      'ledger',
      'The sealing key is not here, so only numbers were checked.',
      'Put the key back from its backup.',
    );
  } catch (error) {
    if (codeOf(error) === 'ledger_missing') {
      return warn('ledger', 'There is none yet.', 'Start the device once.');
    }
    const hint = error instanceof CodedError ? error.hint : 'Check disk and rights.';
    return fail('ledger', messageOf(error), hint);
  }
}
