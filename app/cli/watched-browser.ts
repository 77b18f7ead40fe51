import { systemClock } from '../../device/clock.ts';
import { RECYCLED } from '../window-watch/contract.ts';
import { Recoveries, reportWindow, type WindowDoor } from '../window-watch/window-door.ts';
import { WindowWatch } from '../window-watch/window-watch.ts';
import { BrowserKeeper, type BrowserProcess } from './browser-keeper.ts';
import { keepScale, keptScale } from './kept-scale.ts';

export interface WatchedBrowserOptions {
  /** @param scale pixels of the panel to a CSS pixel; null: as the system has it */
  open: (scale: number | null) => BrowserProcess;
  /** The browser's profile goes below it. */
  profileDir: string;
  door: WindowDoor;
  report: (line: string) => void;
}

/**
 * A browser that is kept open, and exchanged for another one where it paints nothing, has become old, or has to be of
 * another scale.
 */
export function watchBrowser(options: WatchedBrowserOptions): { start(): void; stop(): Promise<void> } {
  const { open, profileDir, door, report } = options;
  let scale = keptScale(profileDir);
  const recoveries = new Recoveries(systemClock, 'browser');
  const watch = new WindowWatch({
    clock: systemClock,
    ask: () => reportWindow(door, recoveries.report()),
    onNoFrames(frames) {
      report(`the window shows nothing (${frames}); another one`);
      recoveries.count('no-frames');
      keeper.renew();
    },
    onRecycle() {
      recoveries.count(RECYCLED);
      keeper.recycle();
    },
    scale: () => scale,
    onRescale(next) {
      report(`the window gets ${next ?? 'no'} scale; another one`);
      scale = next;
      keepScale(profileDir, next);
      keeper.recycle();
    },
  });
  const keeper = new BrowserKeeper({
    clock: systemClock,
    open: () => open(scale),
    report,
    onOpened: () => watch.opened(),
    onEnded: () => recoveries.count('window-ended'),
  });
  return {
    start: () => keeper.start(),
    async stop() {
      watch.stop();
      await keeper.stop();
    },
  };
}
