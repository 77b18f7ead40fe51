import type { Clock } from '../device/clock.ts';

/** The centre's time as far as it is known: an offset that requests and deadlines use, never the ledger's order. */
export interface TrustClock {
  /** The centre's time now, ms since 1970; our own wall clock until a centre told its time. */
  nowMs(): number;
  /** Centre's time minus our wall clock, ms; null until a centre told its time. */
  offsetMs(): number | null;
  /** The true offset is at most so far from `offsetMs`; null until a centre told its time. */
  boundMs(): number | null;
  /**
   * A centre told its time.
   * @param serverMs ms since 1970
   * @param sentAtMs monotonic time at which the request left
   * @param receivedAtMs monotonic time at which the reply was there
   */
  observe(serverMs: number, sentAtMs: number, receivedAtMs: number): void;
}

/**
 * Ties the centre's time to the monotonic clock, so that a step of the wall clock moves nothing. The centre read its
 * clock somewhere between request and reply; the middle is at most half the round trip off. The latest reading counts.
 */
export function createTrustClock(clock: Clock): TrustClock {
  let anchor: { serverMs: number; monotonicMs: number; boundMs: number } | null = null;

  const nowMs = (): number =>
    anchor === null ? clock.wallMs() : anchor.serverMs + (clock.monotonicMs() - anchor.monotonicMs);

  return {
    nowMs,
    offsetMs: () => (anchor === null ? null : Math.round(nowMs() - clock.wallMs())),
    boundMs: () => (anchor === null ? null : Math.ceil(anchor.boundMs)),
    observe(serverMs, sentAtMs, receivedAtMs) {
      anchor = { serverMs, monotonicMs: (sentAtMs + receivedAtMs) / 2, boundMs: (receivedAtMs - sentAtMs) / 2 };
    },
  };
}
