import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterRightPin, afterWrongPin, GUESSES, type LockOut, lockedForMs } from './lock-out.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000+08:00');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function wrong(state: LockOut, times: number, at = NOW): LockOut {
  let next = state;
  for (let i = 0; i < times; i++) next = afterWrongPin(next, '0007', at).next;
  return next;
}

describe('the lock-out', () => {
  it('locks at the fifth wrong PIN for 15 minutes, to the millisecond', () => {
    const four = wrong([], GUESSES - 1);
    expect(lockedForMs(four, '0007', NOW)).toBe(0);
    const five = afterWrongPin(four, '0007', NOW);
    expect(five.lockedMs).toBe(15 * MINUTE);
    expect(lockedForMs(five.next, '0007', NOW)).toBe(15 * MINUTE);
    expect(lockedForMs(five.next, '0007', NOW + 15 * MINUTE - 1)).toBe(1);
    expect(lockedForMs(five.next, '0007', NOW + 15 * MINUTE)).toBe(0);
  });

  it('locks twice as long each time, up to eight hours', () => {
    let state: LockOut = [];
    const locks = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => {
      state = wrong(state, GUESSES, NOW + n * DAY);
      return lockedForMs(state, '0007', NOW + n * DAY) / MINUTE;
    });
    expect(locks).toEqual([15, 30, 60, 120, 240, 480, 480, 480]);
  });

  it('forgets everything at the right PIN, and holds nothing against another number', () => {
    const locked = wrong([], GUESSES);
    expect(lockedForMs(locked, '0008', NOW)).toBe(0);
    expect(afterRightPin(locked, '0007')).toEqual([]);
  });

  it('never gets longer by a clock that is set back', () => {
    const locked = wrong([], GUESSES);
    expect(lockedForMs(locked, '0007', 0)).toBe(15 * MINUTE);
  });

  it('keeps no number that was typed', () => {
    expect(JSON.stringify(wrong([], 1))).not.toContain('0007');
  });

  it('lets nobody guess more than 110 times in any five days, however patient', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 * 3_600_000 }), { minLength: 200, maxLength: 400 }), (waits) => {
        let state: LockOut = [];
        let now = NOW;
        const guesses: number[] = [];
        for (const wait of waits) {
          now += wait;
          if (lockedForMs(state, '0007', now) > 0) continue;
          guesses.push(now);
          state = afterWrongPin(state, '0007', now).next;
        }
        const inAWeek = (start: number) => guesses.filter((at) => at >= start && at < start + 5 * DAY).length;
        // 8 locks of up to 8 h take two days; then three a day of five guesses each.
        expect(Math.max(...guesses.map(inAWeek))).toBeLessThanOrEqual(110);
      }),
    );
  });
});
