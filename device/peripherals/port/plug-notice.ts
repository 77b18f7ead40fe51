import { existsSync, type FSWatcher, watch } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';

/** Calls back whenever something may have been plugged in or out at a path; returns the way to end that. */
export type PlugNotice = (path: string, onNotice: () => void) => () => void;

/**
 * Notice by watching the folder that a device's name stands in. Only a hint, never a proof: what stands at the path is
 * looked at afterwards, and where a folder cannot be watched the port's own delays are all there is. The folder of
 * stable names goes with its last device, so the nearest one above it that exists is watched until it is back.
 * Paths that are no files (serial servers, COM names) give no notice.
 */
export const noticeByFolder: PlugNotice = (path, onNotice) => {
  if (!isAbsolute(path) || process.platform === 'win32') return () => undefined;
  let watcher: FSWatcher | null = null;
  let ended = false;
  const arm = () => {
    watcher?.close();
    watcher = ended ? null : watchNearest(path, notice);
  };
  function notice(isOwnFolder: boolean): void {
    if (!isOwnFolder) arm();
    onNotice();
  }
  arm();
  return () => {
    ended = true;
    arm();
  };
};

function watchNearest(path: string, notice: (isOwnFolder: boolean) => void): FSWatcher | null {
  let child = path;
  while (!existsSync(dirname(child)) && dirname(child) !== child) child = dirname(child);
  const isOwnFolder = child === path;
  const name = basename(child);
  try {
    const watcher = watch(dirname(child), { persistent: false }, (_event, changed) => {
      if (changed === name || changed === null) notice(isOwnFolder);
    });
    // The folder itself went: look for the nearest again.
    watcher.on('error', () => notice(false));
    return watcher;
  } catch {
    return null; // no more watches, or no right to: the delays remain
  }
}
