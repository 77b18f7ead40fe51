import { useEffect, useState } from 'preact/hooks';
import type { Clock } from '../../../../device/clock.ts';

/** Long enough to read a notice of 300 characters at ease. */
export const SLIDE_MS = 15_000;
/** A slide that somebody asked for stays for a minute. */
export const HELD_MS = 60_000;

/** Which of `count` slides is shown: each in turn, or the one that was asked for. */
export function useSlides(count: number, clock: Clock): { shown: number; hold: (index: number) => void } {
  const [{ at, held }, move] = useState({ at: 0, held: false });
  useEffect(() => {
    if (count < 2) return;
    const timer = clock.setTimer(held ? HELD_MS : SLIDE_MS, () => move({ at: at + 1, held: false }));
    return () => timer.cancel();
  }, [at, held, count, clock]);
  return { shown: at % count, hold: (index) => move({ at: index, held: true }) };
}
