import { createHash } from 'node:crypto';

/**
 * How often a PIN may be guessed (pure). Five wrong ones in a row lock a number for a quarter of an hour, each further
 * lock is twice as long up to a working day; the right PIN forgets it all. A number that nobody has is treated alike, so
 * that an answer never tells which numbers exist. Six digits then hold out for more than a century of guessing.
 */
export const GUESSES = 5;
const FIRST_LOCK_MS = 15 * 60_000;
const LONGEST_LOCK_MS = 8 * 3_600_000;
/** A window has a handful of people; the oldest guesses at other numbers are forgotten first. */
const MAX_NUMBERS = 600;

interface Guesses {
  /** SHA-256 of the number: what is typed into the field by mistake may be anything, a PIN or a name. */
  key: string;
  wrong: number;
  locks: number;
  /** Wall time, ms since 1970; 0 while not locked. */
  until: number;
}

/** Newest guess last; plain data, kept with the device's state. */
export type LockOut = readonly Guesses[];

const keyOf = (number: string) => createHash('sha256').update(`staff\n${number}`).digest('base64url');
const lockMs = (locks: number) => Math.min(FIRST_LOCK_MS * 2 ** Math.max(0, locks - 1), LONGEST_LOCK_MS);
const found = (state: LockOut, number: string) => state.find(({ key }) => key === keyOf(number));

/** How long the number stays locked, ms; 0 when it may be tried. A clock set back never makes a lock longer. */
export function lockedForMs(state: LockOut, number: string, wallMs: number): number {
  const guesses = found(state, number);
  if (guesses === undefined) return 0;
  return Math.min(Math.max(guesses.until - wallMs, 0), lockMs(guesses.locks));
}

/** @returns the state after a wrong PIN, and for how long that locked the number (0: it did not) */
export function afterWrongPin(state: LockOut, number: string, wallMs: number): { next: LockOut; lockedMs: number } {
  const key = keyOf(number);
  const before = found(state, number) ?? { key, wrong: 0, locks: 0, until: 0 };
  const wrong = before.wrong + 1;
  const isLocked = wrong >= GUESSES;
  const locks = before.locks + (isLocked ? 1 : 0);
  const lockedMs = isLocked ? lockMs(locks) : 0;
  const after = { key, wrong: isLocked ? 0 : wrong, locks, until: isLocked ? wallMs + lockedMs : 0 };
  const others = state.filter((guesses) => guesses.key !== key);
  return { next: [...others, after].slice(-MAX_NUMBERS), lockedMs };
}

/** The right PIN: nothing is held against the number any more. */
export function afterRightPin(state: LockOut, number: string): LockOut {
  return state.filter(({ key }) => key !== keyOf(number));
}
