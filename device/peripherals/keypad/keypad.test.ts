import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { LEVELS } from '../../ledger/record.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { encodeFf68, FF68_FUNC } from './framing/ff68-frame.ts';
import type { Ff68Framing } from './framing/framing-schema.ts';
import { createKeypad } from './keypad.ts';
import type { BoxKeyEvent, KeyEvent, Keypad, KeypadEvent } from './keypad-model.ts';
import { type KeypadProfile, readKeypadProfile } from './profile.ts';

const ASSETS = new URL('../../../assets/keypad-profiles/', import.meta.url);
const ASCII = await readKeypadProfile(new URL('ascii-digit.json', ASSETS));
const RAW = await readKeypadProfile(new URL('raw-byte-1-5.json', ASSETS));
const FF68 = await readKeypadProfile(new URL('ff68-four-key.json', ASSETS));
/** A framed pad that may grade: of five keys, as none is known yet. */
const FF68_FIVE: KeypadProfile = {
  ...FF68,
  completion: 'grade',
  framing: { ...FF68.framing, keys: [0, 1, 2, 3, 4].map((byte) => ({ byte, key: `${byte}` })) } as Ff68Framing,
  levels: ([0, 1, 2, 3, 4] as const).map((n) => ({ key: `${n}`, level: LEVELS[n]! })),
};

let clock: VirtualClock;
let opener: FakeOpener;
let keys: KeyEvent[];
let events: KeypadEvent[];
let boxKeys: BoxKeyEvent[];

beforeEach(() => {
  clock = new VirtualClock();
  opener = new FakeOpener();
  keys = [];
  events = [];
  boxKeys = [];
});

function make(profile: KeypadProfile): Keypad {
  return createKeypad({
    profile,
    path: '/dev/pad',
    opener,
    clock,
    identify: opener.identify,
    onKey: (event) => keys.push(event),
    onBoxKey: (event) => boxKeys.push(event),
    onEvent: (event) => events.push(event),
  });
}

async function started(profile: KeypadProfile = ASCII): Promise<Keypad> {
  const keypad = make(profile);
  keypad.start();
  await clock.advance(1000);
  return keypad;
}

const type = (text: string) => opener.newest.send(...Buffer.from(text, 'latin1'));
const levels = () => keys.map((event) => event.level);

describe('a press while inviting', () => {
  it.each([
    [ASCII, ['5', '4', '3', '2', '1']],
    [RAW, ['\x05', '\x04', '\x03', '\x02', '\x01']],
  ])('gives the level that the profile says', async (profile, bytes) => {
    const keypad = await started(profile);
    keypad.setInviting(true);
    for (const byte of bytes) {
      type(byte);
      await clock.advance(400);
    }
    expect(levels()).toEqual([5, 4, 3, 2, 1]);
    expect(keys[0]).toEqual({ type: 'key', key: '5', level: 5, atMonotonicMs: 1000 });
    expect(keypad.status().keys.presses).toBe(5);
  });

  it('when a digit comes with its line end then it is one press and no fault', async () => {
    const keypad = await started();
    keypad.setInviting(true);
    type('5\r\n');
    expect(levels()).toEqual([5]);
    expect(events).toEqual([]);
    expect(keypad.status().keys).toMatchObject({ presses: 1, ignored: 2, unknown: 0 });
  });

  it('when two keys come within the debounce then only the first counts', async () => {
    const keypad = await started();
    keypad.setInviting(true);
    type('25');
    await clock.advance(399);
    type('5');
    expect(levels()).toEqual([2]);
    expect(keypad.status().keys).toMatchObject({ presses: 1, bounces: 2 });
  });
});

describe('a press outside an invitation', () => {
  it('is dropped and counted', async () => {
    const keypad = await started();
    type('5');
    await clock.advance(400);
    keypad.setInviting(true);
    keypad.setInviting(false);
    type('1');
    expect(keys).toEqual([]);
    expect(keypad.status().keys.outsideInvitation).toBe(2);
  });

  it('when a key is held over the start then it gives no grade until it was let go', async () => {
    const keypad = await started();
    for (let repeat = 0; repeat < 10; repeat += 1) {
      type('5');
      await clock.advance(100);
      if (repeat === 4) keypad.setInviting(true);
    }
    expect(keys).toEqual([]);
    await clock.advance(300);
    type('1');
    expect(levels()).toEqual([1]);
  });

  it('says nothing of the grade in its status', async () => {
    const five = await started();
    five.setInviting(true);
    type('5');
    const one = await started();
    one.setInviting(true);
    type('1');
    expect(one.status()).toEqual(five.status());
  });
});

