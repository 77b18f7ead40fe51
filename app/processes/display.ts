import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../device/clock.ts';

/** Where Linux tells of the connectors of its graphics cards. */
const CARDS = '/sys/class/drm';
const CONNECTOR = /^card\d+-/;
/** A look costs a few small reads; a plug is pulled seldom. */
const LOOK_MS = 5_000;

function textIn(folder: string, name: string): string | null {
  try {
    return readFileSync(join(folder, name), 'utf8').trim();
  } catch {
    return null; // this driver does not say, or the card went while it was looked at
  }
}

/** Whether it is known that no display is on: each connector is empty, or its display is put to sleep. */
export function isDisplayOff(cards = CARDS): boolean {
  let connectors: string[];
  try {
    connectors = readdirSync(cards).filter((name) => CONNECTOR.test(name));
  } catch {
    return false; // no such cards here: nobody can say
  }
  const known = connectors.flatMap((name) => {
    const status = textIn(join(cards, name), 'status');
    // A connector that its driver cannot see into is none that is known to be empty.
    if (status === null || status === 'unknown') return ['unknown'];
    return [status === 'connected' && textIn(join(cards, name), 'dpms') !== 'Off' ? 'on' : 'off'];
  });
  return known.length > 0 && known.every((state) => state === 'off');
}

/** As `isDisplayOff`, looked up again every five seconds at most. */
export function displayWatch(clock: Pick<Clock, 'monotonicMs'>, look: () => boolean = isDisplayOff): () => boolean {
  let last: { atMs: number; isOff: boolean } | null = null;
  return () => {
    const atMs = clock.monotonicMs();
    if (last === null || atMs - last.atMs >= LOOK_MS) last = { atMs, isOff: look() };
    return last.isOff;
  };
}
