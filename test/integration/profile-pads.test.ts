import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KEYPAD_PROFILES_DIR } from '../../app/processes/settings.ts';
import { systemClock } from '../../device/clock.ts';
import { createKeypad } from '../../device/peripherals/keypad/keypad.ts';
import type { Keypad } from '../../device/peripherals/keypad/keypad-model.ts';
import { type KeypadProfile, readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { createPortOpener } from '../../device/peripherals/port/port-opener.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { ProfilePad } from '../serial/profile-pad.ts';
import { type Behaviour, SOUND } from '../serial/sim-line.ts';
import { UdpWire } from '../serial/udp-wire.ts';

/** The box of every shipped profile, over a real line, as well and as badly as it can be. */

const FOLDER = pathToFileURL(`${KEYPAD_PROFILES_DIR}/`);
const PROFILES = await Promise.all(readdirSync(FOLDER).map((file) => readKeypadProfile(new URL(file, FOLDER))));
const LIMIT = { timeout: 20_000, interval: 2 };
/** Virtual: longer than a bounce, a frame's silence and the pause between two questions for a result. */
const LATER_MS = 2500;
/** Virtual: far shorter than the wait for an answer, which would be given up before its bytes are here. */
const PIECE_MS = 20;

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A box that is asked for grades, and how often a press of it was understood. */
async function inService(profile: KeypadProfile, pad: ProfilePad) {
  const clock = new VirtualClock();
  const keypad: Keypad = createKeypad({
    profile,
    path: pad.line.path,
    opener: createPortOpener(systemClock),
    clock,
    onKey: () => undefined,
    onEvent: () => undefined,
  });
  undo.push(() => keypad.stop());
  keypad.start();
  await vi.waitFor(() => expect(['ready', 'suspect']).toContain(keypad.status().port.state), LIMIT);
  keypad.setInviting(true);
  const heard = () => keypad.status().keys.presses + keypad.status().keys.withoutGrade;
  const bytesIn = () => keypad.status().port.counters.bytesIn;
  const isPolled = profile.framing.type === 'sundyn' && profile.framing.pollMs !== null;
  const press = async (presses = 1) => {
    for (let turn = 0; turn < presses; turn += 1) await pad.press(pad.keys[0]!);
  };
  const isQuiet = () => pad.told.bytes === keypad.status().port.counters.bytesOut && pad.line.bytesSent === bytesIn();
  /** A box that waits to be asked is asked as time passes; its answer comes in real time, and is awaited meanwhile. */
  const until = (check: () => void) =>
    vi.waitFor(async () => {
      await pad.line.settled();
      if (isPolled && isQuiet()) await clock.advance(PIECE_MS);
      check();
    }, LIMIT);
  /** Virtual time passes only when all bytes are here: they travel in real time. */
  const rest = () => clock.advance(LATER_MS);
  return { heard, bytesIn, press, until, rest };
}

const WELL: [string, Partial<Behaviour>][] = [
  ['sound', {}],
  ['byte by byte', { byteByByte: true }],
  ['slow', { slowMs: 5 }],
  ['with garbage between', { noise: true }],
];
const DAMAGED: Behaviour['damage'][] = ['checksum', 'truncated'];

describe.each(PROFILES.map((profile) => [profile.id, profile] as const))('the simulated box %s', (_id, profile) => {
  it('is understood however its bytes come, and never where they are damaged', async () => {
    const pad = await ProfilePad.open(profile);
    undo.push(() => pad.line.close());
    const { heard, bytesIn, press, until, rest } = await inService(profile, pad);
    await rest();
    let expected = 0;
    const understood = async (how: string) => {
      await press();
      expected += 1;
      await until(() => expect(heard(), how).toBe(expected));
      await rest();
    };
    for (const [how, behaviour] of WELL) {
      pad.line.behaviour = { ...SOUND, ...behaviour };
      await understood(how);
    }
    const before = bytesIn();
    pad.line.behaviour = { ...SOUND };
    await understood('sound again');
    const length = bytesIn() - before;
    for (const damage of DAMAGED) {
      const wanted = bytesIn() + (damage === 'truncated' ? Math.floor(length / 2) : length);
      pad.line.behaviour = { ...SOUND, damage };
      await press();
      await until(() => expect(bytesIn(), damage).toBeGreaterThanOrEqual(wanted));
      await rest();
      pad.line.behaviour = { ...SOUND };
      await understood(damage);
    }
    pad.line.behaviour = { ...SOUND, silent: true };
    await press();
    await rest();
    expect(heard()).toBe(expected);
  });
});

it('two presses in one piece are one press, and a box that comes back has another path', async () => {
  const profile = PROFILES.find(({ id }) => id === 'ff68-four-key')!;
  const pad = await ProfilePad.open(profile);
  undo.push(() => pad.line.close());
  const { heard, press } = await inService(profile, pad);
  pad.line.behaviour = { ...SOUND, merged: true };
  await press(2);
  await vi.waitFor(() => expect(heard()).toBe(1), LIMIT);
  pad.line.behaviour = { ...SOUND };
  const before = pad.line.path;
  expect(await pad.line.comeBack()).not.toBe(before);
  const again = await inService(profile, pad);
  await again.press();
  await vi.waitFor(() => expect(again.heard()).toBe(1), LIMIT);
});

it('Sundyn over datagrams starts when asked, shows that it lives, and sends its result', async () => {
  const profile = PROFILES.find(({ id }) => id === 'sundyn')!;
  const free = createSocket('udp4').bind(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  await new Promise<void>((resolve) => free.close(() => resolve()));
  const pad = await ProfilePad.open(profile, () => UdpWire.open(port));
  undo.push(() => pad.line.close());
  const { heard, press } = await inService(profile, pad);
  await vi.waitFor(() => expect(pad.told).toMatchObject({ starts: 1, heartbeats: 1 }), LIMIT);
  await press();
  await vi.waitFor(() => expect(heard()).toBe(1), LIMIT);
});
