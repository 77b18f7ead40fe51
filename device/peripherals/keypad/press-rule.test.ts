import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeKey, NO_PRESS_YET, type Verdict } from './press-rule.ts';

const DEBOUNCE_MS = 400;

/** Judges key symbols at the given times, with the invitation starting at `invitedAtMs`. */
function judgeAll(times: readonly number[], invitedAtMs: number): Verdict[] {
  let state = NO_PRESS_YET;
  return times.map((atMs) => {
    const judged = judgeKey({ ...state, inviting: atMs >= invitedAtMs }, atMs, DEBOUNCE_MS);
    state = judged.state;
    return judged.verdict;
  });
}

describe('judgeKey', () => {
  it.each<[string, number[], number, Verdict[]]>([
    ['one press', [1000], 0, ['press']],
    ['a bounce', [1000, 1399], 0, ['press', 'bounce']],
    ['a second press', [1000, 1400], 0, ['press', 'press']],
    ['a held key', [1000, 1300, 1600, 1900], 0, ['press', 'bounce', 'bounce', 'bounce']],
    ['a held key, released, pressed again', [1000, 1300, 1700], 0, ['press', 'bounce', 'press']],
    ['a press before the invitation', [1000], 1001, ['outside']],
    ['a key held over the start', [1000, 1300, 1600], 1100, ['outside', 'bounce', 'bounce']],
    ['a key held over the start, then a real press', [1000, 1300, 1700], 1100, ['outside', 'bounce', 'press']],
    ['a press long after one outside', [1000, 1400], 1200, ['outside', 'press']],
  ])('%s', (_what, times, invitedAtMs, verdicts) => {
    expect(judgeAll(times, invitedAtMs)).toEqual(verdicts);
  });

  it('never counts two presses closer than the debounce, nor one outside an invitation', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, fc.nat(20_000), (steps, invitedAtMs) => {
        let now = 0;
        const times = steps.map((gap) => (now += gap));
        const verdicts = judgeAll(times, invitedAtMs);
        const pressed = times.filter((_time, index) => verdicts[index] === 'press');
        expect(pressed.every((time) => time >= invitedAtMs)).toBe(true);
        expect(pressed.every((time, index) => index === 0 || time - pressed[index - 1]! >= DEBOUNCE_MS)).toBe(true);
        for (const [index, time] of times.entries()) {
          const quiet = index === 0 || time - times[index - 1]! >= DEBOUNCE_MS;
          expect(verdicts[index] === 'bounce').toBe(!quiet);
        }
      }),
    );
  });
});
