import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failuresAfterExit, GOOD_LIFE_MS, RESTART_DELAYS_MS, restartDelayMs } from './restart.ts';

describe('delay before a restart', () => {
  it.each([
    [1, 200],
    [2, 1_000],
    [3, 2_000],
    [4, 5_000],
    [5, 15_000],
    [6, 60_000],
    [7, 60_000],
    [1_000, 60_000],
  ])('after %i failures in a row is %i ms', (failures, delayMs) => {
    expect(restartDelayMs(failures)).toBe(delayMs);
  });

  it('never shrinks while failures go on', () => {
    fc.assert(
      fc.property(fc.nat(50), (failures) => {
        expect(restartDelayMs(failures + 1)).toBeGreaterThanOrEqual(restartDelayMs(failures));
        expect(RESTART_DELAYS_MS).toContain(restartDelayMs(failures));
      }),
    );
  });
});

describe('failures in a row', () => {
  it.each([
    ['never ready', 3, null, 10 * GOOD_LIFE_MS, 4],
    ['dead one ms too early', 3, 0, GOOD_LIFE_MS - 1, 4],
    ['good for long enough', 3, 0, GOOD_LIFE_MS, 1],
    ['the first one', 0, 0, 10, 1],
  ])('%s', (_case, failures, readyAtMs, nowMs, expected) => {
    expect(failuresAfterExit(failures, readyAtMs, nowMs)).toBe(expected);
  });
});
