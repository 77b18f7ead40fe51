import { useEffect, useState } from 'preact/hooks';
import type { Clock } from '../../../../device/clock.ts';

/** Long enough to read a notice of 300 characters at ease. */
export const SLIDE_MS = 15_000;
/** A slide that somebody asked for stays for a minute. */
export const HELD_MS = 60_000;

export interface Slides {
  /** Whose turn it is, from 0, below the count. */
  at: number;
  /** Something else that was asked for; the turn waits behind it. */
  aside: number | null;
  hold: (at: number) => void;
  holdAside: (aside: number) => void;
}

/** Which of `count` slides is shown: each in turn, or what was asked for. */
export function useSlides(count: number, clock: Clock): Slides {
  const [{ at, aside, held }, move] = useState({ at: 0, aside: null as number | null, held: false });
  useEffect(() => {
    if (count < 2) return;
    const timer = clock.setTimer(held ? HELD_MS : SLIDE_MS, () => move({ at: at + 1, aside: null, held: false }));
    return () => timer.cancel();
  }, [at, aside, held, count, clock]);
  return {
    at: at % count,
    aside,
    hold: (wanted) => move({ at: wanted, aside: null, held: true }),
    holdAside: (wanted) => move({ at, aside: wanted, held: true }),
  };
}
