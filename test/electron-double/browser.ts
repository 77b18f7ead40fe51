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
  killing = killAll('renderer').then(() => undefined);
  return killing;
}

/** Ends Chromium's GPU process by the operating system. @returns how many there were; Chromium starts another by itself */
export function killGpu(): Promise<number> {
  return killAll('GPU');
}

/** Resolves when Chromium has noticed the last kill: until then it may put a fresh page into a dead spare renderer. */
export function renderersSettled(): Promise<void> {
  return killing;
}

async function killAll(wanted: 'renderer' | 'GPU'): Promise<number> {
  const session = await (await browser()).newBrowserCDPSession();
  const running = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === wanted).map(({ id }) => id);
  };
  const killed = await running();
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  for (let left = killed; left.some((pid) => killed.includes(pid)); left = await running()) await delay(20);
  await session.detach();
  return killed.length;
}
