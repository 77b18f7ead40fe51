import { closeSync, fsyncSync, openSync, statSync, unlinkSync } from 'node:fs';
import { errorCode } from './errors.ts';

/** Makes the content of a file, or the names in a folder, survive power loss. Blocks. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Size in bytes, 0 where there is no such file. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
