import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real file system of a few megabytes, so that "no space left" is the kernel's own word. */
export interface SmallDisk {
  dir: string;
  freeBytes(): number;
  /** Fills it to the last block with a file of that name. */
  fill(name?: string): void;
  /** Takes it away while it is in use, as a pulled stick is. */
  pull(): void;
  remove(): void;
}

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim();
  throw new Error(`${command} ${args.join(' ')}: ${why}. This test mounts a small tmpfs: run it as root on Linux.`);
}

const PIECE = Buffer.alloc(1024 * 1024, 1);

function fillWith(path: string): void {
  const handle = openSync(path, 'a');
  try {
    for (let bytes = PIECE.length; bytes >= 512; ) {
      try {
        writeSync(handle, PIECE, 0, bytes);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
        bytes /= 2;
      }
    }
  } finally {
    closeSync(handle);
  }
}

/** @throws Error where this user may not mount: nothing is skipped in silence */
export function smallDisk(mib: number): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'small-disk-'));
  run('mount', '-t', 'tmpfs', '-o', `size=${mib}m,mode=700`, 'tmpfs', dir);
  let isMounted = true;
  const unmount = (...how: string[]) => {
    if (isMounted) run('umount', ...how, dir);
    isMounted = false;
  };
  return {
    dir,
    freeBytes() {
      const { bavail, bsize } = statfsSync(dir);
      return bavail * bsize;
    },
    fill: (name = 'filler') => fillWith(join(dir, name)),
    pull: () => unmount('-l'),
    remove() {
      unmount('-l');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
