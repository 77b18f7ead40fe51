import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { writeDurably } from '../../device/durable-file.ts';
import type { TrialReport } from '../../device/peripherals/trial/port-bench.ts';
import type { PeripheralReport } from '../server/technician/peripheral-report.ts';
import type { Traffic } from '../server/technician/peripherals.ts';
import type { PortList } from '../server/technician/ports.ts';
import { defaultDataDir } from './data-dir.ts';
import { describePort } from './doctor/peripherals.ts';
import { endText, trafficLine, trialLines, trialStep } from './doctor/port-words.ts';
import { ask, type TechnicianDoor } from './enrolment.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

const LOOK_EVERY_MS = 500;
const TRIAL = '/technician/port-trial';
const LISTENING = '/technician/listening';

/** A number of bits per second, as an option of a command. */
export function baudRate(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 50 && value <= 4_000_000) return value;
  throw new InvalidArgumentError('bits per second, 50 to 4000000');
}

const TRY_AFTER = `
Press every key of the box, one after the other and again and again, until it ends by itself. All known profiles listen at
9600, 19200, 38400, 57600 and 115200 bit/s, one speed after the other; a line that stays silent is asked. A port whose
device works is never taken, and nothing is saved without --use. Ctrl-C stops.

Exit codes: 0 something fits, 1 it could not be tried, 2 nothing fits.

Examples:
  pingjiaqi port try /dev/ttyUSB0`;

const LISTEN_AFTER = `
Only listens; nothing is sent. Bytes that could belong to a person are shown as ··. Ctrl-C ends it, and the port is closed.

Exit codes: 0 ended as wished, 1 the port could not be opened or was lost.

Examples:
  pingjiaqi port listen /dev/ttyUSB0 --baud 4800`;

const LIST_AFTER = `
Exit codes: 0 listed, 1 no device runs on the data folder.

Examples:
  pingjiaqi port list`;

const REPORT_AFTER = `
Exit codes: 0 written, 1 no device runs on the data folder, or the file could not be written.

Examples:
  pingjiaqi port report --to /media/stick/ports.json`;

const AFTER = `
Exit codes: 0 done, 1 not possible; each command's own help says more.

Examples:
  pingjiaqi port list
  pingjiaqi port try /dev/ttyUSB0`;

/** `pingjiaqi port …`: what is at a port, from a terminal. The device must be running. */
export function portCommand(): Command {
  const data = ['--data <dir>', 'data folder of the device', defaultDataDir()] as const;
  const command = new Command('port')
    .description('Find out what is at a port of the running device.')
    .addHelpText('after', AFTER);
  command
    .command('list')
    .description('List the ports of this machine.')
    .option(...data)
    .addHelpText('after', LIST_AFTER)
    .action(list);
  command
    .command('try')
    .description('Try a port at every speed until a known box fits.')
    .argument('<path>', '/dev/serial/by-id/…, COM3, tcp://host:port')
    .option('--use <profile>', 'put this profile into service, where it fits')
    .option(...data)
    .addHelpText('after', TRY_AFTER)
    .action(tryPort);
  command
    .command('listen')
    .description('Show what comes out of a port that nothing is configured at.')
    .argument('<path>', '/dev/serial/by-id/…, COM3, tcp://host:port')
    .option('--baud <rate>', 'line speed', baudRate, 9600)
    .option(...data)
    .addHelpText('after', LISTEN_AFTER)
    .action(listen);
  command
    .command('report')
    .description('Write ports, states, tests, trial and traffic into one JSON file, without personal data.')
    .requiredOption('--to <file>', 'file to write; - for the terminal')
    .option(...data)
    .addHelpText('after', REPORT_AFTER)
    .action(report);
  return command;
}

/** Runs what needs the device; says why where it cannot. */
async function withDevice(data: string, run: (door: TechnicianDoor) => Promise<void>): Promise<void> {
  const door = doorOf(readRuntime(resolve(data)));
  if (door === null) {
    say(`No device runs on ${resolve(data)}; start it first: pingjiaqi start.`, 1);
    return;
  }
  try {
    await run(door);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), 1);
  }
}

function say(text: string, exitCode = 0): void {
  (exitCode === 1 ? process.stderr : process.stdout).write(`${text}\n`);
  if (exitCode > 0) process.exitCode = exitCode;
}

function list({ data }: { data: string }): Promise<void> {
  return withDevice(data, async (door) => {
    const { ports } = await ask<PortList>(door, '/technician/ports');
    say(ports.length === 0 ? 'None is connected.' : ports.map(describePort).join('\n'));
  });
}

function tryPort(path: string, { data, use }: { data: string; use?: string }): Promise<void> {
  return withDevice(data, async (door) => {
    await ask(door, TRIAL, { path });
    process.once('SIGINT', () => void ask(door, `${TRIAL}/stop`, {}));
    const trial = await follow(door);
    for (const line of trialLines(trial)) say(line);
    if (trial.outcome !== 'fits') process.exitCode = trial.outcome === 'none' || trial.outcome === 'silent' ? 2 : 1;
    else if (use !== undefined) await putIntoService(door, use);
  });
}

/** Says each step once, until the trial is over. */
async function follow(door: TechnicianDoor): Promise<TrialReport> {
  for (let said = ''; ; await delay(LOOK_EVERY_MS)) {
    const { trial } = await ask<{ trial: TrialReport }>(door, TRIAL);
    if (trial.state === 'over') return trial;
    const line = trialStep(trial);
    if (line !== said) say(line);
    said = line;
  }
}

async function putIntoService(door: TechnicianDoor, profileId: string): Promise<void> {
  const { trial } = await ask<{ trial: TrialReport }>(door, `${TRIAL}/use`, { profileId });
  say(`In service as ${trial.inService}, until the centre’s configuration names another box.`);
}

function listen(path: string, { data, baud }: { data: string; baud: number }): Promise<void> {
  return withDevice(data, async (door) => {
    await ask(door, LISTENING, { path, baudRate: baud });
    process.once('SIGINT', () => void ask(door, `${LISTENING}/stop`, {}));
    const since = Date.now();
    for (let shown = since; ; await delay(LOOK_EVERY_MS)) {
      const { lines, listening } = await ask<Traffic>(door, '/technician/traffic');
      for (const line of lines.toReversed()) if (line.path === path && line.at > shown) say(trafficLine(line));
      shown = Math.max(shown, lines[0]?.at ?? 0);
      if (listening === null || listening.state === 'over') {
        say(endText(listening), listening?.end === 'port' ? 1 : 0);
        return;
      }
    }
  });
}

function report({ data, to }: { data: string; to: string }): Promise<void> {
  return withDevice(data, async (door) => {
    const text = JSON.stringify(await ask<PeripheralReport>(door, '/technician/peripheral-report'), null, 2);
    if (to === '-') say(text);
    else {
      writeDurably(resolve(to), `${text}\n`);
      say(resolve(to));
    }
  });
}
