import type { Clock } from '../device/clock.ts';
import { boundOf, combine, middleOf, readingAt, readingOf, type TimeReading } from '../device/trusted-time.ts';

/** What the device kept of an earlier exchange with the centre. */
export interface KeptOffset {
  /** Centre's time minus our wall clock, ms. */
  offsetMs: number;
  /** The true offset is at most so far from it; null where it is from before a restart of the machine: a mere guess. */
  boundMs: number | null;
}

/** The centre's time as far as it is known: an offset that requests and deadlines use, never the ledger's order. */
export interface TrustClock {
  /** The centre's time now, ms since 1970; the best guess of our own until a centre told its time. */
  nowMs(): number;
  /** Centre's time minus our wall clock, ms; null until a centre told its time. */
  offsetMs(): number | null;
  /** The true offset is at most so far from `offsetMs`; null until a centre told its time. */
  boundMs(): number | null;
  /** How often a centre's clock was found set to another time. */
  readonly jumps: number;
  /**
   * A centre told its time.
   * @param serverMs ms since 1970
   * @param sentAtMs monotonic time at which the request left
   * @param receivedAtMs monotonic time at which the reply was there
   */
  observe(serverMs: number, sentAtMs: number, receivedAtMs: number): void;
  /** Takes up what the device kept; nothing where a centre told its time already. */
  restore(kept: KeptOffset): void;
}

/** Ties the centre's time to the monotonic clock, so that a step of the wall clock moves nothing. */
export function createTrustClock(clock: Clock): TrustClock {
  let known: TimeReading | null = null;
  let guessMs = 0;
  let jumps = 0;
  const now = (): TimeReading | null => (known === null ? null : readingAt(known, clock.monotonicMs()));
  const nowMs = (): number => {
    const reading = now();
    return reading === null ? clock.wallMs() + guessMs : middleOf(reading);
  };
  return {
    nowMs,
    offsetMs: () => (known === null ? null : Math.round(nowMs() - clock.wallMs())),
    boundMs() {
      const reading = now();
      return reading === null ? null : Math.ceil(boundOf(reading));
    },
    get jumps() {
      return jumps;
    },
    observe(serverMs, sentAtMs, receivedAtMs) {
      const combined = combine(known, readingOf(serverMs, sentAtMs, receivedAtMs));
      known = combined.reading;
      if (combined.isJump) jumps++;
    },
    restore({ offsetMs, boundMs }) {
      if (known !== null) return;
      const trueMs = clock.wallMs() + offsetMs;
      if (boundMs === null) guessMs = offsetMs;
      else known = { atMs: clock.monotonicMs(), lowMs: trueMs - boundMs, highMs: trueMs + boundMs };
    },
  };
}
