import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { errorCode } from '../../device/ledger/errors.ts';
import { UpdateError } from './errors.ts';

/** An installation takes a minute or two; one that is older hangs, and must not keep a device from mending for ever. */
export const LOCK_MAX_AGE_MS = 30 * 60_000;

/**
 * Runs something while nobody else installs. The lock of a process that is gone, or older than half an hour, is broken.
 * @param now ms since 1970
 * @throws UpdateError `update_running`, or what `run` throws
 */
export async function locked<T>(path: string, now: number, run: () => Promise<T>): Promise<T> {
  take(path, now);
  try {
    return await run();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string, now: number): void {
  if (tryTake(path)) return;
  if (!isStale(path, now)) throw new UpdateError('update_running', `${path} is held by process ${holder(path)}.`);
  rmSync(path, { force: true });
  if (!tryTake(path)) throw new UpdateError('update_running', `${path} was taken by another process just now.`);
}

function tryTake(path: string): boolean {
  try {
    const handle = openSync(path, 'wx', 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function holder(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0; // given free in between
    throw error;
  }
}

function isStale(path: string, now: number): boolean {
  const pid = holder(path);
  const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return now - since > LOCK_MAX_AGE_MS || pid === 0 || !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
