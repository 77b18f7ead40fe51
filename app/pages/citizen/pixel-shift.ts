import type { Clock } from '../../../device/clock.ts';

/**
 * A window's number stands on its screen for years: on screens that rest, the whole picture moves by a pixel or two
 * each minute, round a ring, so that no edge burns in. Never while somebody rates: a target must not move.
 */
const STEP_MS = 60_000;
const RING = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
  [-2, 2],
  [-2, 0],
  [-2, -2],
  [0, -2],
  [2, -2],
] as const;

/** CSS pixels, at most two from the middle. */
export function shiftAt(step: number): readonly [x: number, y: number] {
  return RING[step % RING.length] ?? RING[0];
}

/**
 * Moves what `root` holds, by its custom properties `--shift-x` and `--shift-y`.
 * @param isResting nobody is meant to touch the screen now
 * @returns to be called when the screen changes
 */
export function shiftPixels(root: HTMLElement, clock: Clock, isResting: () => boolean): () => void {
  let step = 0;
  const apply = () => {
    const [x, y] = isResting() ? shiftAt(step) : RING[0];
    root.style.setProperty('--shift-x', `${x}px`);
    root.style.setProperty('--shift-y', `${y}px`);
  };
  const next = () => {
    step += 1;
    apply();
    clock.setTimer(STEP_MS, next);
  };
  clock.setTimer(STEP_MS, next);
  return apply;
}
