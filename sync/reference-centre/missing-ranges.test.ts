import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingRanges } from './missing-ranges.ts';

describe('missingRanges', () => {
  it.each([
    ['nothing stored', 1, 3, [], [[1, 3]]],
    ['all stored', 1, 3, [1, 2, 3], []],
    [
      'gaps at both ends and between',
      2,
      9,
      [3, 4, 7],
      [
        [2, 2],
        [5, 6],
        [8, 9],
      ],
    ],
    ['a range as wide as numbers go', 1, Number.MAX_SAFE_INTEGER, [1], [[2, Number.MAX_SAFE_INTEGER]]],
  ] as [string, number, number, number[], number[][]][])('finds %s', (_name, from, to, stored, ranges) => {
    expect(missingRanges(from, to, stored)).toEqual(ranges);
  });

  it('covers exactly what is not stored', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 5, max: 40 })), (some) => {
        const stored = [...some].sort((a, b) => a - b);
        const named = missingRanges(5, 40, stored).flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_none, index) => from + index),
        );
        const absent = Array.from({ length: 36 }, (_none, index) => index + 5).filter((seq) => !some.includes(seq));
        expect(named).toEqual(absent);
      }),
    );
  });
});
