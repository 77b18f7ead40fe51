import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readKeypadProfile } from './profile.ts';
import { KeypadBench } from './testing/keypad-bench.ts';

const ASSETS = new URL('../../../assets/keypad-profiles/', import.meta.url);
const ASCII = await readKeypadProfile(new URL('ascii-digit.json', ASSETS));
const RAW = await readKeypadProfile(new URL('raw-byte-1-5.json', ASSETS));

let pad: KeypadBench;

beforeEach(() => {
  pad = new KeypadBench();
});

describe('a press while inviting', () => {
  it.each([
    [ASCII, ['5', '4', '3', '2', '1']],
    [RAW, ['\x05', '\x04', '\x03', '\x02', '\x01']],
  ])('gives the level that the profile says', async (profile, bytes) => {
    const keypad = await pad.started(profile);
    keypad.setInviting(true);
    for (const byte of bytes) {
      pad.type(byte);
      await pad.clock.advance(400);
    }
    expect(pad.levels).toEqual([5, 4, 3, 2, 1]);
    expect(pad.keys[0]).toEqual({ type: 'key', key: '5', level: 5, atMonotonicMs: 1000 });
    expect(keypad.status().keys.presses).toBe(5);
  });

  it('when a digit comes with its line end then it is one press and no fault', async () => {
    const keypad = await pad.started(ASCII);
    keypad.setInviting(true);
    pad.type('5\r\n');
    expect(pad.levels).toEqual([5]);
    expect(pad.events).toEqual([]);
    expect(keypad.status().keys).toMatchObject({ presses: 1, ignored: 2, unknown: 0 });
  });

  it('when two keys come within the debounce then only the first counts', async () => {
    const keypad = await pad.started(ASCII);
    keypad.setInviting(true);
    pad.type('25');
    await pad.clock.advance(399);
    pad.type('5');
    expect(pad.levels).toEqual([2]);
    expect(keypad.status().keys).toMatchObject({ presses: 1, bounces: 2 });
  });
});

describe('a press outside an invitation', () => {
  it('is dropped and counted', async () => {
    const keypad = await pad.started(ASCII);
    pad.type('5');
    await pad.clock.advance(400);
    keypad.setInviting(true);
    keypad.setInviting(false);
    pad.type('1');
    expect(pad.keys).toEqual([]);
    expect(keypad.status().keys.outsideInvitation).toBe(2);
  });

  it('when a key is held over the start then it gives no grade until it was let go', async () => {
    const keypad = await pad.started(ASCII);
    for (let repeat = 0; repeat < 10; repeat += 1) {
      pad.type('5');
      await pad.clock.advance(100);
      if (repeat === 4) keypad.setInviting(true);
    }
    expect(pad.keys).toEqual([]);
    await pad.clock.advance(300);
    pad.type('1');
    expect(pad.levels).toEqual([1]);
  });

  it('says nothing of the grade in its status', async () => {
    const five = await pad.started(ASCII);
    five.setInviting(true);
    pad.type('5');
    const one = await pad.started(ASCII);
    one.setInviting(true);
    pad.type('1');
    expect(one.status()).toEqual(five.status());
  });
});

describe('bytes that the profile does not name', () => {
  it('are an event with the first byte, and never a grade', async () => {
    const keypad = await pad.started(ASCII);
    keypad.setInviting(true);
    pad.type('\xff');
    expect(pad.keys).toEqual([]);
    expect(pad.events).toEqual([{ type: 'unknown_key', atMonotonicMs: 1000, byte: 0xff, count: 1 }]);
  });

  it('when the line chatters for an hour then it is one event a minute with the count', async () => {
    const keypad = await pad.started(ASCII);
    for (let second = 0; second < 3600; second += 1) {
      pad.type('abcdefghij');
      await pad.clock.advance(1000);
    }
    await keypad.stop();
    expect(pad.events.length).toBeLessThanOrEqual(62);
    expect(pad.events[1]).toMatchObject({ byte: 0x62, count: 599 });
    const counted = pad.events.reduce((sum, event) => sum + (event.type === 'unknown_key' ? event.count : 0), 0);
    expect(counted).toBe(36_000);
    expect(keypad.status().keys.unknown).toBe(36_000);
  });

  it('when the line falls quiet then the next one is told at once again', async () => {
    await pad.started(ASCII);
    pad.type('x');
    await pad.clock.advance(120_000);
    pad.type('y');
    expect(pad.events).toMatchObject([{ byte: 0x78 }, { byte: 0x79, count: 1, atMonotonicMs: 121_000 }]);
  });
});

