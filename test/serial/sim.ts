import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { Ff68Box } from './ff68-box.ts';
import { HandScanner } from './hand-scanner.ts';
import { savePaper } from './paper-picture.ts';
import { PaperPrinter } from './paper-printer.ts';
import { ProfilePad } from './profile-pad.ts';
import { type CardName, SdtReader } from './sdt-reader.ts';
import { type SimLine, SOUND } from './sim-line.ts';
import { UdpWire } from './udp-wire.ts';

/**
 * A simulated device by hand: `node test/serial/sim.ts keypad|id-card|scanner|printer`; a keypad takes `--profile ID`
 * of any shipped profile, and `--udp PORT` for one that speaks datagrams to that port of the product. The first line on
 * stdout is the path to configure; then each line on stdin is a command. Ends with the input, with `die`, and on SIGTERM.
 */
interface HandDevice {
  line: SimLine;
  help: string;
  /** Obeys one command. @returns what to say, or null where it is none of this device's */
  obey(command: string, argument: string): string | null;
}

const BEHAVIOUR_HELP = 'ok | silent | slow | bytes | merged | noise | checksum | truncate | hang | move | die';
const SLOW_MS = 1500;
const PROFILES = new URL('../../assets/keypad-profiles/', import.meta.url);

async function keypad(): Promise<HandDevice> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { profile: { type: 'string' }, udp: { type: 'string' } },
  });
  const { profile, udp } = values;
  return profile === undefined ? callBox() : profilePad(profile, udp === undefined ? null : Number(udp));
}

async function profilePad(id: string, udp: number | null): Promise<HandDevice> {
  const profile = await readKeypadProfile(new URL(`${id}.json`, PROFILES));
  const pad = await ProfilePad.open(profile, udp === null ? undefined : () => UdpWire.open(udp));
  return {
    line: pad.line,
    help: `${pad.keys.join(' | ')} (keys) | told`,
    obey(command) {
      if (command === 'told') return JSON.stringify(pad.told);
      if (!pad.keys.includes(command)) return null;
      void pad.press(command);
      return `pressed ${command}`;
    },
  };
}

/** A call box and its four-key evaluator. */
async function callBox(): Promise<HandDevice> {
  const box = await Ff68Box.open();
  const keys = new Map([
    ['evaluate', [0x0b]],
    ['next', [0x0c]],
    ['recall', [0x0d]],
    ['pause', [0x12]],
    ['transfer', [0x13]],
  ]);
  const told = () => `heard ${box.heard.length} commands, ${box.unanswered.length} keys unanswered`;
  return {
    line: box.line,
    help: `0 | 1 | 2 | 3 (evaluator keys) | ${[...keys.keys()].join(' | ')} | told`,
    obey(command) {
      if (/^[0-3]$/.test(command)) void box.press(Number(command));
      else if (keys.has(command)) void box.pressBox(...keys.get(command)!);
      else return command === 'told' ? told() : null;
      return `sent ${command}`;
    },
  };
}

async function idCard(): Promise<HandDevice> {
  const reader = await SdtReader.open();
  return {
    line: reader.line,
    help: 'card A | card B | card J | card I | lift | told',
    obey(command, argument) {
      if (command === 'card' && /^[ABJI]$/.test(argument)) reader.lay(argument as CardName);
      else if (command === 'lift') reader.lift();
      else return command === 'told' ? `heard ${reader.heard.length} commands` : null;
      return command === 'lift' ? 'no card' : `card ${argument} is on the reader`;
    },
  };
}

async function scanner(): Promise<HandDevice> {
  const device = await HandScanner.open();
  const ends = new Map([
    ['cr', '\r'],
    ['lf', '\n'],
    ['crlf', '\r\n'],
    ['none', ''],
  ]);
  return {
    line: device.line,
    help: 'scan TEXT | end cr|lf|crlf|none | aim ]Q1',
    obey(command, argument) {
      if (command === 'scan') void device.scan(argument);
      else if (command === 'end' && ends.has(argument)) device.end = ends.get(argument)!;
      else if (command === 'aim') device.aim = argument;
      else return null;
      return `${command} ${argument}`;
    },
  };
}

async function printer(): Promise<HandDevice> {
  const device = await PaperPrinter.open();
  return {
    line: device.line,
    help: 'paper out|in | cover open|shut | show | picture FILE.png',
    obey(command, argument) {
      if (command === 'paper') device.paperOut = argument === 'out';
      else if (command === 'picture' && argument !== '') void picture(device, argument);
      else if (command === 'cover') device.coverOpen = argument === 'open';
      else if (command !== 'show') return null;
      return command === 'show' ? shown(device) : `${command} ${argument}`;
    },
  };
}

/** Needs Chromium; says when the file is there, or why it is not. */
async function picture(device: PaperPrinter, file: string): Promise<void> {
  await savePaper(device.roll, 576, file).then(
    () => console.log(`the paper is in ${file}`),
    (error: unknown) => console.log(`no picture: ${String(error)}`),
  );
}

function shown({ paper, codes, pictures, cuts }: PaperPrinter): string {
  const code = codes.map((text) => `[QR ${text}]`);
  const picture = pictures.map(({ width, height }) => `[picture ${width} × ${height}]`);
  return [...paper, ...code, ...picture, `${cuts} cuts`].join('\n');
}

/** How the device misbehaves from now on; each command adds to those before it, `ok` takes all back. */
function misbehave(line: SimLine, command: string): string | null {
  const now = line.behaviour;
  if (command === 'hang') line.hang();
  else if (command === 'ok') line.behaviour = { ...SOUND };
  else if (command === 'slow') line.behaviour = { ...now, slowMs: SLOW_MS };
  else if (command === 'merged') line.behaviour = { ...now, merged: true };
  else if (command === 'silent') line.behaviour = { ...now, silent: true };
  else if (command === 'bytes') line.behaviour = { ...now, byteByByte: true };
  else if (command === 'noise') line.behaviour = { ...now, noise: true };
  else if (command === 'checksum') line.behaviour = { ...now, damage: 'checksum' };
  else if (command === 'truncate') line.behaviour = { ...now, damage: 'truncated' };
  else return null;
  return command;
}

const FAMILIES = new Map([
  ['keypad', keypad],
  ['id-card', idCard],
  ['scanner', scanner],
  ['printer', printer],
]);

async function main(family: string): Promise<void> {
  const make = FAMILIES.get(family);
  if (make !== undefined) return serve(await make());
  console.error(`Name a device: ${[...FAMILIES.keys()].join(', ')}.`);
  process.exitCode = 2;
}

async function serve(device: HandDevice): Promise<void> {
  console.log(device.line.path);
  console.log(`${device.help} | ${BEHAVIOUR_HELP}`);
  const input = createInterface({ input: process.stdin });
  process.once('SIGTERM', () => input.close());
  for await (const text of input) {
    const [command = '', ...rest] = text.trim().split(' ');
    if (command === 'die') break;
    if (command === 'move') {
      console.log(await device.line.comeBack());
      continue;
    }
    console.log(misbehave(device.line, command) ?? device.obey(command, rest.join(' ')) ?? `unknown: ${command}`);
  }
  device.line.dieInTraffic();
  await device.line.close();
  // An input that is still open would keep the process.
  process.stdin.destroy();
}

await main(process.argv[2] ?? '');
