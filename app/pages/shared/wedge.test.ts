import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING_HELD, WEDGE_GAP_MS, type WedgeOutcome, wedgeKey, wedgeSilence } from './wedge.ts';

/** Plays keys with the gaps before them, then silence. */
function play(keys: readonly (readonly [key: string, gapMs: number])[]) {
  let held = NOTHING_HELD;
  let atMs = 1000;
  const outcomes: WedgeOutcome[] = [];
  const passed: string[] = [];
  for (const [key, gapMs] of keys) {
    atMs += gapMs;
    const silent = gapMs > WEDGE_GAP_MS ? wedgeSilence(held, atMs) : { held, outcomes: [] };
    const step = wedgeKey(silent.held, key, atMs);
    held = step.held;
    outcomes.push(...silent.outcomes, ...step.outcomes);
    if (!step.taken) passed.push(key);
  }
  outcomes.push(...wedgeSilence(held, atMs + WEDGE_GAP_MS).outcomes);
  return { outcomes, passed };
}

const at = (text: string, gapMs: number) => Array.from(text, (key) => [key, gapMs] as const);

describe('a scanner that poses as a keyboard', () => {
  it.each([['Enter'], ['Tab']])('when it ends with %s then the scan is whole and its end reaches nobody', (end) => {
    expect(play([...at('BJ2026000001', 10), [end, 10]])).toEqual({
      outcomes: [{ type: 'scan', text: 'BJ2026000001' }],
      passed: [],
    });
  });

  it('when it has no end key then silence ends the scan', () => {
    expect(play(at('BJ2026000001', 30)).outcomes).toEqual([{ type: 'scan', text: 'BJ2026000001' }]);
  });

  it('when two scans follow each other then they are two', () => {
    const keys = [...at('BJ2026000001', 10), ['Enter', 10] as const, ...at('BJ2026000002', 10)];
    expect(play(keys).outcomes.map(({ text }) => text)).toEqual(['BJ2026000001', 'BJ2026000002']);
  });

  it('when Shift comes with its capitals then they are still its own', () => {
    const keys = at('K7Q29F', 10).flatMap(([key, gap]) =>
      /[A-Z]/.test(key) ? [['Shift', 1] as const, [key, gap] as const] : [[key, gap] as const],
    );
    expect(play(keys.filter(([key]) => key !== 'Shift')).outcomes).toEqual([{ type: 'scan', text: 'K7Q29F' }]);
  });
});

describe('a person', () => {
  it.each([
    ['slowly', at('abcdefgh', 120)],
    ['as fast as a hand can', at('abcdefgh', 60)],
    [
      'two keys at once, again and again',
      [...at('ab', 5), ['c', 200], ['d', 5], ['e', 200], ['f', 5]] as [string, number][],
    ],
  ])('when typing %s then nothing is lost, added or taken for a scan', (_how, keys) => {
    const { outcomes } = play(keys);
    expect(outcomes.every(({ type }) => type === 'typed')).toBe(true);
    expect(outcomes.map(({ text }) => text).join('')).toBe(keys.map(([key]) => key).join(''));
  });

  it('when pressing Enter after words then it reaches the page', () => {
    expect(play([...at('abc', 100), ['Enter', 10]]).passed).toEqual(['Enter']);
  });

  it('every key comes out once and in order, whoever typed', () => {
    const key = fc.tuple(fc.constantFrom('a', 'B', '3', '-', '评'), fc.integer({ min: 0, max: 150 }));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
        expect(
          play(keys)
            .outcomes.map(({ text }) => text)
            .join(''),
        ).toBe(keys.map(([sign]) => sign).join(''));
      }),
    );
  });

  it('a key that got stuck makes no endless scan', () => {
    for (const { text } of play(at('5'.repeat(6000), 10)).outcomes) expect(text.length).toBeLessThanOrEqual(4296);
  });
});