describe('the prompt', () => {
  const PROMPTING = { ...RAW, prompt: [0x07, 0x0b] };

  it('is sent once when an invitation starts', async () => {
    const keypad = await pad.started(PROMPTING);
    keypad.setInviting(true);
    keypad.setInviting(true);
    await pad.clock.advance(0);
    expect(pad.opener.newest.written).toEqual([[0x07, 0x0b]]);
    keypad.setInviting(false);
    keypad.setInviting(true);
    await pad.clock.advance(0);
    expect(pad.opener.newest.written).toHaveLength(2);
  });

  it('is sent again when the port comes back during an invitation', async () => {
    const keypad = await pad.started(PROMPTING);
    keypad.setInviting(true);
    pad.opener.newest.unplug();
    await pad.clock.advance(250);
    expect(pad.opener.connections.map((connection) => connection.written.length)).toEqual([1, 1]);
  });

  it('when the pad does not take it then keys count all the same', async () => {
    const keypad = await pad.started(PROMPTING);
    pad.opener.newest.nextWrite = 'hang';
    keypad.setInviting(true);
    await pad.clock.advance(0);
    pad.type('\x04');
    expect(pad.levels).toEqual([4]);
    expect(keypad.status().port.counters.writeTimeouts).toBe(1);
  });
});

describe('a port that goes during an invitation', () => {
  it('is reported, reopened, and its keys count again', async () => {
    const keypad = await pad.started(ASCII);
    keypad.setInviting(true);
    pad.opener.newest.unplug();
    expect(keypad.status().port).toMatchObject({ state: 'lost', error: { code: 'disconnected' } });
    await pad.clock.advance(250);
    pad.type('3');
    await pad.clock.advance(5000);
    expect(pad.levels).toEqual([3]);
    expect(pad.events).toMatchObject([
      { type: 'port_lost', code: 'disconnected' },
      { type: 'port_back', durationMs: 250, losses: 1 },
    ]);
    expect(keypad.status().port).toMatchObject({ state: 'ready', error: null });
  });

  it('when the pad was never there then the rest goes on without it', async () => {
    pad.opener.identity = null;
    const keypad = await pad.started(ASCII);
    keypad.setInviting(true);
    keypad.setInviting(false);
    expect(pad.events).toMatchObject([{ type: 'port_lost', code: 'missing' }]);
  });
});

describe('stopping', () => {
  it('leaves no timer, tells what was held back, and takes no key any more', async () => {
    const keypad = await pad.started(ASCII);
    keypad.setInviting(true);
    pad.type('xy');
    await keypad.stop();
    pad.type('5');
    expect(pad.keys).toEqual([]);
    expect(pad.events).toMatchObject([
      { byte: 0x78, count: 1 },
      { byte: 0x79, count: 1 },
    ]);
    expect(pad.opener.newest.closed).toBe(true);
    expect(pad.clock.timerCount).toBe(0);
  });
});

describe('any bytes in any chunks at any time', () => {
  const chunk = fc.record({ waitMs: fc.integer({ min: 0, max: 900 }), bytes: fc.uint8Array({ maxLength: 64 }) });

  it.each([[ASCII], [RAW]])('never give a level that the table does not give', async (profile) => {
    const levelOf = new Map(profile.levels.map((entry) => [entry.key, entry.level]));
    const table = new Map(
      profile.framing.keys.map((entry) => ['byte' in entry ? entry.byte : -1, levelOf.get(entry.key)]),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 30 }), async (chunks) => {
        pad = new KeypadBench();
        const keypad = await pad.started(profile);
        keypad.setInviting(true);
        for (const { waitMs, bytes } of chunks) {
          await pad.clock.advance(waitMs);
          const before = pad.keys.length;
          pad.opener.newest.send(...bytes);
          const expected = bytes.find((byte) => table.has(byte));
          expect(pad.keys.length - before).toBeLessThanOrEqual(1);
          if (pad.keys.length > before) expect(pad.keys.at(-1)!.level).toBe(table.get(expected!));
        }
        const counted = keypad.status().keys;
        const total = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
        expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(total);
        await keypad.stop();
        expect(pad.clock.timerCount).toBe(0);
      }),
    );
  });
});
