import type { RecordFact } from '../ledger/record.ts';
import type { Calendar } from '../policy/calendar.ts';
import { type Hours, isAfterHours } from '../staff/shift.ts';

/**
 * Hints that a rating may not be its citizen's own. They are events beside the record: nothing is deleted, delayed or
 * marked, whoever reads them at the centre decides (内蒙古 第十五条: only the citizen can say that a rating is invalid).
 * They could hint at a moment or a grade, so the staff side never hears of one. Pure.
 * - `fast_tap`: sooner after the invitation than a person can read five faces
 * - `burst`: more first grades in a row than citizens can follow one another
 * - `after_hours`: nobody should be at the window
 * - `same_case`: the case had its service before this one at this window
 * - `staff_card`: the card laid down as the citizen's is one of the staff (found where cards are read: `device/attached`)
 */
export type AnomalyKind = 'fast_tap' | 'burst' | 'after_hours' | 'same_case' | 'staff_card';

export const FAST_TAP_MS = 1_500;
export const BURST = { ratings: 5, withinMs: 120_000 } as const;

/** When the first grade of a visit was given; which one plays no part. */
export interface FirstGrade {
  /** From the invitation to the tap, monotonic ms; null where nobody was invited. */
  sinceInvitedMs: number | null;
  /** Wall time, ms since 1970. */
  at: number;
}

export interface Surroundings {
  /** Monotonic ms of the first grades before this one and of this one, oldest first. */
  recentMs: readonly number[];
  hours: Hours;
  calendar: Calendar;
  /** Whether the same case had the service before this one here. */
  isSameCase: boolean;
}

/** What is odd about a first grade; often nothing. */
export function anomaliesOf(given: FirstGrade, around: Surroundings): AnomalyKind[] {
  const { recentMs, hours, calendar } = around;
  const last = recentMs.at(-1) ?? 0;
  const inBurst = recentMs.filter((ms) => last - ms <= BURST.withinMs).length;
  const found: [AnomalyKind, boolean][] = [
    ['fast_tap', given.sinceInvitedMs !== null && given.sinceInvitedMs < FAST_TAP_MS],
    ['burst', inBurst >= BURST.ratings],
    ['after_hours', isAfterHours(given.at, hours, calendar)],
    ['same_case', around.isSameCase],
  ];
  return found.flatMap(([kind, isSo]) => (isSo ? [kind] : []));
}

/** The visit whose first grade is among facts; null where there is none. */
export function firstGradeIn(facts: readonly RecordFact[]): string | null {
  for (const fact of facts) {
    if (fact.kind === 'rating' && fact.body.revision === 1) return fact.body.visitId;
  }
  return null;
}
