import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { ALONE_FOR_MS, createDigitKeys, type KeyStroke, QUIET_MS } from './digit-keys.ts';

let clock: VirtualClock;
let inviting: boolean;
let levels: number[];
let take: ReturnType<typeof createDigitKeys>;

beforeEach(async () => {
  clock = new VirtualClock();
  inviting = true;
  levels = [];
  take = createDigitKeys({ clock, isInviting: () => inviting, press: (level) => levels.push(level) });
  await clock.advance(10_000);
});

const stroke = (key: string, changes: Partial<KeyStroke> = {}): KeyStroke => ({
  key,
  repeat: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  isComposing: false,
  ...changes,
});

describe('a box that poses as a keyboard', () => {
  it('when a digit is pressed, with or without Enter, then it is one press', async () => {
    take(stroke('4'), false);
    take(stroke('Enter'), false);
    await clock.advance(QUIET_MS);
    take(stroke('2'), false);
    await clock.advance(ALONE_FOR_MS);
    expect(levels).toEqual([4, 2]);
  });

  it('when a key is held then it is one press', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      take(stroke('2', { repeat: turn > 0 }), false);
      await clock.advance(30);
    }
    expect(levels).toEqual([2]);
  });

  it('when two keys come at once then neither counts', async () => {
    take(stroke('5'), false);
    take(stroke('1'), false);
    await clock.advance(1000);
    expect(levels).toEqual([]);
  });

  it('when a contact bounces late then it is one press', async () => {
    take(stroke('3'), false);
    await clock.advance(ALONE_FOR_MS + 1);
    take(stroke('3'), false);
    await clock.advance(1000);
    expect(levels).toEqual([3]);
  });

  it.each([[true], [false]])('when a key is held over the start (repeat %s) then it gives no grade', async (repeat) => {
    inviting = false;
    for (let turn = 0; turn < 20; turn += 1) {
      take(stroke('1', { repeat: repeat && turn > 0 }), false);
      await clock.advance(100);
      inviting = turn >= 10;
    }
    expect(levels).toEqual([]);
    await clock.advance(QUIET_MS);
    take(stroke('5'), false);
    await clock.advance(ALONE_FOR_MS);
    expect(levels).toEqual([5]);
  });

  it('when nobody is invited then it gives no grade, also when the invitation comes at once', async () => {
    inviting = false;
    take(stroke('5'), false);
    inviting = true;
    await clock.advance(1000);
    expect(levels).toEqual([]);
  });
});

describe('what is no box', () => {
  it.each(['5123456789', 'BJ-2026-1', '1'.repeat(40)])('a scanned %s, typed at 10 ms, gives no grade', async (text) => {
    for (const key of text) {
      take(stroke(key), false);
      await clock.advance(10);
    }
    take(stroke('Enter'), false);
    await clock.advance(1000);
    expect(levels).toEqual([]);
  });

  it('a digit that somebody writes gives no grade', async () => {
    take(stroke('5'), true);
    await clock.advance(1000);
    expect(levels).toEqual([]);
  });
});
