import { join } from 'node:path';
import { app, Menu, powerSaveBlocker, safeStorage, session } from 'electron';
import { z } from 'zod';
import { systemClock } from '../../device/clock.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { newToken } from '../window-watch/new-token.ts';
import { Recoveries } from '../window-watch/window-door.ts';
import { argumentsForRelaunch, relaunchesOf } from './arguments.ts';
import { bundledEntries, PROCESS_ORDER } from './entries.ts';
import { watchFrames } from './frames.ts';
import { KeyRing } from './key-ring.ts';
import { openKioskWindow } from './kiosk-window.ts';
import { stopBeforeQuit } from './quit.ts';
import { hardenBeforeReady, hearFramedOrigin, lockSession, originOf, PARTITION, type Report } from './security.ts';
import { utilityHost } from './utility-host.ts';
import { WindowKeeper } from './window-keeper.ts';

const pageSchema = z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|\[::1\])$/ });
/** The part of the appliance's ready message that the window needs: its page, on this machine only. */
const applianceReadySchema = z.object({ citizen: pageSchema });

/**
 * Runs the Electron shell: processes first, one window onto their page, nothing else.
 * @param folder where the bundled process entries lie
 */
export async function runShell(folder: string, report: Report): Promise<void> {
  // Both only have an effect before the app is ready.
  hardenBeforeReady(app);
  if (!app.requestSingleInstanceLock()) {
    report('already running', {});
    app.exit(0);
    return;
  }
  await app.whenReady();
  // The default menu carries shortcuts for reload, zoom, developer tools and quitting.
  Menu.setApplicationMenu(null);
  powerSaveBlocker.start('prevent-display-sleep');
  lockSession(session.fromPartition(PARTITION), report);
  const page = givenPage();
  // For this boot: the appliance lets nobody else ask of its window.
  const console = page === null ? newToken() : null;
  const dataDir = process.env.PINGJIAQI_DATA ?? join(app.getPath('userData'), 'data');
  const ring = new KeyRing({ folder: join(dataDir, 'keys'), storage: safeStorage, clock: systemClock, report });
  const supervisor = superviseProcesses({ folder, dataDir, report, console, ring });
  const keeper = keepWindow(supervisor, console, report);
  connect(supervisor, keeper, report);
  stopBeforeQuit(app, supervisor, keeper, report);
  keeper.open();
  if (page !== null) return keeper.applianceReady(page);
  // Before a process looks for its key; the window covers the desktop meanwhile.
  await ring.open();
  supervisor.start();
}

/** Where somebody else runs the processes (the command line does), the shell is only their window. */
function givenPage(): string | null {
  const page = process.env.PINGJIAQI_PAGE;
  return page === undefined ? null : pageSchema.parse(page);
}

interface Processes {
  folder: string;
  dataDir: string;
  report: Report;
  /** The token of commands for these processes; null: somebody else runs them. */
  console: string | null;
  ring: KeyRing;
}

function superviseProcesses({ folder, dataDir, report, console, ring }: Processes): Supervisor {
  const given = () => ({
    ...(console === null ? {} : { PINGJIAQI_CONSOLE_TOKEN: console }),
    PINGJIAQI_SYSTEM_STORE: ring.store,
  });
  const host = utilityHost(bundledEntries(folder, dataDir, given));
  const processes = console === null ? { order: [] } : { order: PROCESS_ORDER, link: ['appliance', 'agent'] as const };
  const supervisor = new Supervisor({ host, clock: systemClock, keys: () => ring.seeds(), ...processes });
  supervisor.on('ready', (name) => {
    if (name === 'appliance') void ring.wrapNew();
  });
  supervisor.on('pids', (pids) => report('pids', { pids }));
  supervisor.on('exit', (name, exit, restartInMs) => report('process ended', { name, ...exit, restartInMs }));
  supervisor.on('refused', (name, fault) => report('message refused', { name, fault }));
  return supervisor;
}

/** @param console null: whoever runs the processes watches this window's frames too */
function keepWindow(supervisor: Supervisor, console: string | null, report: Report): WindowKeeper {
  const relaunches = relaunchesOf(process.argv);
  const recoveries = new Recoveries(systemClock, 'shell');
  if (relaunches > 0) recoveries.count('relaunched', relaunches);
  const home = () => (keeper.home === null ? null : originOf(keeper.home));
  const origins = { home, framed: hearFramedOrigin(session.fromPartition(PARTITION), home) };
  const keeper: WindowKeeper = new WindowKeeper({
    clock: systemClock,
    relaunches,
    watch: watchFrames({
      clock: systemClock,
      keeper: () => keeper,
      supervisor,
      recoveries,
      door: () => (keeper.home === null || console === null ? null : { url: keeper.home, console }),
    }),
    count: (trouble) => recoveries.count(trouble),
    openWindow: (onTrouble) =>
      openKioskWindow({
        isPackaged: app.isPackaged,
        clock: systemClock,
        origins,
        report,
        onTrouble,
      }),
    relaunch(next) {
      app.relaunch({ args: argumentsForRelaunch(process.argv.slice(1), next) });
      app.quit();
    },
    report,
  });
  return keeper;
}

function connect(supervisor: Supervisor, keeper: WindowKeeper, report: Report): void {
  supervisor.on('ready', (name, payload) => {
    if (name !== 'appliance') return;
    const ready = applianceReadySchema.safeParse(payload);
    if (ready.success) keeper.applianceReady(ready.data.citizen);
    else report('message refused', { name, fault: ready.error.message });
  });
  supervisor.on('exit', (name) => {
    if (name === 'appliance') keeper.applianceGone();
  });
  app.on('child-process-gone', (_event, { type, reason }) => {
    // Utility processes are the supervisor's; Chromium's other helpers come back without a trace on the screen.
    if (type === 'GPU' && reason !== 'clean-exit') keeper.trouble('gpu-gone');
  });
  app.on('second-instance', () => keeper.focus());
}