describe('bytes that the profile does not name', () => {
  it('are an event with the first byte, and never a grade', async () => {
    const keypad = await started();
    keypad.setInviting(true);
    type('\xff');
    expect(keys).toEqual([]);
    expect(events).toEqual([{ type: 'unknown_key', atMonotonicMs: 1000, byte: 0xff, count: 1 }]);
  });

  it('when the line chatters for an hour then it is one event a minute with the count', async () => {
    const keypad = await started();
    for (let second = 0; second < 3600; second += 1) {
      type('abcdefghij');
      await clock.advance(1000);
    }
    await keypad.stop();
    expect(events.length).toBeLessThanOrEqual(62);
    expect(events[1]).toMatchObject({ byte: 0x62, count: 599 });
    const counted = events.reduce((sum, event) => sum + (event.type === 'unknown_key' ? event.count : 0), 0);
    expect(counted).toBe(36_000);
    expect(keypad.status().keys.unknown).toBe(36_000);
  });

  it('when the line falls quiet then the next one is told at once again', async () => {
    await started();
    type('x');
    await clock.advance(120_000);
    type('y');
    expect(events).toMatchObject([{ byte: 0x78 }, { byte: 0x79, count: 1, atMonotonicMs: 121_000 }]);
  });
});

describe('the prompt', () => {
  const PROMPTING = { ...RAW, prompt: [0x07, 0x0b] };

  it('is sent once when an invitation starts', async () => {
    const keypad = await started(PROMPTING);
    keypad.setInviting(true);
    keypad.setInviting(true);
    await clock.advance(0);
    expect(opener.newest.written).toEqual([[0x07, 0x0b]]);
    keypad.setInviting(false);
    keypad.setInviting(true);
    await clock.advance(0);
    expect(opener.newest.written).toHaveLength(2);
  });

  it('is sent again when the port comes back during an invitation', async () => {
    const keypad = await started(PROMPTING);
    keypad.setInviting(true);
    opener.newest.unplug();
    await clock.advance(250);
    expect(opener.connections.map((connection) => connection.written.length)).toEqual([1, 1]);
  });

  it('when the pad does not take it then keys count all the same', async () => {
    const keypad = await started(PROMPTING);
    opener.newest.nextWrite = 'hang';
    keypad.setInviting(true);
    await clock.advance(0);
    type('\x04');
    expect(levels()).toEqual([4]);
    expect(keypad.status().port.counters.writeTimeouts).toBe(1);
  });
});

describe('a framed pad', () => {
  const frame = (func: number, ...data: number[]) => encodeFf68({ address: 1, func, data });
  const press = (key: number) => opener.newest.send(...frame(0x11, key));
  const START = frame(0x01, 0x0b);

  it('is started by an invitation, and its keys are levels and are answered', async () => {
    const keypad = await started(FF68_FIVE);
    keypad.setInviting(true);
    for (const key of [0, 1, 2, 3, 4]) {
      press(key);
      await clock.advance(400);
    }
    expect(levels()).toEqual([...LEVELS]);
    expect(opener.newest.written).toEqual([START, ...[0, 1, 2, 3, 4].map((key) => frame(0x01, key))]);
    expect(events).toEqual([]);
  });

  it('when it has four keys then a press is one event an invitation, without the key, and never a grade', async () => {
    const keypad = await started(FF68);
    for (let turn = 0; turn < 2; turn += 1) {
      keypad.setInviting(true);
      for (const key of [0, 1, 2, 3]) {
        press(key);
        await clock.advance(400);
      }
      keypad.setInviting(false);
    }
    expect(keys).toEqual([]);
    expect(events).toEqual([
      { type: 'key_without_grade', atMonotonicMs: 1000 },
      { type: 'key_without_grade', atMonotonicMs: 2600 },
    ]);
    expect(keypad.status()).toMatchObject({ note: FF68.note, keys: { withoutGrade: 8, presses: 0 } });
  });

  it('when the staff press the call box then that is a box key, once, and no grade', async () => {
    const keypad = await started(FF68_FIVE);
    opener.newest.send(...frame(0x01, 0x0c), ...frame(0x01, 0x0c));
    await clock.advance(0);
    expect(boxKeys).toEqual([{ type: 'box_key', key: 'call_next', atMonotonicMs: 1000 }]);
    expect(keypad.status().keys).toMatchObject({ boxKeys: 1, bounces: 1 });
    expect(opener.newest.written).toEqual([[...frame(0x01, 0x0c), ...frame(0x01, 0x0c)]]);
    expect(keys).toEqual([]);
  });

  it('when the line hears itself then our start is no key and is not answered', async () => {
    const keypad = await started(FF68_FIVE);
    keypad.setInviting(true);
    await clock.advance(5);
    opener.newest.send(...START);
    await clock.advance(5);
    expect(opener.newest.written).toEqual([START]);
    expect(boxKeys).toEqual([]);
  });

  it('when its profile asks then it beeps first, and is told its stars at every opening', async () => {
    const keypad = await started({ ...FF68, framing: { ...(FF68.framing as Ff68Framing), beep: true, stars: 4 } });
    expect(opener.newest.written).toEqual([frame(0x02, 4)]);
    keypad.setInviting(true);
    await clock.advance(0);
    expect(opener.newest.written[1]).toEqual([...frame(0x03), ...START]);
  });

  it('when it stops inviting by itself then it is prompted again for as long as the invitation lasts', async () => {
    const keypad = await started({ ...FF68_FIVE, deviceTimeoutMs: 10_000 });
    keypad.setInviting(true);
    await clock.advance(25_000);
    expect(opener.newest.written).toEqual([START, START, START]);
    keypad.setInviting(false);
    await clock.advance(25_000);
    expect(opener.newest.written).toHaveLength(3);
    await keypad.stop();
    expect(clock.timerCount).toBe(0);
  });

  it('when frames are broken then they are counted and told, and give nothing', async () => {
    const keypad = await started(FF68_FIVE);
    keypad.setInviting(true);
    opener.newest.send(...frame(0x11, 4).with(8, 0));
    await clock.advance(0);
    expect(keypad.status().keys).toMatchObject({ badFrames: 1, unknown: 10, presses: 0 });
    expect(events).toMatchObject([{ type: 'unknown_key', byte: 0xff }]);
    expect(opener.newest.written).toEqual([START]);
  });
});

