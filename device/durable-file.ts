import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

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
 * Writes a file of mode 0600 so that a power cut or a pulled stick leaves the old content, or the new one, or no file
 * under that name: a complete temporary file, synced, renamed, the folder synced.
 */
export function writeDurably(path: string, content: string): void {
  const temporary = `${path}.new`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}
