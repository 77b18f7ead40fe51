import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFf68, type Ff68Item, Ff68Parser, LONGEST_FF68_FRAME } from './ff68-frame.ts';

/** Golden frames of the peripherals reference, a.2: name, bytes, FUNC, DATA; all of address 1. */
const GOLDEN: readonly (readonly [string, string, number, number[]])[] = [
  ['start evaluation', 'FF 68 03 03 68 01 01 0B 0D 16', 0x01, [0x0b]],
  ['5 stars', 'FF 68 03 03 68 01 02 05 08 16', 0x02, [5]],
  ['beep', 'FF 68 02 02 68 01 03 04 16', 0x03, []],
  ['show ticket 012', 'FF 68 08 08 68 01 02 0A 0A 0A 00 01 02 24 16', 0x02, [10, 10, 10, 0, 1, 2]],
  ['show 037 waiting', 'FF 68 08 08 68 01 02 00 03 07 0A 0A 0A 2B 16', 0x02, [0, 3, 7, 10, 10, 10]],
  ['key 0', 'FF 68 03 03 68 01 11 00 12 16', 0x11, [0]],
  ['key 0 acknowledged', 'FF 68 03 03 68 01 01 00 02 16', 0x01, [0]],
  ['key 1', 'FF 68 03 03 68 01 11 01 13 16', 0x11, [1]],
  ['key 1 acknowledged', 'FF 68 03 03 68 01 01 01 03 16', 0x01, [1]],
  ['key 2', 'FF 68 03 03 68 01 11 02 14 16', 0x11, [2]],
  ['key 2 acknowledged', 'FF 68 03 03 68 01 01 02 04 16', 0x01, [2]],
  ['key 3', 'FF 68 03 03 68 01 11 03 15 16', 0x11, [3]],
  ['key 3 acknowledged', 'FF 68 03 03 68 01 01 03 05 16', 0x01, [3]],
  ['call next', 'FF 68 03 03 68 01 01 0C 0E 16', 0x01, [0x0c]],
  ['recall', 'FF 68 03 03 68 01 01 0D 0F 16', 0x01, [0x0d]],
  ['hang up', 'FF 68 04 04 68 01 01 00 0F 11 16', 0x01, [0x00, 0x0f]],
  ['give up', 'FF 68 04 04 68 01 01 06 0F 17 16', 0x01, [0x06, 0x0f]],
  ['call back', 'FF 68 04 04 68 01 01 03 0F 14 16', 0x01, [0x03, 0x0f]],
  ['pause', 'FF 68 03 03 68 01 01 12 14 16', 0x01, [0x12]],
  ['transfer', 'FF 68 03 03 68 01 01 13 15 16', 0x01, [0x13]],
];
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const ALL = GOLDEN.map(([, hex]) => bytesOf(hex));
const FRAMES = GOLDEN.map(([, , func, data]) => ({ address: 1, func, data }));

function parse(stream: Uint8Array, chunkBytes = stream.length): Ff68Item[] {
  const parser = new Ff68Parser();
  const items: Ff68Item[] = [];
  for (let at = 0; at < stream.length; at += chunkBytes)
    items.push(...parser.feed(stream.subarray(at, at + chunkBytes)));
  return items;
}

const framesIn = (items: Ff68Item[]) => items.flatMap((item) => (item.type === 'frame' ? [item.frame] : []));

describe('the golden frames', () => {
  it.each(GOLDEN)('%s is read and written', (_name, hex, func, data) => {
    expect(parse(bytesOf(hex))).toEqual([{ type: 'frame', frame: { address: 1, func, data } }]);
    expect(encodeFf68({ address: 1, func, data })).toEqual([...bytesOf(hex)]);
  });

  it('are found in chunks of 1 to 4096 bytes, with noise before, between and behind', () => {
    // Noise that looks like beginnings: each frame's first bytes, and marks alone.
    const noise = [[], [0x00], [0xff], [0xff, 0x68], [0x16, 0x68, 0xff], [0xff, 0x68, 0x03], [0xff, 0x68, 0x03, 0x03]];
    const parts = ALL.flatMap((frame, index) => [Buffer.from(noise[index % noise.length]!), frame]);
    const stream = Buffer.concat(Array.from({ length: 20 }, () => parts).flat());
    const expected = Array.from({ length: 20 }, () => FRAMES).flat();
    for (let chunkBytes = 1; chunkBytes <= 4096; chunkBytes += 1) {
      if (chunkBytes > 64 && chunkBytes % 61 !== 0 && chunkBytes !== 4096) continue;
      expect(framesIn(parse(stream, chunkBytes))).toEqual(expected);
    }
  });
});

describe('what is no frame', () => {
  it.each<[string, string, string]>([
    ['the checksum is wrong', 'FF 68 03 03 68 01 11 03 16 16', 'checksum'],
    ['the end is wrong', 'FF 68 03 03 68 01 11 03 15 17', 'end'],
    ['the lengths differ', 'FF 68 03 04 68 01 11 03 15 16', 'length'],
    ['the length is too short', 'FF 68 01 01 68 01 01 16', 'length'],
    ['the length is too long', 'FF 68 09 09 68 01 02 00 00 00 00 00 00 00 03 16', 'length'],
    ['the second mark is missing', 'FF 68 03 03 00 01 11 03 15 16', 'length'],
  ])('when %s then it is a fault, and a frame behind it is found', (_when, hex, fault) => {
    const items = parse(Buffer.concat([bytesOf(hex), bytesOf('FF 68 03 03 68 01 11 02 14 16')]));
    expect(items.find((item) => item.type === 'bad_frame')).toEqual({ type: 'bad_frame', fault });
    expect(framesIn(items)).toEqual([{ address: 1, func: 0x11, data: [2] }]);
  });

  it('when a frame is cut then silence ends it, and nothing is left to join the next', () => {
    const parser = new Ff68Parser();
    expect(parser.feed(bytesOf('FF 68 03 03 68 01 11'))).toEqual([]);
    expect(parser.expire()).toHaveLength(7);
    expect(framesIn(parser.feed(bytesOf('03 15 16 FF 68 03 03 68 01 11 00 12 16')))).toEqual([
      { address: 1, func: 0x11, data: [0] },
    ]);
  });
});

describe('any bytes', () => {
  /** Every frame written out in the stream, found without the parser. */
  const written = (stream: Buffer) => (frame: { address: number; func: number; data: readonly number[] }) =>
    stream.includes(Buffer.from(encodeFf68(frame)));

  it('never give a frame that is not written in them, and never make the parser grow', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...ALL),
      fc.tuple(fc.constantFrom(...ALL), fc.nat(14), fc.nat(255)).map(([frame, at, value]) => {
        const mutated = Uint8Array.from(frame);
        mutated[at % mutated.length] = value;
        return mutated;
      }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 1, max: 64 }), (pieces, chunkBytes) => {
        const stream = Buffer.concat(pieces);
        const items = parse(stream, chunkBytes);
        expect(framesIn(items).every(written(stream))).toBe(true);
        const frameBytes = framesIn(items).reduce((sum, { data }) => sum + data.length + 9, 0);
        const dropped = items.filter((item) => item.type === 'discarded').length;
        const held = stream.length - frameBytes - dropped;
        expect(held).toBeGreaterThanOrEqual(0);
        expect(held).toBeLessThan(LONGEST_FF68_FRAME);
      }),
      { numRuns: 5000 },
    );
  });
});
