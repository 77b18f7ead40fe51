/** The written list of delays (ms) before the 1st, 2nd … restart in a row; the last one repeats. */
export const RESTART_DELAYS_MS: readonly number[] = [200, 1_000, 2_000, 5_000, 15_000, 60_000];

/** A child that was ready for this long counts as healthy: its next failure is a first one again. */
export const GOOD_LIFE_MS = 60_000;

/**
 * @param failures failures in a row, the one at hand included (≥ 1)
 * @returns ms to wait before starting again
 */
export function restartDelayMs(failures: number, delaysMs: readonly number[] = RESTART_DELAYS_MS): number {
  const last = delaysMs.length - 1;
  return delaysMs[Math.min(Math.max(failures, 1) - 1, last)] ?? 0;
}

/**
 * Failures in a row after one more. Only time after `ready` is good life: a child that hangs in its start for minutes
 * and then dies has never worked.
 * @param readyAtMs monotonic ms, null when it never was ready
 */
export function failuresAfterExit(
  failures: number,
  readyAtMs: number | null,
  nowMs: number,
  goodLifeMs: number = GOOD_LIFE_MS,
): number {
  const wasGood = readyAtMs !== null && nowMs - readyAtMs >= goodLifeMs;
  return wasGood ? 1 : failures + 1;
}
