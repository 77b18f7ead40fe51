/**
 * What an exchange with a centre says of true time, on the monotonic clock of one boot. Pure: the steps of a wall clock
 * cannot touch it, and its error is never larger than it says (Cristian 1989; Marzullo's intersection).
 */
export interface TimeReading {
  /** Monotonic, ms. */
  atMs: number;
  /** At that moment the centre's clock showed between `lowMs` and `highMs`, ms since 1970. */
  lowMs: number;
  highMs: number;
}

/** An oscillator of our devices runs wrong by five minutes a day at most; most are a hundred times better. */
export const MAX_DRIFT = 300 / 86_400;
/** Centres tell whole milliseconds. */
const RESOLUTION_MS = 1;

/**
 * @param serverMs what the centre's clock showed somewhere between request and reply
 * @param sentAtMs monotonic time at which the request left
 * @param receivedAtMs monotonic time at which the reply was there
 */
export function readingOf(serverMs: number, sentAtMs: number, receivedAtMs: number): TimeReading {
  const roundTripMs = Math.max(0, receivedAtMs - sentAtMs);
  return { atMs: receivedAtMs, lowMs: serverMs, highMs: serverMs + roundTripMs * (1 + MAX_DRIFT) + RESOLUTION_MS };
}

/** The same knowledge at another moment: what may have drifted meanwhile is added on both sides. */
export function readingAt({ atMs, lowMs, highMs }: TimeReading, nowMs: number): TimeReading {
  const elapsedMs = nowMs - atMs;
  const driftMs = Math.abs(elapsedMs) * MAX_DRIFT;
  return { atMs: nowMs, lowMs: lowMs + elapsedMs - driftMs, highMs: highMs + elapsedMs + driftMs };
}

export const middleOf = ({ lowMs, highMs }: TimeReading): number => (lowMs + highMs) / 2;
export const boundOf = ({ lowMs, highMs }: TimeReading): number => (highMs - lowMs) / 2;

/**
 * Adds a reading to what is known: true time lies in both, so in what they share. The reading with the shortest round
 * trip decides, until drift has made it the weaker one.
 * @returns `isJump`: they share nothing, so the centre's clock was set; the latest counts then
 */
export function combine(known: TimeReading | null, latest: TimeReading): { reading: TimeReading; isJump: boolean } {
  if (known === null) return { reading: latest, isJump: false };
  const before = readingAt(known, latest.atMs);
  const lowMs = Math.max(before.lowMs, latest.lowMs);
  const highMs = Math.min(before.highMs, latest.highMs);
  if (lowMs > highMs) return { reading: latest, isJump: true };
  return { reading: { atMs: latest.atMs, lowMs, highMs }, isJump: false };
}
