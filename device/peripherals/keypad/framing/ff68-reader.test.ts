import { describe, expect, it } from 'vitest';
import { encodeFf68 } from './ff68-frame.ts';
import { createFf68Reader } from './ff68-reader.ts';
import type { Ff68Framing } from './framing-schema.ts';

const FRAMING: Ff68Framing = {
  type: 'ff68',
  address: 1,
  keys: [0, 1, 2, 3].map((byte) => ({ byte, key: `${byte}` })),
  start: true,
  beep: false,
  stars: null,
  acknowledge: true,
  byteTimeoutMs: 100,
};
const frame = (func: number, ...data: number[]) => encodeFf68({ address: 1, func, data });
const read = (bytes: readonly number[], framing = FRAMING) =>
  createFf68Reader(framing).feed(Uint8Array.from(bytes), 1000);

describe('a frame of our window', () => {
  it.each<[string, number[]]>([
    ['evaluate', [0x0b]],
    ['call_next', [0x0c]],
    ['recall', [0x0d]],
    ['cancel', [0x0e]],
    ['give_up', [0x06, 0x0f]],
    ['hang_up', [0x00, 0x0f]],
    ['call_back', [0x03, 0x0f]],
    ['one_metre_line', [0x11]],
    ['pause', [0x12]],
    ['transfer', [0x13]],
  ])('of the call box is %s, and is answered by itself', (key, data) => {
    const sent = frame(0x01, ...data);
    expect(read(sent)).toEqual([
      { type: 'box_key', key },
      { type: 'reply', frame: sent },
    ]);
  });

  it.each([0, 1, 2, 3])('of evaluator key %d is answered with FUNC 01', (key) => {
    expect(read(frame(0x11, key))).toEqual([
      { type: 'key', key: `${key}` },
      { type: 'reply', frame: frame(0x01, key) },
    ]);
  });

  it('that nobody knows is unknown, never a key', () => {
    for (const unknown of [frame(0x11, 4), frame(0x11, 1, 1), frame(0x01, 0x05), frame(0x7f, 1)]) {
      expect(read(unknown)[0]).toMatchObject({ type: 'unknown' });
    }
  });

  it('when the profile says so then it is not answered', () => {
    expect(read(frame(0x11, 3), { ...FRAMING, acknowledge: false })).toEqual([{ type: 'key', key: '3' }]);
  });

  it('when its checksum is wrong then it is neither a key nor answered', () => {
    const broken = frame(0x11, 3).with(8, 0x16);
    expect(read(broken).some(({ type }) => type === 'key' || type === 'reply')).toBe(false);
  });
});

describe('what is not for us', () => {
  it('when it names another window then it is passed over without an answer', () => {
    expect(read(encodeFf68({ address: 2, func: 0x11, data: [3] }))).toEqual([{ type: 'other_window', address: 2 }]);
  });

  it('when our own frame comes back then it is no key, but a later press of the same is', () => {
    const reader = createFf68Reader(FRAMING);
    const start = frame(0x01, 0x0b);
    reader.noteSent(start, 1000);
    expect(reader.feed(Uint8Array.from(start), 1020)).toEqual([{ type: 'ignored', byte: 0x01 }]);
    expect(reader.feed(Uint8Array.from(start), 1040)[0]).toEqual({ type: 'box_key', key: 'evaluate' });
    reader.noteSent(start, 2000);
    expect(reader.feed(Uint8Array.from(start), 2500)[0]).toEqual({ type: 'box_key', key: 'evaluate' });
  });
});

describe('a frame in pieces', () => {
  const bytes = Uint8Array.from(frame(0x11, 3));

  it('when they come within the byte time-out then it is a key', () => {
    const reader = createFf68Reader(FRAMING);
    const symbols = [...bytes].flatMap((byte, index) => reader.feed(Uint8Array.of(byte), 1000 + index * 100));
    expect(symbols[0]).toEqual({ type: 'key', key: '3' });
  });

  it('when the line was silent in between then the rest gives nothing', () => {
    const reader = createFf68Reader(FRAMING);
    const symbols = [...reader.feed(bytes.subarray(0, 8), 1000), ...reader.feed(bytes.subarray(8), 1101)];
    expect(symbols.every(({ type }) => type === 'unknown')).toBe(true);
    expect(symbols).toHaveLength(10);
  });
});
