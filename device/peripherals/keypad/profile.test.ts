import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settle, VirtualClock } from '../../testing/virtual-clock.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { encodeFf68 } from './framing/ff68-frame.ts';
import { createKeypad } from './keypad.ts';
import { KeypadProfileError, parseKeypadProfile, readKeypadProfile } from './profile.ts';

const FOLDER = new URL('../../../assets/keypad-profiles/', import.meta.url);

const KEYS = [1, 2, 3, 4, 5].map((n) => ({ byte: `0x0${n}`, key: `${n}` }));
const LEVELS = [1, 2, 3, 4, 5].map((n) => ({ key: `${n}`, level: n }));
const GOOD = {
  id: 'test',
  title: 'test',
  serial: { baudRate: 9600 },
  framing: { type: 'byte', keys: KEYS },
  levels: LEVELS,
};

function faultOf(value: unknown): KeypadProfileError {
  try {
    parseKeypadProfile(value);
  } catch (error) {
    if (error instanceof KeypadProfileError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('parseKeypadProfile', () => {
  it('fills in what is left out', () => {
    const profile = parseKeypadProfile(GOOD);
    expect(profile).toMatchObject({ prompt: [], debounceMs: 400 });
    expect(profile.serial).toEqual({ baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' });
    expect(profile.framing.keys[0]).toEqual({ byte: 1, key: '1' });
  });

  it.each<[string, unknown, string]>([
    ['a level is missing', { ...GOOD, levels: LEVELS.slice(1) }, 'levels: level 1 has no key'],
    [
      'a level stands twice',
      { ...GOOD, levels: [...LEVELS.slice(1), { key: '1', level: 5 }] },
      'levels: level 5 has more than one key',
    ],
    ['a key has two levels', { ...GOOD, levels: [...LEVELS, { key: '1', level: 2 }] }, 'key 1 has more than one level'],
    [
      'a key has no level',
      { ...GOOD, framing: { type: 'byte', keys: [...KEYS, { byte: '0x0a', key: 'ok' }] } },
      'key ok',
    ],
    ['a key has no byte', { ...GOOD, framing: { type: 'byte', keys: KEYS.slice(1) } }, 'framing: no byte gives key 1'],
    [
      'a byte means two keys',
      { ...GOOD, framing: { type: 'byte', keys: [...KEYS, { byte: '0x01', key: '2' }] } },
      'byte 0x01 stands more than once',
    ],
    [
      'a key byte is ignored too',
      { ...GOOD, framing: { type: 'byte', keys: KEYS, ignore: ['0x05'] } },
      'byte 0x05 stands more than once',
    ],
    ['a byte is no byte', { ...GOOD, prompt: ['0x100'] }, 'prompt.0: a byte in hex'],
    ['a level is none of ours', { ...GOOD, levels: [...LEVELS.slice(1), { key: '1', level: 0 }] }, 'levels.4.level'],
    ['the framing is unknown', { ...GOOD, framing: { type: 'telepathy', keys: KEYS } }, 'framing.type'],
    ['the baud rate is text', { ...GOOD, serial: { baudRate: '9600' } }, 'serial.baudRate'],
    ['a field is not ours', { ...GOOD, colour: 'red' }, 'colour'],
    ['it is no object', null, 'profile'],
  ])('when %s then it is refused with the place', (_when, value, fault) => {
    const error = faultOf(value);
    expect(error.code).toBe('bad_profile');
    expect(error.message).toContain(fault);
  });

  it('when a pad has fewer than five keys then it must say that it only prompts, and why', () => {
    const four = {
      ...GOOD,
      framing: { type: 'ff68', address: '0x01', keys: KEYS.slice(1) },
      levels: [{ key: '2', level: null }, ...LEVELS.slice(2)],
    };
    expect(faultOf(four).message).toContain('completion: a pad without five equal grades must say prompt-only');
    const promptOnly = { ...four, completion: 'prompt-only' };
    expect(faultOf(promptOnly).message).toContain('note: tell the technician why');
    expect(parseKeypadProfile({ ...promptOnly, note: 'four keys' }).completion).toBe('prompt-only');
  });

  it('when a framed family is given raw bytes to send then they are refused', () => {
    const framing = { type: 'ff68', address: '0x01', keys: KEYS };
    expect(parseKeypadProfile({ ...GOOD, framing }).completion).toBe('grade');
    expect(faultOf({ ...GOOD, framing, prompt: ['0x01'] }).message).toContain('prompt: ');
  });

  it('names all faults at once', () => {
    const { message } = faultOf({ ...GOOD, levels: LEVELS.slice(2) });
    expect(message).toContain('level 1 has no key');
    expect(message).toContain('level 2 has no key');
  });
});

describe('the shipped profiles', () => {
  it('are those that are documented, each under its own name', async () => {
    const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
    const ids = await Promise.all(files.map(async (name) => (await readKeypadProfile(new URL(name, FOLDER))).id));
    expect(files).toEqual([
      'ascii-digit.json',
      'ff68-four-key.json',
      'jtt905-codes.json',
      'raw-byte-1-5.json',
      'sundyn-polled.json',
      'sundyn.json',
    ]);
    expect(ids.map((id) => `${id}.json`)).toEqual(files);
  });

  /** What a press sends, and the level it must become; none where the box cannot give five equal grades. */
  const TABLE: [id: string, (code: number) => number[], Record<number, number>][] = [
    ['ascii-digit', (code) => [code], { 49: 1, 50: 2, 51: 3, 52: 4, 53: 5 }],
    ['raw-byte-1-5', (code) => [code], { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 }],
    ['ff68-four-key', (code) => encodeFf68({ address: 1, func: 0x11, data: [code] }), {}],
    ['jtt905-codes', (code) => [code], {}],
    ['sundyn', (code) => [...Buffer.from(`S02||c||${code}||||t||t||||||||E`)], {}],
    ['sundyn-polled', (code) => [...Buffer.from(`S02||c||${code}||||t||t||||||||E`)], {}],
  ];

  it.each(TABLE)(
    '%s gives each of the codes 0 … 255 its level, and no level to any other',
    async (id, bytesOf, table) => {
      const profile = await readKeypadProfile(new URL(`${id}.json`, FOLDER));
      for (let code = 0; code < 256; code += 1) {
        const clock = new VirtualClock();
        const opener = new FakeOpener();
        const levels: number[] = [];
        const keypad = createKeypad({
          profile,
          path: '/dev/pad',
          opener,
          clock,
          identify: opener.identify,
          notice: () => () => undefined,
          onKey: ({ level }) => levels.push(level),
          onEvent: () => undefined,
        });
        keypad.start();
        await settle();
        keypad.setInviting(true);
        opener.newest.send(...bytesOf(code));
        expect([code, levels]).toEqual([code, table[code] === undefined ? [] : [table[code]]]);
        const { unknown, ignored, withoutGrade, presses } = keypad.status().keys;
        // Nothing is passed over in silence: whatever came stands in a counter.
        expect(unknown + ignored + withoutGrade + presses).toBeGreaterThan(0);
      }
    },
  );
});

describe('readKeypadProfile', () => {
  it('when there is no such file then it is unreadable', async () => {
    await expect(readKeypadProfile(new URL('none.json', FOLDER))).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('when the file is no JSON then it is unreadable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keypad-'));
    const file = join(folder, 'cut.json');
    await writeFile(file, '{"id": "cut');
    await expect(readKeypadProfile(file)).rejects.toMatchObject({ code: 'unreadable', next: 'stop' });
    await rm(folder, { recursive: true });
  });
});
