import { type Dirent, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface Evicted {
  files: number;
  bytes: number;
}

interface Found {
  path: string;
  bytes: number;
  changedMs: number;
}

/** A folder that is not there holds nothing. */
function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Plain files only: a link could lead to what must stay. */
function filesIn(dir: string): Found[] {
  return entriesOf(dir).flatMap((entry): Found[] => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    if (!entry.isFile()) return [];
    const { blocks, mtimeMs } = lstatSync(path);
    return [{ path, bytes: blocks * 512, changedMs: mtimeMs }];
  });
}

/**
 * Deletes files, the oldest of each folder first, until there is space enough.
 * @param folders in the order in which they may go; nothing outside them is touched, no link is followed
 * @param isEnough asked before each file, with the bytes that those before it took
 */
export function evict(folders: readonly string[], isEnough: (freedBytes: number) => boolean): Evicted {
  const evicted: Evicted = { files: 0, bytes: 0 };
  for (const folder of folders) {
    for (const { path, bytes } of filesIn(folder).sort((a, b) => a.changedMs - b.changedMs)) {
      if (isEnough(evicted.bytes)) return evicted;
      unlinkSync(path);
      evicted.files += 1;
      evicted.bytes += bytes;
    }
  }
  return evicted;
}
