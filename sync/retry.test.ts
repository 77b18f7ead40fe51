import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CEILING_CAP_MS,
  ceilingMs,
  DEFERRAL_CAP_MS,
  deferralMs,
  firstContactDelayMs,
  parseRetryAfter,
  REST_FLOOR_MS,
  RETRY_AFTER_CAP_MS,
  restMs,
  URGENT_CEILING_MS,
} from './retry.ts';

describe('the ceiling of a rest', () => {
  const elapsed = (failures: number): number =>
    Array.from({ length: failures }, (_, n) => ceilingMs(n + 1)).reduce((sum, ms) => sum + ms, 0);

  it.each([
    [1, 2_000, 2_000],
    [2, 5_000, 7_000],
    [3, 15_000, 22_000],
    [4, 30_000, 52_000],
    [5, 60_000, 112_000],
    [6, 120_000, 232_000],
    [7, 240_000, 472_000],
    [8, 480_000, 952_000],
    [9, 600_000, 1_552_000],
    [10, 600_000, 2_152_000],
  ])('after failure %i is %i ms, elapsed %i ms', (failures, ceiling, total) => {
    expect(ceilingMs(failures)).toBe(ceiling);
    expect(elapsed(failures)).toBe(total);
  });

  it('stays at the cap after a year of failures', () => expect(ceilingMs(1e9)).toBe(CEILING_CAP_MS));
});

describe('a rest', () => {
  const base = { failures: 9, slackMs: null, retryAfterMs: null, random: 0.5 };

  it.each([
    ['no deadline: half of the ceiling at half luck', {}, 300_000],
    ['the floor at no luck', { random: 0 }, REST_FLOOR_MS],
    ['a deadline ten days off changes nothing', { slackMs: 864_000_000 }, 300_000],
    ['two hours of slack: a twentieth is the ceiling', { slackMs: 7_200_000 }, 180_000],
    ['ten minutes of slack: the urgent ceiling', { slackMs: 600_000 }, 15_000],
    ['a missed deadline: no hurry saves it', { slackMs: -1e9 }, 300_000],
    ['at the deadline itself', { slackMs: 0 }, 300_000],
    ['an early failure is not made longer by slack', { failures: 1, slackMs: 600_000 }, 1_000],
    ['Retry-After beats a shorter rest, and spreads', { failures: 1, retryAfterMs: 60_000 }, 67_500],
    ['Retry-After beats urgency: the centre knows its load', { slackMs: 1, retryAfterMs: 60_000 }, 67_500],
    ['Retry-After shorter than our own rest', { retryAfterMs: 1_000 }, 300_000],
    ['Retry-After of a year is cut to an hour', { retryAfterMs: 3.15e10 }, 4_050_000],
  ])('%s', (_name, change, expected) => expect(restMs({ ...base, ...change })).toBe(expected));

  const input = fc.record({
    failures: fc.integer({ min: 1, max: 100_000 }),
    slackMs: fc.option(fc.integer({ min: -1e12, max: 1e12 })),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 1e13 })),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });

  it('is never below the floor, above the cap, or shorter than asked', () => {
    fc.assert(
      fc.property(input, (given) => {
        const rest = restMs(given);
        const asked = Math.min(given.retryAfterMs ?? 0, RETRY_AFTER_CAP_MS);
        expect(rest).toBeGreaterThanOrEqual(Math.max(REST_FLOOR_MS, asked));
        expect(rest).toBeLessThanOrEqual(Math.max(CEILING_CAP_MS, asked * 1.25));
      }),
    );
  });

  it('is another one for other luck: no two devices meet at the floor', () => {
    const rests = [0, 0.1, 0.2, 0.24].map((random) => restMs({ ...base, failures: 1, random }));
    expect(new Set(rests).size).toBe(rests.length);
  });

  it('never grows while slack shrinks, and is spread over at least the urgent ceiling', () => {
    fc.assert(
      fc.property(input, fc.integer({ min: 0, max: 1e12 }), (given, less) => {
        const slackMs = Math.max(1, given.slackMs ?? 1e12);
        const tighter = { ...given, slackMs: Math.max(1, slackMs - less) };
        expect(restMs(tighter)).toBeLessThanOrEqual(restMs({ ...given, slackMs }));
        const widest = restMs({ ...tighter, retryAfterMs: null, random: 1 });
        expect(widest).toBeGreaterThanOrEqual(Math.min(ceilingMs(given.failures), URGENT_CEILING_MS));
      }),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-22T02:00:00Z');
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sun, 22 Nov 2026 02:01:30 GMT', 90_000],
    ['Sun, 22 Nov 2026 01:00:00 GMT', 0],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['2026-11-22T03:00:00Z', null],
    ['Sun, 99 Nov 2026 01:00:00 GMT', null],
    ['', null],
    [undefined, null],
  ])('%j is %j', (value, expected) => expect(parseRetryAfter(value, now)).toBe(expected));
});

describe('the first contact after a cold start', () => {
  it('is the same for a device each time, and even over a region', () => {
    const ids = Array.from({ length: 6_000 }, (_none, n) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`);
    const perSecond = Array.from({ length: 60 }, () => 0);
    for (const id of ids) {
      const delayMs = firstContactDelayMs(id);
      expect(firstContactDelayMs(id)).toBe(delayMs);
      perSecond[Math.floor(delayMs / 1000)]! += 1;
    }
    expect(perSecond.reduce((sum, n) => sum + n)).toBe(ids.length);
    // 100 a second on average; five standard deviations either way.
    expect(Math.min(...perSecond)).toBeGreaterThan(50);
    expect(Math.max(...perSecond)).toBeLessThan(150);
  });
});

describe('a deferral', () => {
  const base = { askedMs: 1_000, attempts: 3, slackMs: 1e10, random: 0.5 };
  it.each([
    ['the first is as asked', { attempts: 0 }, 1_000],
    ['then it doubles, half of it by chance', {}, 180_000],
    ['up to twenty minutes', { attempts: 60, random: 0.999_999 }, DEFERRAL_CAP_MS],
    ['a longer wish is followed', { askedMs: 5_000_000 }, 5_000_000],
    ['a near deadline shortens it', { attempts: 10, slackMs: 2_400_000, random: 0 }, 300_000],
    ['but not below five minutes', { attempts: 10, slackMs: 60_000, random: 0 }, 150_000],
    ['a missed one no longer does', { attempts: 10, slackMs: -1, random: 0 }, 600_000],
  ])('%s', (_name, change, expected) => expect(deferralMs({ ...base, ...change })).toBe(expected));
});
