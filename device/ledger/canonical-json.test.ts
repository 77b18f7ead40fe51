import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

/** What one of the two makes of a value: its text, or that it refuses. */
function outcome(write: (value: unknown) => string | undefined, value: unknown): string {
  try {
    return write(value) ?? 'no text';
  } catch {
    return 'refused';
  }
}

/** Keys that an engine orders by itself, and others; strings of whole and of broken UTF-16. */
const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.nat(30).map(String),
  fc.constantFrom('', '__proto__', 'toJSON', 'constructor', '00', '1e3', '-1', '€', '\ud83d\ude00', '\ud800', 'ﬃ'),
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, '\ud800', 1n, () => 1, new Date(0), new Map(), Symbol.iterator),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ depthSize: 'medium' }, leaf, tie('object'), tie('list')),
  object: fc.dictionary(key, tie('tree')),
  list: fc.array(tie('tree')),
}));

describe('canonical JSON', () => {
  it('is what the library writes, and refuses what it refuses, for any value', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const library = outcome(canonicalize, value);
        expect(outcome(canonicalJson, value)).toBe(library === 'no text' ? 'refused' : library);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['numbers', [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0], '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'],
    ['keys in UTF-16 order', { '\ufb33': 1, '\ud83d\ude00': 2, '€': 3, ö: 4 }, '{"ö":4,"€":3,"😀":2,"\ufb33":1}'],
    ['keys that are numbers', { 10: 'a', 9: 'b', x: 'c', '': 'd' }, '{"":"d","10":"a","9":"b","x":"c"}'],
    ['escapes', ['\u20ac$\u000f\nA\'B"\\"/'], '["€$\\u000f\\nA\'B\\"\\\\\\"/"]'],
    ['a member without a value', { b: undefined, a: 1 }, '{"a":1}'],
  ])('of RFC 8785: %s', (_name, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('refuses a cycle', () => {
    const value: Record<string, unknown> = {};
    value.itself = value;
    expect(() => canonicalJson(value)).toThrow();
  });
});
