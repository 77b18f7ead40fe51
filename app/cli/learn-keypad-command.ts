import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import zhCN from '../../assets/locales/zh-CN.json' with { type: 'json' };
import type { Level } from '../../device/ledger/record.ts';
import type { LearningReport } from '../../device/peripherals/keypad/learning/keypad-school.ts';
import { defaultDataDir } from './data-dir.ts';
import { ask, type TechnicianDoor } from './enrolment.ts';
import { baudRate } from './port-command.ts';
import { doorOf, readRuntime } from './runtime-file.ts';

const AFTER = `
The device must be running. The box is listened to untouched, then each of the five keys is asked for twice; press it
once and let go. Where the box has no such key, type "none" and Enter. Ctrl-C stops. What is learned is in service at
once and after a restart, until the centre's configuration names another box.

Exit codes: 0 learned, five grades; 1 not learned; 2 learned, but the box has fewer than five keys and only prompts.

Examples:
  pingjiaqi learn-keypad --path /dev/ttyUSB0
  pingjiaqi learn-keypad --path tcp://192.0.2.7:4001 --baud 4800`;

const LOOK_EVERY_MS = 300;
const LESSON = '/technician/keypad-lesson';

const keyName = (level: Level | null) => (level === null ? '' : `${zhCN.strings[`level.${level}`]} (${level})`);
const NOTES: Record<NonNullable<LearningReport['note']>, string> = {
  taken: 'That is what another key sent.',
  own_noise: 'That is what the box sends untouched.',
  not_the_same: 'That is not what this key sent the first time.',
  too_long: 'That is too long for a key.',
};
const FAULTS: Record<NonNullable<LearningReport['fault']>, string> = {
  noisy: 'Untouched, the box sends ever new things; try another --baud.',
  unstable:
    'A key does not send the same twice: the speed is wrong, or its frames carry a number or the time. Try: pingjiaqi port try PATH; else ask the maker for the protocol and us for a profile.',
  overlapping: 'What one key sends is the beginning of what another sends, so they cannot be told apart.',
  no_keys: 'None of the five keys is there.',
  nobody: 'No key arrived for two minutes; check cable and --baud.',
  port: 'The port cannot be opened, or was lost.',
};

/** `pingjiaqi learn-keypad`: learning mode from a terminal. */
export function learnKeypadCommand(): Command {
  return new Command('learn-keypad')
    .description('Teach the running device a button box that it does not know.')
    .requiredOption('--path <path>', 'port of the box: /dev/serial/by-id/…, COM3, tcp://host:port')
    .option('--baud <rate>', 'line speed', baudRate, 9600)
    .option('--data <dir>', 'data folder of the device', defaultDataDir())
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ path, baud, data }: { path: string; baud: number; data: string }): Promise<void> {
  const door = doorOf(readRuntime(resolve(data)));
  if (door === null) {
    end(1, `No device runs on ${resolve(data)}; start it first: pingjiaqi start.`);
    return;
  }
  const input = createInterface({ input: process.stdin });
  try {
    await ask(door, LESSON, { path, baudRate: baud });
    input.on('line', (line) => {
      if (line.trim() === 'none') void ask(door, `${LESSON}/absent`, {});
    });
    process.once('SIGINT', () => void ask(door, `${LESSON}/stop`, {}));
    report(await follow(door));
  } catch (error) {
    end(1, error instanceof Error ? error.message : String(error));
  } finally {
    input.close();
    process.stdin.destroy();
  }
}

/** Says each step once, until the lesson is over. */
async function follow(door: TechnicianDoor): Promise<LearningReport> {
  for (let said = ''; ; await delay(LOOK_EVERY_MS)) {
    const { lesson } = await ask<{ lesson: LearningReport }>(door, LESSON);
    if (lesson.state === 'learned' || lesson.state === 'failed') return lesson;
    const line = stepLine(lesson);
    if (line !== said) process.stdout.write(`${line}\n`);
    said = line;
  }
}

function stepLine({ state, level, round, note }: LearningReport): string {
  if (state === 'opening') return 'Opening the port.';
  if (state === 'listening') return 'Do not touch the box: listening for 5 seconds.';
  if (state === 'keeping') return 'Saving.';
  return `${note === null ? '' : `${NOTES[note]} `}Press ${keyName(level)}, time ${round} of 2.`;
}

function report({ state, fault, hint, profileId, canGrade }: LearningReport): void {
  const fewer = 'This box has fewer than five keys, so it cannot give five equal grades: it prompts, the screen rates.';
  if (state === 'failed') end(1, `Not learned. ${FAULTS[fault ?? 'port']} ${hint ?? ''}`.trim());
  else if (profileId === null) end(1, 'Learned, but it could not be saved; check the disk.');
  else if (canGrade === true) end(0, `Learned and in service as ${profileId}.`);
  else end(2, `Learned as ${profileId}. ${fewer}`);
}

function end(code: number, text: string): void {
  (code === 1 ? process.stderr : process.stdout).write(`${text}\n`);
  process.exitCode = code;
}
