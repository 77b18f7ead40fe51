import { SerialPort } from 'serialport';
import { Appliance } from '../../device/appliance.ts';
import type { Level } from '../../device/ledger/record.ts';
import { readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { createPortOpener } from '../../device/peripherals/port/port-opener.ts';
import { openPty, type Pty } from '../../device/peripherals/simulated/pty.ts';
import {
  applianceOptions,
  CENTRE_KEYS,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { type Row, row, steadyQuantile } from './row.ts';
import { visitRequest } from './sample-window.ts';
import { SwiftClock } from './swift-clock.ts';

/**
 * A button box's byte → its rating durable and the next screen decided, over a pseudo-terminal; against a bare
 * serialport that sends each byte straight back, over another one. Presses and echoes alternate in rounds.
 */

const P99_LIMIT_MS = 10;
const WARM_UP = 20;
const PER_ROUND = 50;
/** Above the five seconds of the last screen, and of the grid on which the staff side learns of a visit's end. */
const SKIP_MS = 5_100;
const PROFILE = await readKeypadProfile(new URL('../../assets/keypad-profiles/ascii-digit.json', import.meta.url));

interface Measured {
  once(number: number): Promise<number>;
  close(): Promise<void>;
}

/** A real appliance over a real folder with a real serial port, in this process. */
async function ourPad(dir: string): Promise<Measured> {
  const pty = await openPty();
  const clock = new SwiftClock();
  const faults: unknown[] = [];
  const appliance = await Appliance.open({
    ...applianceOptions(dir, clock, faults),
    peripherals: { opener: createPortOpener(clock), keypadProfiles: new Map([[PROFILE.id, PROFILE]]) },
  });
  const settings = { peripherals: { keypad: { path: pty.path, profile: PROFILE.id } } };
  const configuration = signConfiguration(sampleConfiguration({ settings }));
  const given = { deviceId: 'bench', baseUrl: 'https://centre.example', centreKeys: CENTRE_KEYS };
  await appliance.commissioning.enrolled({ ...given, configuration });
  while (appliance.peripherals.status()[0]?.state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    async once(number) {
      await idle(appliance);
      const visitId = appliance.openVisit({ ...visitRequest(number), servedAt: null }, null);
      const tookMs = await pressed(appliance, pty, ((number % 5) + 1) as Level);
      if (faults.length > 0) throw faults[0];
      appliance.citizen({ type: 'submit', visitId });
      clock.skip(SKIP_MS);
      return tookMs;
    },
    async close() {
      await appliance.close();
      await pty.close();
    },
  };
}

/** The last screen of the visit before ends in a turn of the event loop, not at once. */
async function idle(appliance: Appliance): Promise<void> {
  while (appliance.citizenView().screen !== 'idle') await new Promise((resolve) => setImmediate(resolve));
}

/** Until the window has changed: its append has returned by then, so the rating is durable. */
function pressed(appliance: Appliance, pty: Pty, level: Level): Promise<number> {
  return new Promise((resolve) => {
    const startMs = performance.now();
    const forget = appliance.subscribe(() => {
      if (appliance.citizenView().screen !== 'reasons') return;
      forget();
      resolve(performance.now() - startMs);
    });
    pty.write(Buffer.from(String(level)));
  });
}

/** Nothing of ours but the terminal: serialport alone, which sends back what it reads. */
async function bareEcho(): Promise<Measured> {
  const pty = await openPty();
  const port = new SerialPort({ path: pty.path, baudRate: 9600, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  port.on('data', (bytes: Buffer) => port.write(bytes));
  return {
    once: () =>
      new Promise((resolve) => {
        const startMs = performance.now();
        pty.onData(() => resolve(performance.now() - startMs));
        pty.write(Buffer.from('5'));
      }),
    async close() {
      await new Promise<void>((resolve) => port.close(() => resolve()));
      await pty.close();
    },
  };
}

/** @param dir an empty folder on the disk that the ratings are kept on */
export async function benchPad(dir: string, quick: boolean): Promise<Row[]> {
  const [pad, echo] = [await ourPad(dir), await bareEcho()];
  try {
    let number = 0;
    for (; number < WARM_UP; number++) await Promise.all([pad.once(number), echo.once(number)]);
    const ours: number[][] = [];
    const bare: number[][] = [];
    for (let round = 0; round < (quick ? 4 : 20); round++) {
      ours.push([]);
      bare.push([]);
      for (let press = 0; press < PER_ROUND; press++) ours.at(-1)?.push(await pad.once(number++));
      for (let press = 0; press < PER_ROUND; press++) bare.at(-1)?.push(await echo.once(press));
    }
    const reference = 'a byte there and back by serialport alone';
    const at = (share: number): [number, [string, number]] => [
      steadyQuantile(ours, share),
      [reference, steadyQuantile(bare, share)],
    ];
    return [
      row('pad byte → durable rating, median', 'ms', ...at(0.5)),
      row('pad byte → durable rating, p99', 'ms', ...at(0.99), { maxValue: P99_LIMIT_MS }),
    ];
  } finally {
    await pad.close();
    await echo.close();
  }
}
