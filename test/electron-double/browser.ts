import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright-core';
import { browserPath } from '../support/ensure-browser.ts';
import { control } from './control.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let launched: Promise<Browser> | undefined;

/** The one Chromium behind all windows, started with the first. */
export function browser(): Promise<Browser> {
  launched ??= launch();
  return launched;
}

async function launch(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined) throw new Error('electron double: no Chromium found');
  const started = await chromium.launch({ executablePath, args: FLAGS });
  control.endings.push(() => started.close());
  return started;
}

let killing: Promise<void> = Promise.resolve();

/** Ends every renderer process by the operating system; true to a crash even where the page hangs. */
export function killRenderers(): Promise<void> {
  killing = killAll();
  return killing;
}

/** Resolves when Chromium has noticed the last kill: until then it may put a fresh page into a dead spare renderer. */
export function renderersSettled(): Promise<void> {
  return killing;
}

async function killAll(): Promise<void> {
  const session = await (await browser()).newBrowserCDPSession();
  const renderers = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  };
  const killed = await renderers();
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  for (let left = killed; left.some((pid) => killed.includes(pid)); left = await renderers()) await delay(20);
  await session.detach();
}
