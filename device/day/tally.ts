import type { LedgerRecord } from '../ledger/record.ts';
import { parseTime } from '../time.ts';

/**
 * What the window did on one day, from its own records (pure). Ratings and refusals are not counted: the centre has them,
 * and nobody else may tell them apart.
 */
export interface DayTally {
  opened: number;
  invited: number;
  /** Visits that ended without an invitation, by reason: `citizen_left`, `next_case` … */
  skipped: Record<string, number>;
  pauses: number;
  /** From each pause to its end, ms; one that had not ended counts to `endsAt`. */
  pausedMs: number;
}

const HARMLESS = /^[a-z][a-z_]{0,31}$/;

/** @param isPaused whether the window was paused when the day began @param startsAt, endsAt of the day, ms since 1970 */
export function tallyOf(
  records: Iterable<LedgerRecord>,
  { isPaused, startsAt, endsAt }: { isPaused: boolean; startsAt: number; endsAt: number },
): DayTally {
  const tally: DayTally = { opened: 0, invited: 0, skipped: {}, pauses: 0, pausedMs: 0 };
  let pausedSince = isPaused ? startsAt : null;
  for (const { kind, body, recordedAt } of records) {
    if (kind === 'visit') tally.opened += 1;
    if (kind === 'not_rated' && body.reason === 'skipped') {
      // Reasons are codes; a queue system's own words stay where they are.
      const reason = HARMLESS.test(body.detail ?? '') ? String(body.detail) : 'other';
      tally.skipped[reason] = (tally.skipped[reason] ?? 0) + 1;
    }
    if (kind !== 'event') continue;
    if (body.type === 'invited') tally.invited += 1;
    if (body.type === 'window_paused') {
      tally.pauses += 1;
      pausedSince ??= parseTime(recordedAt);
    }
    if (body.type === 'window_resumed' && pausedSince !== null) {
      tally.pausedMs += Math.max(0, parseTime(recordedAt) - pausedSince);
      pausedSince = null;
    }
  }
  if (pausedSince !== null) tally.pausedMs += Math.max(0, endsAt - pausedSince);
  return tally;
}