describe('a port that goes during an invitation', () => {
  it('is reported, reopened, and its keys count again', async () => {
    const keypad = await started();
    keypad.setInviting(true);
    opener.newest.unplug();
    expect(keypad.status().port).toMatchObject({ state: 'lost', error: { code: 'disconnected' } });
    await clock.advance(250);
    type('3');
    await clock.advance(5000);
    expect(levels()).toEqual([3]);
    expect(events).toMatchObject([
      { type: 'port_lost', code: 'disconnected' },
      { type: 'port_back', durationMs: 250, losses: 1 },
    ]);
    expect(keypad.status().port).toMatchObject({ state: 'ready', error: null });
  });

  it('when the pad was never there then the rest goes on without it', async () => {
    opener.identity = null;
    const keypad = await started();
    keypad.setInviting(true);
    keypad.setInviting(false);
    expect(events).toMatchObject([{ type: 'port_lost', code: 'missing' }]);
  });
});

describe('stopping', () => {
  it('leaves no timer, tells what was held back, and takes no key any more', async () => {
    const keypad = await started();
    keypad.setInviting(true);
    type('xy');
    await keypad.stop();
    type('5');
    expect(keys).toEqual([]);
    expect(events).toMatchObject([
      { byte: 0x78, count: 1 },
      { byte: 0x79, count: 1 },
    ]);
    expect(opener.newest.closed).toBe(true);
    expect(clock.timerCount).toBe(0);
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
        clock = new VirtualClock();
        keys = [];
        const keypad = await started(profile);
        keypad.setInviting(true);
        for (const { waitMs, bytes } of chunks) {
          await clock.advance(waitMs);
          const before = keys.length;
          opener.newest.send(...bytes);
          const expected = bytes.find((byte) => table.has(byte));
          expect(keys.length - before).toBeLessThanOrEqual(1);
          if (keys.length > before) expect(keys.at(-1)!.level).toBe(table.get(expected!));
        }
        const counted = keypad.status().keys;
        const total = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
        expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(total);
        await keypad.stop();
        expect(clock.timerCount).toBe(0);
      }),
    );
  });
});

describe('a frame that comes in two pieces', () => {
  const frame = encodeFf68({ address: 1, func: FF68_FUNC.evaluatorKey, data: [4] });
  const [first, rest] = [frame.slice(0, 3), frame.slice(3)];

  async function halfPressed(): Promise<void> {
    const keypad = await started(FF68_FIVE);
    keypad.setInviting(true);
    opener.newest.send(...first);
    await clock.settle();
  }

  it('when the process stood still between them then it is a press: nobody was there to hear a pause', async () => {
    await halfPressed();
    clock.standStill(5000);
    opener.newest.send(...rest);
    await clock.settle();
    expect(levels()).toEqual([LEVELS[4]]);
  });

  it('when the line was silent between them then it is none', async () => {
    await halfPressed();
    await clock.advance(5000);
    opener.newest.send(...rest);
    await clock.settle();
    expect(levels()).toEqual([]);
  });
});
