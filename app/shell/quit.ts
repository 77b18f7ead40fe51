import type { App } from 'electron';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Report } from './security.ts';
import type { WindowKeeper } from './window-keeper.ts';

/**
 * However the app is asked to end (SIGTERM, logout, relaunch), the processes end first and in order. The window goes
 * before them: nobody should tap on a page whose appliance is leaving.
 */
export function stopBeforeQuit(app: App, supervisor: Supervisor, keeper: WindowKeeper, report: Report): void {
  const quit = { isUnderWay: false };
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (quit.isUnderWay) return;
    quit.isUnderWay = true;
    keeper.close();
    void supervisor
      .stop()
      .then((outcome) => report('stopped', { ...outcome }))
      .finally(() => app.exit(0));
  });
  // Without a listener Electron quits with its last window, which the keeper is about to replace.
  app.on('window-all-closed', () => {});
}
