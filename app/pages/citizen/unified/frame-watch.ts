import type { Clock, Timer } from '../../../../device/clock.ts';

/** A page that says nothing for so long is in trouble (内蒙古 Art 11 asks for it, not for a dead screen). */
export const FRAME_SILENCE_MS = 3000;

/** What the framed page may tell: that it answers, and that a citizen began there. Never what was chosen. */
type FrameWord = 'alive' | 'input';

export function wordOf(data: unknown): FrameWord | null {
  const word = (data as { ratingPage?: unknown } | null)?.ratingPage;
  return word === 'alive' || word === 'input' ? word : null;
}

/**
 * Watches the official page in its frame: `onTrouble` once it was silent for 3 s, from the start or later, as long as
 * no citizen began there; after that only the citizen leaves it. Returns what to call with each word, and the end.
 */
export function watchFrame(clock: Clock, { onTrouble, onInput }: { onTrouble: () => void; onInput: () => void }) {
  let timer: Timer | null = clock.setTimer(FRAME_SILENCE_MS, onTrouble);
  let begun = false;
  const stop = () => {
    timer?.cancel();
    timer = null;
  };
  return {
    hear(word: FrameWord): void {
      stop();
      if (word === 'input') {
        begun = true;
        onInput();
      }
      if (!begun) timer = clock.setTimer(FRAME_SILENCE_MS, onTrouble);
    },
    stop,
  };
}
