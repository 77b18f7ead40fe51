import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../device/clock.ts';
import { createKeypad } from '../../device/peripherals/keypad/keypad.ts';
import type { KeyEvent, Keypad, KeypadEvent } from '../../device/peripherals/keypad/keypad-model.ts';
import { type KeypadProfile, readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { createSerialPortOpener } from '../../device/peripherals/port/serialport-opener.ts';
import { type MovablePad, openMovablePad } from '../serial/movable-pad.ts';

const ASSETS = new URL('../../assets/keypad-profiles/', import.meta.url);
const ASCII = await readKeypadProfile(new URL('ascii-digit.json', ASSETS));
const RAW = await readKeypadProfile(new URL('raw-byte-1-5.json', ASSETS));
const LIMIT = { timeout: 30_000, interval: 5 };

const opener = createSerialPortOpener(systemClock);
let pad: MovablePad;
let keypad: Keypad;
let keys: KeyEvent[];
let events: KeypadEvent[];

beforeEach(async () => {
  keys = [];
  events = [];
  pad = await openMovablePad();
});

afterEach(async () => {
  await keypad.stop();
  await pad.close();
});

/** A debounce of 50 ms, the least a profile may ask, so that presses in a row need little waiting. */
async function start(profile: KeypadProfile): Promise<void> {
  keypad = createKeypad({
    profile: { ...profile, debounceMs: 50 },
    path: pad.path,
    opener,
    clock: systemClock,
    onKey: (event) => keys.push(event),
    onEvent: (event) => events.push(event),
  });
  keypad.start();
  await inState('ready');
}

const inState = (state: string) => vi.waitFor(() => expect(keypad.status().port.state).toBe(state), LIMIT);
const levels = () => keys.map((event) => event.level);
/** Until all bytes sent so far have been read, whatever became of them. */
const haveRead = (count: number) => vi.waitFor(() => expect(keypad.status().port.counters.bytesIn).toBe(count), LIMIT);

/** Presses until it counts: the line must first have been quiet for the debounce. */
async function press(byte: string, level: number): Promise<void> {
  const before = keys.length;
  await vi.waitFor(
    async () => {
      if (keys.length === before) await pad.send(byte);
      expect(keys.length).toBe(before + 1);
    },
    { timeout: 30_000, interval: 150 },
  );
  expect(keys.at(-1)!.level).toBe(level);
}

/** How many files this process holds open. */
const descriptors = async () => (await readdir('/proc/self/fd')).length;

describe('a button box on a real pseudo-terminal', () => {
  it('when its keys are pressed while inviting then they arrive as levels', async () => {
    await start(ASCII);
    keypad.setInviting(true);
    for (const level of [5, 4, 3, 2, 1]) await press(`${level}`, level);
    expect(levels()).toEqual([5, 4, 3, 2, 1]);
  });

  it('when it sends raw bytes, control characters of a terminal among them, then they arrive as levels', async () => {
    await start(RAW);
    keypad.setInviting(true);
    for (const level of [1, 3, 4]) await press(String.fromCharCode(level), level);
  });

  it('when a key is pressed before the invitation then it counts for nothing', async () => {
    await start(ASCII);
    await pad.send('1');
    await haveRead(1);
    keypad.setInviting(true);
    await press('5', 5);
    expect(levels()).toEqual([5]);
    expect(keypad.status().keys.outsideInvitation).toBe(1);
  });

  it('when a byte is unknown then that is an event and no grade', async () => {
    await start(ASCII);
    keypad.setInviting(true);
    await pad.send(Uint8Array.of(0xfe, 0x00));
    await haveRead(2);
    expect(keys).toEqual([]);
    expect(events).toMatchObject([{ type: 'unknown_key', byte: 0xfe, count: 1 }]);
  });

  it('when an invitation starts then the pad gets its prompt', async () => {
    await start({ ...RAW, prompt: [0x07, 0x42] });
    const padSide = await opener.open(pad.padEnd, RAW.serial);
    const heard: number[] = [];
    padSide.onData((bytes) => heard.push(...bytes));
    keypad.setInviting(true);
    await vi.waitFor(() => expect(heard).toEqual([0x07, 0x42]), LIMIT);
    await padSide.close();
  });

  it('when it goes and comes back under another terminal then its keys count again', async () => {
    await start(ASCII);
    keypad.setInviting(true);
    await press('4', 4);
    await pad.pullOutInTraffic();
    await inState('reopening');
    expect(events).toMatchObject([{ type: 'port_lost' }]);
    keys.length = 0;
    await pad.plugIn();
    await inState('ready');
    await press('2', 2);
  });

  it('when it is plugged out and in again and again then no descriptor, socket or watch is left over', async () => {
    await start(ASCII);
    keypad.setInviting(true);
    const cycle = async (turn: number) => {
      await pad.pullOutInTraffic();
      await vi.waitFor(() => expect(keypad.status().port.counters.losses).toBe(turn), LIMIT);
      keys.length = 0;
      await pad.plugIn();
      await inState('ready');
      // What was on its way when the plug was pulled is no press of the box that came back.
      expect(keys).toEqual([]);
    };
    await cycle(1);
    const openAfterOne = await descriptors();
    for (let turn = 2; turn <= 20; turn += 1) await cycle(turn);
    await vi.waitFor(async () => expect(await descriptors()).toBeLessThanOrEqual(openAfterOne), LIMIT);
    await press('3', 3);
  });

  it('when it dies in traffic thirty times then every loss is noticed, also those without a close event', async () => {
    await start(ASCII);
    for (let turn = 1; turn <= 30; turn += 1) {
      await pad.pullOutInTraffic();
      await vi.waitFor(() => expect(keypad.status().port.counters.losses).toBe(1), LIMIT);
      await pad.plugIn();
      await keypad.stop();
      await start(ASCII);
    }
  });
});
