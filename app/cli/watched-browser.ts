import { systemClock } from '../../device/clock.ts';
import { RECYCLED } from '../window-watch/contract.ts';
import { Recoveries, reportWindow, type WindowDoor } from '../window-watch/window-door.ts';
import { WindowWatch } from '../window-watch/window-watch.ts';
import { BrowserKeeper, type BrowserProcess } from './browser-keeper.ts';

export interface WatchedBrowserOptions {
  open: () => BrowserProcess;
  door: WindowDoor;
  report: (line: string) => void;
}

/** A browser that is kept open, and exchanged for another one where it paints nothing or has become old. */
export function watchBrowser({ open, door, report }: WatchedBrowserOptions): { start(): void; stop(): Promise<void> } {
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
  });
  const keeper = new BrowserKeeper({
    clock: systemClock,
    open,
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
