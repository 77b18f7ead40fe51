import { describe, expect, it } from 'vitest';
import type { LineSymbol } from './frame-reader.ts';
import { framingSchema, type SequenceFraming } from './framing-schema.ts';
import { createSequenceReader } from './sequence-reader.ts';

/** A box of an unknown maker: a mark, the key, a checksum; and a sign of life. */
const FRAMING = framingSchema.parse({
  type: 'sequence',
  keys: [
    { bytes: ['0xaa', '0x01', '0xab'], key: '1' },
    { bytes: ['0xaa', '0x02', '0xac'], key: '2' },
    { bytes: ['0x35'], key: '5' },
  ],
  ignore: [['0x55', '0x55']],
}) as SequenceFraming;

type Part = [waitMs: number, ...bytes: number[]];
function read(...parts: Part[]): LineSymbol[] {
  const reader = createSequenceReader(FRAMING);
  let atMs = 0;
  return parts.flatMap(([waitMs, ...bytes]) => {
    atMs += waitMs;
    return reader.feed(Uint8Array.from(bytes), atMs);
  });
}
const keysIn = (symbols: LineSymbol[]) => symbols.flatMap((symbol) => (symbol.type === 'key' ? [symbol.key] : []));

describe('a run that the profile names', () => {
  it('is its key, however it is cut', () => {
    expect(keysIn(read([0, 0xaa, 0x01, 0xab]))).toEqual(['1']);
    expect(keysIn(read([0, 0xaa], [50, 0x02], [50, 0xac]))).toEqual(['2']);
  });

  it('counts right behind another one', () => {
    expect(read([0, 0x55, 0x55, 0x35, 0xaa, 0x01, 0xab])).toEqual([
      { type: 'ignored', byte: 0x55 },
      { type: 'key', key: '5' },
      { type: 'key', key: '1' },
    ]);
  });
});

describe('anything else', () => {
  it.each<[string, Part[]]>([
    ['a run with a wrong byte', [[0, 0xaa, 0x01, 0xac]]],
    [
      'half a run, then silence, then its other half',
      [
        [0, 0xaa, 0x01],
        [101, 0xab],
      ],
    ],
    ['a key inside of something unknown', [[0, 0x7e, 0x35, 0x7e]]],
    ['a key inside of a broken run', [[0, 0xaa, 0x35]]],
    ['half a sign of life with a key in it', [[0, 0x55, 0x35]]],
  ])('%s is no key', (_what, parts) => {
    const symbols = read(...parts);
    expect(keysIn(symbols)).toEqual([]);
    expect(symbols.filter(({ type }) => type === 'unknown').length).toBeGreaterThan(0);
  });

  it('is forgotten after silence', () => {
    expect(keysIn(read([0, 0x7e, 0x35], [101, 0x35]))).toEqual(['5']);
  });

  it.each([
    [
      [
        { bytes: ['0x31'], key: '1' },
        { bytes: ['0x31', '0x0d'], key: '2' },
      ],
      [],
    ],
    [
      [
        { bytes: ['0x31'], key: '1' },
        { bytes: ['0x31'], key: '2' },
      ],
      [],
    ],
    [[{ bytes: ['0x31'], key: '1' }], [['0x31', '0x0d']]],
  ])('a profile in which one run begins another is refused', (keys, ignore) => {
    expect(framingSchema.safeParse({ type: 'sequence', keys, ignore }).success).toBe(false);
  });
});
