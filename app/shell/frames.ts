import type { Clock } from '../../device/clock.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { RECYCLED } from '../window-watch/contract.ts';
import { type Recoveries, reportWindow, type WindowDoor } from '../window-watch/window-door.ts';
import { WindowWatch } from '../window-watch/window-watch.ts';
import type { WindowKeeper } from './window-keeper.ts';

export interface FramesOptions {
  clock: Clock;
  keeper: () => WindowKeeper;
  /** Of this shell; troubles of the window are counted there too. */
  recoveries: Recoveries;
  supervisor: Supervisor;
  /** Where the appliance answers now; null while it does not run, and where somebody else watches this window. */
  door: () => WindowDoor | null;
}

/** Counts every restart with its reason, and tells the appliance of all; takes frames that do not come to the keeper. */
export function watchFrames({ clock, keeper, recoveries, supervisor, door }: FramesOptions): WindowWatch {
  supervisor.on('exit', (name, _exit, restartInMs) => {
    if (restartInMs !== null) recoveries.count(`${name}-ended`);
  });
  return new WindowWatch({
    clock,
    ask() {
      const present = door();
      if (present === null) return Promise.reject(new Error('the appliance is away'));
      return reportWindow(present, recoveries.report());
    },
    onNoFrames: () => keeper().trouble('no-frames'),
    onRecycle() {
      recoveries.count(RECYCLED);
      keeper().recycle();
    },
    scale: () => keeper().scale,
    onRescale: (scale) => keeper().rescale(scale),
  });
}
