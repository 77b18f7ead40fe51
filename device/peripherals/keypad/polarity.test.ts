import { describe, expect, it } from 'vitest';
import { canGrade, meaningOf, readPolarities } from './polarity.ts';
import { readKeypadProfile } from './profile.ts';

const ASSETS = new URL('../../../assets/', import.meta.url);
const POLARITIES = await readPolarities(new URL('keypad-polarities.json', ASSETS));
const BY_ID = new Map(POLARITIES.map((polarity) => [polarity.id, polarity]));

/** Raw value → level, 0 for "nobody rated"; written down a second time so that a slip in the data shows. */
const EXPECTED: Record<string, Record<number, number>> = {
  ff68: { 0: 2, 1: 0, 2: 4, 3: 5 },
  scoreocx: { 0: 2, 1: 3, 2: 4, 3: 5 },
  sle300: { 1: 5, 2: 3, 3: 1, 5: 0 },
  pjq: { 1: 4, 2: 3, 3: 2, 4: 5 },
  xjpjq: { 0: 0, 1: 5, 2: 4, 3: 3, 4: 2, 5: 2 },
  'gwq-browser': { 1: 5, 2: 4, 3: 3, 4: 1 },
  'cent-gwq': { 1: 4, 2: 3, 3: 2 },
  'gwq-haochaping': { 5: 5, 4: 4, 3: 3, 2: 2, 1: 1 },
  jtt905: { 0: 0, 1: 4, 2: 3, 3: 2 },
  sundyn: {},
};

describe('the known polarities', () => {
  it('are those of the table', () => {
    expect([...BY_ID.keys()].sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.keys(EXPECTED))('%s gives every raw value 0 … 255 its meaning, and none to an unknown one', (id) => {
    for (let code = 0; code < 256; code += 1) {
      const level = EXPECTED[id]![code];
      const meaning =
        level === undefined ? { type: 'unknown' } : level === 0 ? { type: 'none' } : { type: 'level', level };
      expect(meaningOf(BY_ID.get(id)!, code)).toEqual(meaning);
    }
  });

  it('let only the one with five different grades grade by itself', () => {
    expect(POLARITIES.filter(canGrade).map(({ id }) => id)).toEqual(['gwq-haochaping']);
  });
});

describe('the shipped profiles', () => {
  it.each([
    ['ff68-four-key', 'ff68', []],
    ['raw-byte-1-5', 'gwq-haochaping', []],
    // 00 is the device's word that nobody rated.
    ['jtt905-codes', 'jtt905', [0]],
  ])('%s follows %s', async (profileId, polarityId, noKeys) => {
    const profile = await readKeypadProfile(new URL(`keypad-profiles/${profileId}.json`, ASSETS));
    const levelOf = new Map(profile.levels.map((entry) => [entry.key, entry.level]));
    const codes = profile.framing.keys.map((entry) => ({
      code: 'byte' in entry ? entry.byte : Number.NaN,
      level: levelOf.get(entry.key),
    }));
    const known = BY_ID.get(polarityId)!.codes.filter(({ code }) => !noKeys.includes(code as never));
    const order = (a: { code: number }, b: { code: number }) => a.code - b.code;
    expect(codes.sort(order)).toEqual([...known].sort(order));
  });
});
