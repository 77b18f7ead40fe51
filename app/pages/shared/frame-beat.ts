import type { Clock } from '../../../device/clock.ts';
import type { FrameWord } from '../../../device/day/window-frames.ts';

const BEAT_MS = 2_000;

export interface FrameBeatWorld {
  clock: Clock;
  /** Calls back when the browser paints its next frame. */
  onNextFrame: (run: () => void) => void;
  isHidden: () => boolean;
  /** Frames would show nothing of the page. */
  isBlank: () => boolean;
  tell: (word: FrameWord) => void;
}

/**
 * Every 2 s asks the browser for one frame and tells what came of it. A frame that was asked for and does not come says
 * that nothing is painted though scripts run; a page that hangs says nothing at all, which is told by the silence.
 */
export function beatFrames(world: FrameBeatWorld): void {
  let isAwaited = false;
  const beat = () => {
    world.clock.setTimer(BEAT_MS, beat);
    // Hidden pages are given no frames; the one that is awaited comes when the page is seen again.
    if (world.isHidden()) world.tell('hidden');
    else if (isAwaited) world.tell('still');
    if (isAwaited) return;
    isAwaited = true;
    world.onNextFrame(() => {
      isAwaited = false;
      world.tell(world.isBlank() ? 'blank' : 'painted');
    });
  };
  beat();
}

/** Beats for this page. @param root what the page draws into */
export function tellFrames(page: 'citizen' | 'technician', root: Element, clock: Clock): void {
  beatFrames({
    clock,
    // Told behind the frame, not in it: to ask the network for something there costs the first picture milliseconds.
    onNextFrame: (run) => void requestAnimationFrame(() => setTimeout(run)),
    isHidden: () => document.visibilityState === 'hidden',
    isBlank: () => root.getBoundingClientRect().height === 0 || root.textContent.trim() === '',
    tell(word) {
      // A window that is put away may have no size.
      const seen = word === 'painted' ? { width: innerWidth, height: innerHeight, ratio: devicePixelRatio } : undefined;
      const body = JSON.stringify({ page, word, viewport: seen });
      const headers = { 'content-type': 'application/json' };
      // A device that does not answer is away; its page says so by other means.
      fetch('/window/frames', { method: 'POST', headers, body }).catch(() => undefined);
    },
  });
}
