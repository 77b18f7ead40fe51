import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { builtinPacks } from '../../device/policy/builtin.ts';
import { type Demo, startDemo } from './demo.ts';
import { restartDelaysMs } from './restart-delays.ts';
import { openWindow } from './window.ts';

interface DemoFlags {
  data?: string;
  policy?: string;
  portBase?: number;
  centre?: string;
  centreCode?: string;
  headless: boolean;
}

const ENVIRONMENT = `
Environment, for tests: PINGJIAQI_RESTART_DELAYS_MS  ms before the 1st, 2nd … restart of a process, with commas.

Exit codes: 0 stopped by a signal, 1 it could not start (the reason is said).

Examples:
  pingjiaqi demo
  pingjiaqi demo --headless --data ./demo --port-base 8100`;

function portBase(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1024 && port <= 65_533) return port;
  throw new InvalidArgumentError('a port number from 1024 to 65533');
}

/** `pingjiaqi demo`: the whole thing on a bare machine (design §7). */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Run centre, agent, appliance, a simulated button box and a window on this machine, in trial mode.')
    .option('--data <dir>', 'keep the data here and go on from it (else a temporary folder, removed at the end)')
    .addOption(new Option('--policy <id>', 'policy pack').choices([...builtinPacks.keys()]))
    .option('--port-base <n>', 'use ports n (citizen), n+1 (staff, API) and n+2 (centre)', portBase)
    .option('--centre <url>', 'deliver to this centre instead of the built-in one (needs --centre-code)')
    .option('--centre-code <code>', 'one-time enrolment code of that centre')
    .option('--headless', 'open no window', false)
    .addHelpText('after', ENVIRONMENT)
    .action(run);
}

async function run(flags: DemoFlags, command: Command): Promise<void> {
  if ((flags.centre === undefined) !== (flags.centreCode === undefined)) {
    command.error('error: --centre and --centre-code go together');
  }
  const temporary = flags.data === undefined;
  const dataDir = temporary ? mkdtempSync(join(tmpdir(), 'pingjiaqi-demo-')) : resolve(flags.data ?? '');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const demo = await startDemo({
    dataDir,
    policyId: flags.policy ?? null,
    portBase: flags.portBase ?? null,
    centre: flags.centre === undefined ? null : { url: flags.centre, code: flags.centreCode ?? '' },
    restartDelaysMs: restartDelaysMs(process.env),
    print: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
    warn: (text) => process.stderr.write(`${text}\n`),
  });
  stopOnSignal(demo, () => {
    if (temporary) rmSync(dataDir, { recursive: true, force: true });
  });
  if (!flags.headless) showWindow(demo, dataDir);
}

function showWindow(demo: Demo, dataDir: string): void {
  const window = openWindow(demo.urls.citizen, { kiosk: false, profileDir: dataDir });
  if (window === undefined) process.stderr.write(`No browser found; open ${demo.urls.citizen} yourself.\n`);
  else demo.onStop(() => void window.kill());
}

function stopOnSignal(demo: Demo, afterwards: () => void): void {
  const stop = () => {
    void demo.stop().then(() => {
      afterwards();
      process.exit(0);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
