import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader } from './create-frame-reader.ts';
import { encodeFf68 } from './ff68-frame.ts';
import { type Framing, framingSchema } from './framing-schema.ts';

/** Every parser of a button box against what no box sends: random bytes, and frames with something wrong in them. */

const RUNS = 100;
const BYTES_A_RUN = 100_000;
const MUTATIONS = 100_000;

const hex = (byte: number) => `0x${byte.toString(16).padStart(2, '0')}`;
const byteKeys = [0, 1, 2, 3].map((byte) => ({ byte: hex(byte), key: `${byte}` }));
const sequences = [1, 2, 3, 4, 5].map((n) => ({ bytes: [0xaa, n, 0xaa ^ n].map(hex), key: `${n}` }));

interface Family {
  framing: Framing;
  /** A whole press of a key 1 … 3. */
  press: (key: number) => number[];
  /** By other means than the parser's: how many whole presses at most stand in the bytes. */
  most: (bytes: Uint8Array) => number;
  /** What random bytes are drawn from; of all bytes where left out. */
  alphabet?: string;
}

const family = (framing: unknown, rest: Omit<Family, 'framing'>): Family => ({
  framing: framingSchema.parse(framing),
  ...rest,
});

/** Bytes as text that a regular expression may look at: byte 0x16 is the character U+0116. */
const textOf = (bytes: Uint8Array) =>
  Buffer.from(Uint16Array.from(bytes, (byte) => 0x100 + byte).buffer).toString('utf16le');
/** A key of the evaluator at address 1; the last group is the checksum. */
const FF68 = /\u01ff\u0168\u0103\u0103\u0168\u0101\u0111([\u0100-\u0103])(.)\u0116/g;
const SEQUENCE = /\u01aa(?:\u0101\u01ab|\u0102\u01a8|\u0103\u01a9|\u0104\u01ae|\u0105\u01af)/;

const FAMILIES: Record<string, Family> = {
  byte: family(
    { type: 'byte', keys: byteKeys },
    { press: (key) => [key], most: (bytes) => bytes.filter((byte) => byte <= 3).length },
  ),
  ff68: family(
    { type: 'ff68', address: '0x01', keys: byteKeys, byteTimeoutMs: 2000 },
    {
      press: (key) => encodeFf68({ address: 1, func: 0x11, data: [key] }),
      most: (bytes) =>
        [...textOf(bytes).matchAll(FF68)].filter(
          ([, key = '', checksum = '']) => checksum.charCodeAt(0) - key.charCodeAt(0) === 0x12,
        ).length,
    },
  ),
  sequence: family(
    { type: 'sequence', keys: sequences },
    {
      press: (key) => [0xaa, key, 0xaa ^ key],
      most: (bytes) => textOf(bytes).split(SEQUENCE).length - 1,
    },
  ),
  sundyn: family(
    { type: 'sundyn', keys: [1, 2, 3].map((number) => ({ number, key: `${number}` })) },
    {
      press: (key) => [...Buffer.from(`S02||7||${key}||||t||t||i||v||0||E`)],
      most: (bytes) =>
        Buffer.from(bytes)
          .toString('latin1')
          .split(/S02(?=\|\|)/).length - 1,
      alphabet: 'S02||1E',
    },
  ),
};

/** Fast enough for ten million: xorshift, seeded by fast-check. */
function randomBytes(seed: number, length: number, alphabet?: string): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const byte = (state >>> 16) & 0xff;
    return alphabet === undefined ? byte : alphabet.charCodeAt(byte % alphabet.length);
  });
}

function keysOf(framing: Framing, bytes: Uint8Array, chunkBytes: number): number {
  const reader = createFrameReader(framing);
  let keys = 0;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    for (const { type } of reader.feed(bytes.subarray(at, at + chunkBytes), 1)) if (type === 'key') keys += 1;
  }
  return keys;
}

/** Of one frame: a byte changed, dropped, doubled or put in, or the rest cut off. */
const mutation = fc.record({
  key: fc.integer({ min: 1, max: 3 }),
  how: fc.constantFrom('change', 'drop', 'double', 'insert', 'cut'),
  at: fc.nat(),
  byte: fc.integer({ min: 0, max: 255 }),
});

function mutate(frame: readonly number[], { how, at, byte }: { how: string; at: number; byte: number }): number[] {
  const index = at % frame.length;
  const [before, here, after] = [frame.slice(0, index), frame[index]!, frame.slice(index + 1)];
  if (how === 'change') return [...before, byte, ...after];
  if (how === 'drop') return [...before, ...after];
  if (how === 'double') return [...before, here, here, ...after];
  return how === 'insert' ? [...before, byte, here, ...after] : before;
}

describe.each(Object.entries(FAMILIES))('%s', (_name, { framing, press, most, alphabet }) => {
  it('ten million random bytes: no crash, and no key that no whole frame carried', () => {
    const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    const chunk = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(seed, chunk, (from, chunkBytes) => {
        const bytes = randomBytes(from, BYTES_A_RUN, alphabet);
        expect(keysOf(framing, bytes, chunkBytes)).toBeLessThanOrEqual(most(bytes));
      }),
      { numRuns: RUNS },
    );
  });

  it('a hundred thousand frames with something wrong: no key that no whole frame carried', () => {
    fc.assert(
      fc.property(mutation, (wrong) => {
        const bytes = Uint8Array.from(mutate(press(wrong.key), wrong));
        if (keysOf(framing, bytes, bytes.length || 1) > most(bytes)) throw new Error(`key from ${bytes.join(' ')}`);
      }),
      { numRuns: MUTATIONS },
    );
  });

  it('holds no more than one frame, however much comes', () => {
    const reader = createFrameReader(framing);
    reader.feed(randomBytes(7, BYTES_A_RUN, alphabet), 1);
    // What is still held comes out after silence.
    expect(reader.feed(new Uint8Array(0), 1_000_000).length).toBeLessThanOrEqual(2050);
  });
});
