import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Of a file that nobody but its owner reads. */
const OWN = 0o600;

/** Makes a rename in a folder durable. Windows cannot open a folder; its file system journals the rename itself. */
export function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Writes a file so that a power cut or a pulled stick leaves the old content, or the new one, or no file under that
 * name: a complete temporary file, synced, renamed, the folder synced.
 * @param mode who else may read it; nobody, unless told
 */
export function writeDurably(path: string, content: string, mode = OWN): void {
  const temporary = `${path}.new`;
  writeSynced(temporary, 'w', content, mode);
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

function writeSynced(path: string, flags: 'w' | 'wx', content: string | Uint8Array, mode = OWN): void {
  const handle = openSync(path, flags, mode);
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Writes a file of mode 0600 durably and never over one that is there, whoever made it meanwhile: a rename would have
 * replaced it. A power cut leaves none or the whole, and at most a stray file whose name begins with a dot.
 * @returns false where there is one already; it stays as it is
 */
export function writeDurablyOnce(path: string, content: string | Uint8Array): boolean {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  writeSynced(temporary, 'wx', content);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
  syncFolder(dirname(path));
  return true;
}

/**
 * The same without holding the process up, for a slow medium. Whatever it throws, no half file is left under any name
 * that can still be reached.
 */
export async function writeDurablyMeanwhile(path: string, content: string): Promise<void> {
  const temporary = `${path}.new`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error says what is wrong
    throw error;
  }
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
