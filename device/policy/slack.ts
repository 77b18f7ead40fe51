import { DAY_MS } from '../time.ts';
import type { Period } from './pack.ts';

/**
 * How far the backlog is from breaking the law. Pure: what waits comes in, grouped by date; what a person should know
 * goes out. Dates of the house order the queue and raise no alarm (policy/deadlines.ts).
 */

/** From well to too late. `critical` and `missed` are for a person to act on, `at_risk` for one to look at. */
export const STANDINGS = ['fine', 'at_risk', 'critical', 'missed'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Undelivered records that share a date. */
export interface DueGroup {
  /** ms since 1970; delivery at this moment is too late. */
  dueAt: number;
  /** Slack below which such a record is at risk, ms; 0: a date of the house. */
  marginMs: number;
  records: number;
}

/** Half an afternoon: what is left to find a way around the network, such as the evacuation bundle. */
export const CRITICAL_MS = 4 * 3_600_000;
const LONGEST_MARGIN_MS = DAY_MS;
const MARGIN_SHARE = 1 / 5;
/** Assumed until batches were timed: a batch of 500 in ten seconds, which a poor line in a county hall manages. */
export const ASSUMED_PER_S = 50;
/** No device of ours is older; a date before it was reckoned from a clock that had never been set. */
export const EARLIEST_DATE_MS = Date.parse('2026-01-01T00:00:00+08:00');

/** Slack below which a record of this period is at risk: a day, or a fifth of the period where that is less. */
export function marginOf({ count }: Period): number {
  return Math.min(LONGEST_MARGIN_MS, count * DAY_MS * MARGIN_SHARE);
}

export interface Assessment {
  /** Of the record that stands worst. */
  standing: Standing;
  /** Records in each state; every record counts once. `undated` ones were made under a clock that was never set. */
  atRisk: number;
  critical: number;
  missed: number;
  undated: number;
  /** Least slack of a record with a legal date that is not missed, ms; negative when the rate is too low for it. */
  leastSlackMs: number | null;
}

const ALL_WELL: Assessment = {
  standing: 'fine',
  atRisk: 0,
  critical: 0,
  missed: 0,
  undated: 0,
  leastSlackMs: null,
};

/** Dates later than this cannot be at risk, whatever lies before them; spares reading the rest of a long backlog. */
export function assessmentHorizonMs(nowMs: number, waiting: number, perS: number | null): number {
  return Math.ceil(nowMs + LONGEST_MARGIN_MS + (waiting * 1000) / (perS ?? ASSUMED_PER_S));
}

/**
 * Slack of a record = its date − now − the time that the records before it need at the measured rate.
 * @param groups in order of delivery (earliest date first), everything up to `assessmentHorizonMs`
 * @param nowMs the best reading of true time, ms since 1970
 * @param perS records per second that the line delivered lately; null: not measured yet
 */
export function assess(groups: readonly DueGroup[], nowMs: number, perS: number | null): Assessment {
  const perMs = (perS ?? ASSUMED_PER_S) / 1000;
  const found = { ...ALL_WELL };
  let before = 0;
  for (const group of groups) {
    // A date of the house only takes its time in the queue.
    if (group.marginMs > 0) addGroup(found, group, { nowMs, before, perMs });
    before += group.records;
  }
  return { ...found, standing: worstOf(found) };
}

interface Queue {
  nowMs: number;
  /** Records that go first. */
  before: number;
  perMs: number;
}

function addGroup(found: Assessment, { dueAt, marginMs, records }: DueGroup, queue: Queue): void {
  if (dueAt < EARLIEST_DATE_MS) {
    found.undated += records;
    return;
  }
  const leftMs = dueAt - queue.nowMs;
  if (leftMs <= 0) {
    found.missed += records;
    return;
  }
  const lastSlackMs = leftMs - (queue.before + records - 1) / queue.perMs;
  found.leastSlackMs = Math.min(found.leastSlackMs ?? lastSlackMs, lastSlackMs);
  /** How many of the group have less slack than this: the ones at its end. */
  const below = (limitMs: number): number => {
    const enough = Math.floor((leftMs - limitMs) * queue.perMs) - queue.before + 1;
    return records - Math.min(records, Math.max(0, enough));
  };
  const critical = below(Math.min(CRITICAL_MS, marginMs));
  found.critical += critical;
  found.atRisk += below(marginMs) - critical;
}

function worstOf({ missed, critical, atRisk, undated }: Assessment): Standing {
  if (missed > 0) return 'missed';
  if (critical > 0) return 'critical';
  // A date that nobody knows may be near.
  return atRisk + undated > 0 ? 'at_risk' : 'fine';
}
