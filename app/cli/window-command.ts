import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { defaultDataDir } from './data-dir.ts';
import { firstPage } from './first-page.ts';
import { doorOf, type Runtime, readRuntime } from './runtime-file.ts';
import { watchBrowser } from './watched-browser.ts';
import { requireWindow } from './window.ts';

const LOOK_MS = 1000;

const AFTER = `
For a device that runs as a service: the session on the screen starts this one.
A browser that ends, or paints nothing, is opened again.

Exit codes: 0 stopped by a signal, 1 no browser was found.

Examples:
  pingjiaqi window
  pingjiaqi window --data /var/lib/pingjiaqi`;

/** `pingjiaqi window`: the citizen's screen of a device that runs as a service of its own. */
export function windowCommand(): Command {
  return new Command('window')
    .description('Open the screen of the device that runs on a data folder, and keep it open. Waits for the device.')
    .option('--data <dir>', 'data folder', defaultDataDir())
    .addHelpText('after', AFTER)
    .action(({ data }: { data: string }) => run(resolve(data)));
}

const report = (line: string) => process.stderr.write(`${line}\n`);

async function run(dataDir: string): Promise<never> {
  let keeper: ReturnType<typeof watchBrowser> | null = null;
  const stop = async () => {
    await keeper?.stop();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  // A device that was started anew opens its pages to another token: its window is another one.
  for (let shown: string | null = null; ; await delay(LOOK_MS)) {
    const runtime = readRuntime(dataDir);
    if (runtime === null || runtime.citizen === shown) continue;
    const url = await pageOf(runtime);
    if (url === null) continue;
    await keeper?.stop();
    keeper = watchBrowser({
      open: (scale) => requireWindow(url, { kiosk: true, profileDir: dataDir, scale }),
      profileDir: dataDir,
      door: { url: runtime.citizen, console: runtime.console },
      report,
    });
    keeper.start();
    shown = runtime.citizen;
  }
}

/** Null while the device does not answer: it may be starting, or at work on its ledger after a power cut. */
async function pageOf(runtime: Runtime): Promise<string | null> {
  const door = doorOf(runtime);
  if (door === null) return null;
  try {
    return await firstPage(runtime, door);
  } catch (error) {
    report(`the device does not answer yet: ${String(error)}`);
    return null;
  }
}
