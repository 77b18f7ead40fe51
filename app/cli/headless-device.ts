import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../device/clock.ts';
import { ownerOf } from '../../device/ledger/claim.ts';
import { forkHost } from '../supervisor/fork-host.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { newToken } from '../window-watch/new-token.ts';
import type { TechnicianDoor } from './enrolment.ts';
import { deviceEntry } from './entries.ts';
import { startFailure } from './start-failure.ts';

/** Processes of a parent that was killed end by themselves within five seconds; twice that on a slow machine. */
const FREE_LIMIT_MS = 10_000;
const LOOK_MS = 250;
/** Any free port, on this machine alone: nobody but this command talks to a device that is started for it. */
const ANY_PORTS = { PINGJIAQI_LOCAL_PORT: '0', PINGJIAQI_LAN_PORT: '0', PINGJIAQI_LAN_HOST: '127.0.0.1' };
/** Somebody waits for it. */
const AT_ONCE = { PINGJIAQI_FIRST_CONTACT_S: '0' };

/** The process that owns a data folder and goes on owning it, null where it is free or becomes so. */
export async function lastingOwner(dataDir: string): Promise<number | null> {
  const giveUpAt = performance.now() + FREE_LIMIT_MS;
  for (;;) {
    const owner = ownerOf(dataDir);
    if (owner === null || performance.now() > giveUpAt) return owner?.pid ?? null;
    await delay(LOOK_MS);
  }
}

/**
 * Runs appliance and agent over a data folder for the time of one piece of work, without a window.
 * @param work gets the door of the technician's side
 * @throws Error where a process cannot start, or what `work` throws; the processes are stopped either way
 */
export async function withHeadlessDevice<T>(dataDir: string, work: (door: TechnicianDoor) => Promise<T>): Promise<T> {
  const console = newToken();
  const supervisor = new Supervisor({
    host: forkHost((name) =>
      deviceEntry(name, dataDir, { ...ANY_PORTS, ...AT_ONCE, PINGJIAQI_CONSOLE_TOKEN: console }),
    ),
    clock: systemClock,
    order: ['appliance', 'agent'],
    link: ['appliance', 'agent'],
  });
  try {
    supervisor.start();
    const { appliance } = await Promise.race([supervisor.whenReady(), startFailure(supervisor)]);
    return await work({ url: (appliance as { technician: string }).technician, console });
  } finally {
    await supervisor.stop();
  }
}
