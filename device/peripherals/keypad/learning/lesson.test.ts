import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level } from '../../../ledger/record.ts';
import { Lesson, type Run, unitOf } from './lesson.ts';

/** Sends what a box would, for whichever key is asked. */
function teach(box: (level: Level, round: 1 | 2) => Run[] | null, noises: Run[] = [], mostPresses = 40): Lesson {
  const lesson = new Lesson();
  for (const noise of noises) lesson.heard(noise);
  lesson.listened();
  for (let press = 0; press < mostPresses && lesson.state.step === 'asking'; press += 1) {
    const runs = box(lesson.state.level, lesson.state.round);
    if (runs === null) lesson.absent();
    else lesson.press(runs);
  }
  return lesson;
}

const digits = (level: Level): Run[] => [[0x30 + level]];
const LEARNED_DIGITS = [5, 4, 3, 2, 1].map((level) => ({ level, run: [0x30 + level] }));

describe('a box that can be learned', () => {
  it.each<[string, (level: Level) => Run[], { run: Run }[], Run[]]>([
    ['one byte a key', digits, LEARNED_DIGITS, []],
    ['a key held down, which repeats', (level) => [[0x30 + level, 0x30 + level, 0x30 + level]], LEARNED_DIGITS, []],
    [
      'a digit and a line end',
      (level) => [[0x30 + level, 13, 10]],
      LEARNED_DIGITS.map(({ level, run }) => ({ level, run: [...run, 13, 10] })),
      [],
    ],
    [
      'a frame with a checksum',
      (level) => [[0xaa, level, 0xaa ^ level]],
      [5, 4, 3, 2, 1].map((level) => ({ level, run: [0xaa, level, 0xaa ^ level] })),
      [],
    ],
    ['a release of its own', (level) => [[0x30 + level], [0xff]], LEARNED_DIGITS, [[0xff]]],
    ['the release sends the key again', (level) => [[0x30 + level], [0x30 + level]], LEARNED_DIGITS, []],
  ])('%s', (_what, box, keys, ignore) => {
    expect(teach(box).state).toEqual({ step: 'learned', learned: { keys, ignore } });
  });

  it('with signs of life before, behind and between its keys', () => {
    const box = (level: Level): Run[] => [[0x06, 0x30 + level, 0x06]];
    expect(teach(box, [[0x06], [0x06, 0x06]]).state).toEqual({
      step: 'learned',
      learned: { keys: LEARNED_DIGITS, ignore: [[0x06]] },
    });
  });

  it('with fewer than five keys, where the technician says which are missing', () => {
    const lesson = teach((level) => (level === 3 || level === 1 ? null : digits(level)));
    expect(lesson.state).toEqual({
      step: 'learned',
      learned: { keys: LEARNED_DIGITS.filter(({ level }) => level !== 3 && level !== 1), ignore: [] },
    });
  });
});

describe('a press that is not taken', () => {
  it('sends what another key sent: the key is asked for again', () => {
    const lesson = teach(digits, [], 1);
    lesson.press([[0x35]]);
    expect(lesson.state).toEqual({ step: 'asking', level: 4, round: 1, note: 'taken' });
    lesson.press([[0x34]]);
    expect(lesson.state).toEqual({ step: 'asking', level: 3, round: 1, note: null });
  });

  it('sends what the box sends untouched: no key may equal its own chatter', () => {
    const lesson = teach(() => [[0x35]], [[0x35]], 3);
    expect(lesson.state).toMatchObject({ step: 'asking', level: 5, note: 'own_noise' });
  });

  it('is too long to be a key', () => {
    const lesson = teach(() => [Array.from({ length: 65 }, (_none, index) => index)], [], 1);
    expect(lesson.state).toMatchObject({ level: 5, note: 'too_long' });
  });
});

describe('a box that cannot be learned', () => {
  it.each<[string, (level: Level, round: 1 | 2) => Run[] | null]>([
    ['unstable', (level, round) => [[0x30 + level + (round === 2 ? 8 : 0)]]],
    // A counter in every press.
    ['unstable', ((count: number) => () => [[0x40 + count++]])(0)],
    ['overlapping', (level) => [[0x31, ...(level === 5 ? [] : [level])]]],
    // The release of each key is what the next one sends.
    ['overlapping', (level) => [[0x30 + level], [0x30 + (level % 5) + 1]]],
    ['no_keys', () => null],
  ])('is %s', (fault, box) => {
    expect(teach(box).state).toEqual({ step: 'failed', fault });
  });

  it('is noisy', () => {
    const noises = Array.from({ length: 9 }, (_none, index): Run => [index]);
    expect(teach(digits, noises).state).toEqual({ step: 'failed', fault: 'noisy' });
  });

  it('whose late releases were taken for the next keys is found out by the second order', () => {
    // Each key sends its release so late that it counts as the next press.
    const queue: Run[] = [];
    const box = (level: Level): Run[] => {
      if (queue.length === 0) queue.push([0x30 + level], [0xb0 + level]);
      return [queue.shift()!];
    };
    expect(teach(box).state).toMatchObject({ step: 'failed' });
  });
});

it('whatever a box sends, what is learned are different runs of which none begins another', () => {
  const run = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
  const box = fc.record({
    keys: fc.array(run, { minLength: 5, maxLength: 5 }),
    noises: fc.array(run, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(box, ({ keys, noises }) => {
      const { state } = teach((level) => [keys[level - 1]!], noises);
      if (state.step !== 'learned') return;
      expect(state.learned.keys.map(({ level }) => level)).toEqual([5, 4, 3, 2, 1]);
      const runs = [...state.learned.keys.map((key) => key.run), ...state.learned.ignore].map((one) => one.join());
      for (const [index, one] of runs.entries())
        for (const [at, other] of runs.entries())
          if (at !== index) expect(`${other},`.startsWith(`${one},`)).toBe(false);
      expect(noises.map((noise) => unitOf(noise).join())).not.toContain(runs[0]);
    }),
    { numRuns: 2000 },
  );
});
