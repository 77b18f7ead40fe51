import { stat } from 'node:fs/promises';
import type { Clock, Timer } from '../../clock.ts';
import { comName } from './com-name.ts';

/**
 * What stands at a path now, as an opaque text; null where nothing can be seen there. Follows links, so a link that
 * points at another device reads as another identity. Must not reject.
 */
export type IdentifyPath = (path: string) => Promise<string | null>;

/**
 * Identity by the file's node. The change time is part of it because pseudo-terminals reuse number and inode at once;
 * data through the port does not touch it. A permission change does, and costs one needless reopening. A COM name has no node: there the system itself
 * tells a loss.
 */
export const identifyByStat: IdentifyPath = async (path) => {
  if (comName(path) !== null) return null;
  const seen = await stat(path, { bigint: true }).catch(() => null);
  return seen === null ? null : `${seen.dev}:${seen.ino}:${seen.rdev}:${seen.ctimeNs}`;
};

/**
 * Looks at an open port's path every `everyMs` and says once when it is gone or someone else's.
 * Needed because a peer that dies in traffic may leave serialport reading nothing for ever, without any event and at a
 * full core's load; only closing the port ends that.
 */
export function watchPath(watch: {
  path: string;
  expected: string;
  everyMs: number;
  /** Until the first look; `everyMs` where left out. */
  firstMs?: number;
  identify: IdentifyPath;
  clock: Clock;
  onChange: (change: 'path_gone' | 'path_replaced') => void;
}): Timer {
  let cancelled = false;
  let timer = watch.clock.setTimer(watch.firstMs ?? watch.everyMs, look);
  function look(): void {
    void watch.identify(watch.path).then((seen) => {
      if (cancelled) return;
      if (seen !== watch.expected) watch.onChange(seen === null ? 'path_gone' : 'path_replaced');
      else timer = watch.clock.setTimer(watch.everyMs, look);
    });
  }
  return {
    cancel() {
      cancelled = true;
      timer.cancel();
    },
  };
}
