import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOf, combine, MAX_DRIFT, middleOf, readingAt, readingOf, type TimeReading } from './trusted-time.ts';

const START = Date.parse('2026-11-25T10:00:00+08:00');

/** Exchanges one after another: true time in between, the two legs of the way, and where the centre read its clock. */
const exchange = fc.record({
  pauseMs: fc.integer({ min: 0, max: 86_400_000 }),
  thereMs: fc.integer({ min: 0, max: 20_000 }),
  backMs: fc.integer({ min: 0, max: 20_000 }),
});
const drift = fc.double({ min: -MAX_DRIFT, max: MAX_DRIFT, noNaN: true });

describe('trusted time', () => {
  it('holds true time within its bounds, however long and lopsided the way and whatever the oscillator', () => {
    fc.assert(
      fc.property(fc.array(exchange, { minLength: 1, maxLength: 12 }), drift, (exchanges, rate) => {
        // The device counts 1 + rate ms for each true one.
        const monotonic = (trueMs: number): number => (trueMs - START) / (1 + rate);
        let trueMs = START;
        let known: TimeReading | null = null;
        for (const { pauseMs, thereMs, backMs } of exchanges) {
          trueMs += pauseMs;
          const sentAt = monotonic(trueMs);
          const serverMs = Math.floor(trueMs + thereMs);
          trueMs += thereMs + backMs;
          const combined = combine(known, readingOf(serverMs, sentAt, monotonic(trueMs)));
          expect(combined.isJump).toBe(false);
          known = combined.reading;
          const later = readingAt(known, monotonic(trueMs + 3_600_000));
          expect(later.lowMs).toBeLessThanOrEqual(trueMs + 3_600_000 + 0.01);
          expect(later.highMs).toBeGreaterThanOrEqual(trueMs + 3_600_000 - 0.01);
        }
      }),
    );
  });

  it('is as good as the shortest round trip, and a slow one afterwards spoils nothing', () => {
    const quick = readingOf(START + 10, 0, 20);
    const slow = readingOf(START + 10_000, 1_000, 11_000);
    const { reading } = combine(quick, slow);
    expect(boundOf(quick)).toBeLessThan(11);
    // Eleven seconds of possible drift, and not the five seconds of the slow way.
    expect(boundOf(reading)).toBeLessThan(11 + 11_000 * MAX_DRIFT + 1);
    expect(Math.abs(middleOf(readingAt(reading, 11_000)) - (START + 11_000))).toBeLessThan(boundOf(reading));
  });

  it('follows a centre whose clock was set, and says so', () => {
    const before = readingOf(START, 0, 20);
    const after = combine(before, readingOf(START + 3 * 86_400_000, 60_000, 60_020));
    expect(after.isJump).toBe(true);
    expect(middleOf(after.reading)).toBeCloseTo(START + 3 * 86_400_000 + 10, -2);
  });

  it('grows less sure by five minutes a day', () => {
    const day = readingAt(readingOf(START, 0, 0), 86_400_000);
    expect(boundOf(day)).toBeCloseTo(300_000, -2);
  });
});
