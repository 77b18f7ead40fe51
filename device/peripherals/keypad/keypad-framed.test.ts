import { beforeEach, describe, expect, it } from 'vitest';
import { LEVELS } from '../../ledger/record.ts';
import { encodeFf68, FF68_FUNC } from './framing/ff68-frame.ts';
import type { Ff68Framing } from './framing/framing-schema.ts';
import { type KeypadProfile, readKeypadProfile } from './profile.ts';
import { KeypadBench } from './testing/keypad-bench.ts';

/** A pad that speaks in frames: it is started, answered, and may have keys of the staff beside those of the citizen. */

const FF68 = await readKeypadProfile(new URL('../../../assets/keypad-profiles/ff68-four-key.json', import.meta.url));
/** A framed pad that may grade: of five keys, as none is known yet. */
const FF68_FIVE: KeypadProfile = {
  ...FF68,
  completion: 'grade',
  framing: { ...FF68.framing, keys: [0, 1, 2, 3, 4].map((byte) => ({ byte, key: `${byte}` })) } as Ff68Framing,
  levels: ([0, 1, 2, 3, 4] as const).map((n) => ({ key: `${n}`, level: LEVELS[n]! })),
};

let pad: KeypadBench;

beforeEach(() => {
  pad = new KeypadBench();
});

describe('a framed pad', () => {
  const frame = (func: number, ...data: number[]) => encodeFf68({ address: 1, func, data });
  const press = (key: number) => pad.opener.newest.send(...frame(0x11, key));
  const START = frame(0x01, 0x0b);

  it('is started by an invitation, and its keys are levels and are answered', async () => {
    const keypad = await pad.started(FF68_FIVE);
    keypad.setInviting(true);
    for (const key of [0, 1, 2, 3, 4]) {
      press(key);
      await pad.clock.advance(400);
    }
    expect(pad.levels).toEqual([...LEVELS]);
    expect(pad.opener.newest.written).toEqual([START, ...[0, 1, 2, 3, 4].map((key) => frame(0x01, key))]);
    expect(pad.events).toEqual([]);
  });

  it('when it has four keys then a press is one event an invitation, without the key, and never a grade', async () => {
    const keypad = await pad.started(FF68);
    for (let turn = 0; turn < 2; turn += 1) {
      keypad.setInviting(true);
      for (const key of [0, 1, 2, 3]) {
        press(key);
        await pad.clock.advance(400);
      }
      keypad.setInviting(false);
    }
    expect(pad.keys).toEqual([]);
    expect(pad.events).toEqual([
      { type: 'key_without_grade', atMonotonicMs: 1000 },
      { type: 'key_without_grade', atMonotonicMs: 2600 },
    ]);
    expect(keypad.status()).toMatchObject({ note: FF68.note, keys: { withoutGrade: 8, presses: 0 } });
  });

  it('when the staff press the call box then that is a box key, once, and no grade', async () => {
    const keypad = await pad.started(FF68_FIVE);
    pad.opener.newest.send(...frame(0x01, 0x0c), ...frame(0x01, 0x0c));
    await pad.clock.advance(0);
    expect(pad.boxKeys).toEqual([{ type: 'box_key', key: 'call_next', atMonotonicMs: 1000 }]);
    expect(keypad.status().keys).toMatchObject({ boxKeys: 1, bounces: 1 });
    expect(pad.opener.newest.written).toEqual([[...frame(0x01, 0x0c), ...frame(0x01, 0x0c)]]);
    expect(pad.keys).toEqual([]);
  });

  it('when the line hears itself then our start is no key and is not answered', async () => {
    const keypad = await pad.started(FF68_FIVE);
    keypad.setInviting(true);
    await pad.clock.advance(5);
    pad.opener.newest.send(...START);
    await pad.clock.advance(5);
    expect(pad.opener.newest.written).toEqual([START]);
    expect(pad.boxKeys).toEqual([]);
  });

  it('when its profile asks then it beeps first, and is told its stars at every opening', async () => {
    const keypad = await pad.started({ ...FF68, framing: { ...(FF68.framing as Ff68Framing), beep: true, stars: 4 } });
    expect(pad.opener.newest.written).toEqual([frame(0x02, 4)]);
    keypad.setInviting(true);
    await pad.clock.advance(0);
    expect(pad.opener.newest.written[1]).toEqual([...frame(0x03), ...START]);
  });

  it('when it stops inviting by itself then it is prompted again for as long as the invitation lasts', async () => {
    const keypad = await pad.started({ ...FF68_FIVE, deviceTimeoutMs: 10_000 });
    keypad.setInviting(true);
    await pad.clock.advance(25_000);
    expect(pad.opener.newest.written).toEqual([START, START, START]);
    keypad.setInviting(false);
    await pad.clock.advance(25_000);
    expect(pad.opener.newest.written).toHaveLength(3);
    await keypad.stop();
    expect(pad.clock.timerCount).toBe(0);
  });

  it('when frames are broken then they are counted and told, and give nothing', async () => {
    const keypad = await pad.started(FF68_FIVE);
    keypad.setInviting(true);
    pad.opener.newest.send(...frame(0x11, 4).with(8, 0));
    await pad.clock.advance(0);
    expect(keypad.status().keys).toMatchObject({ badFrames: 1, unknown: 10, presses: 0 });
    expect(pad.events).toMatchObject([{ type: 'unknown_key', byte: 0xff }]);
    expect(pad.opener.newest.written).toEqual([START]);
  });
});

describe('a frame that comes in two pieces', () => {
  const frame = encodeFf68({ address: 1, func: FF68_FUNC.evaluatorKey, data: [4] });
  const [first, rest] = [frame.slice(0, 3), frame.slice(3)];

  async function halfPressed(): Promise<void> {
    const keypad = await pad.started(FF68_FIVE);
    keypad.setInviting(true);
    pad.opener.newest.send(...first);
    await pad.clock.settle();
  }

  it('when the process stood still between them then it is a press: nobody was there to hear a pause', async () => {
    await halfPressed();
    pad.clock.standStill(5000);
    pad.opener.newest.send(...rest);
    await pad.clock.settle();
    expect(pad.levels).toEqual([LEVELS[4]]);
  });

  it('when the line was silent between them then it is none', async () => {
    await halfPressed();
    await pad.clock.advance(5000);
    pad.opener.newest.send(...rest);
    await pad.clock.settle();
    expect(pad.levels).toEqual([]);
  });
});
