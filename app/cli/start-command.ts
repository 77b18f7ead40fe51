import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../../device/clock.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { forkHost } from '../supervisor/fork-host.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { HealthNote } from '../update/health.ts';
import { newToken } from '../window-watch/new-token.ts';
import { Recoveries, reportWindow, type WindowDoor } from '../window-watch/window-door.ts';
import { defaultDataDir } from './data-dir.ts';
import type { TechnicianDoor } from './enrolment.ts';
import { deviceEntry } from './entries.ts';
import { firstPage } from './first-page.ts';
import { removeRuntime, writeRuntime } from './runtime-file.ts';
import { tellReady } from './service-manager.ts';
import { startFailure } from './start-failure.ts';
import { watchBrowser } from './watched-browser.ts';
import { hasWindow, requireWindow } from './window.ts';

const AFTER = `
First line on standard output: one JSON object with the addresses. Stops cleanly on SIGTERM; may be killed at any instant.

Exit codes: 0 stopped by a signal, 1 it could not start (the reason is said).

Examples:
  pingjiaqi start
  pingjiaqi start --headless --data /var/lib/pingjiaqi`;

interface StartFlags {
  data: string;
  headless: boolean;
}

/** `pingjiaqi start`: a real device. */
export function startCommand(): Command {
  return new Command('start')
    .description('Run this device. Without a configuration it opens the technician’s page.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .option('--headless', 'open no window', false)
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ data, headless }: StartFlags): Promise<void> {
  const dataDir = resolve(data);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const tokens = { page: newToken(), console: newToken() };
  const given = { PINGJIAQI_PAGE_TOKEN: tokens.page, PINGJIAQI_CONSOLE_TOKEN: tokens.console };
  const supervisor = new Supervisor({
    host: forkHost((name) => deviceEntry(name, dataDir, given)),
    clock: systemClock,
    order: ['appliance', 'agent'],
    link: ['appliance', 'agent'],
  });
  supervisor.on('exit', (name, exit, restartInMs) => {
    if (restartInMs !== null) {
      process.stderr.write(`${name} ended (${exit.signal ?? exit.code}); again in ${restartInMs} ms\n`);
    }
  });
  noteHealth(supervisor, dataDir);
  tellRestarts(supervisor, tokens.console);
  const ends: (() => unknown)[] = [];
  const stop = async (code: number): Promise<never> => {
    await supervisor.stop();
    for (const end of ends) await end();
    return process.exit(code);
  };
  process.once('SIGTERM', () => void stop(0));
  process.once('SIGINT', () => void stop(0));
  supervisor.start();
  const ready = await Promise.race([supervisor.whenReady(), startFailure(supervisor)]).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return stop(1);
  });
  const urls = ready.appliance as { citizen: string; technician: string; staff: string; api: string };
  writeRuntime(dataDir, { pid: process.pid, ...urls, console: tokens.console });
  ends.push(() => removeRuntime(dataDir));
  tellReady();
  process.stdout.write(`${JSON.stringify({ ready: true, ...withoutTokens(urls), data: dataDir })}\n`);
  if (!headless) await showWindow(urls, { url: urls.technician, console: tokens.console }, dataDir, ends);
}

/** The device counts how often its processes were brought back; each time both are there again it is told. */
function tellRestarts(supervisor: Supervisor, console: string): void {
  const recoveries = new Recoveries(systemClock, 'processes');
  supervisor.on('exit', (name, _exit, restartInMs) => {
    if (restartInMs !== null) recoveries.count(`${name}-ended`);
  });
  supervisor.on('ready', () => {
    const ready = supervisor.readyPayload('appliance') as { technician: string } | null;
    const report = recoveries.report();
    if (ready === null || Object.keys(report.recoveries).length === 0) return;
    const door: WindowDoor = { url: ready.technician, console };
    // One that has just gone again is told of it all the next time.
    reportWindow(door, report).catch((error: unknown) =>
      process.stderr.write(`restarts were not told: ${String(error)}\n`),
    );
  });
}

/** What a version on trial has to show: both processes ready, and neither ending for a while. */
function noteHealth(supervisor: Supervisor, dataDir: string): void {
  const note = new HealthNote(systemClock, dataDir, packageJson.version);
  supervisor.on('exit', () => note.lost());
  supervisor.on('ready', () => {
    if (Object.values(supervisor.pids()).every((pid) => pid !== null)) note.ready();
  });
}

/** Standard output goes into the system's log; what opens the pages is in the runtime file, for the device's user. */
function withoutTokens(urls: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, url.split('?')[0] ?? url]));
}

async function showWindow(
  urls: { citizen: string; technician: string },
  door: TechnicianDoor,
  dataDir: string,
  ends: (() => unknown)[],
): Promise<void> {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const url = await firstPage(urls, door);
  if (!hasWindow()) return void report(`No browser found; open ${url} yourself.`);
  const open = (scale: number | null) => requireWindow(url, { kiosk: true, profileDir: dataDir, scale });
  const keeper = watchBrowser({ open, profileDir: dataDir, door, report });
  ends.unshift(() => keeper.stop());
  keeper.start();
}
