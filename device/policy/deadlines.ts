import type { Level, RecordFact } from '../ledger/record.ts';
import { parseTime } from '../time.ts';
import type { Calendar } from './calendar.ts';
import { bucketOf } from './grades.ts';
import type { Period, PolicyPack, StartsAt } from './pack.ts';
import { endOfPeriod } from './period.ts';
import { marginOf } from './slack.ts';

/** The dates that late delivery of a record would break, so that the queue can serve the earliest harm first. */

/** `house` is our own date, not law. */
type DeadlineKind = 'default_rating' | 'reporting' | 'contact' | 'assess' | 'verify' | 'appeal' | 'rectify' | 'house';

interface Deadline {
  what: DeadlineKind;
  /** Where the regulation says so; null exactly for `house`. */
  article: string | null;
  /** The moment of ours that stands for the one from which the regulation counts. */
  countedFrom: 'servedAt' | 'ratedAt' | 'recordedAt';
  /** ms since 1970; delivery at this moment is too late. */
  dueAt: number;
  /** Slack below which the record is at risk, ms; 0 exactly for `house`: our own date is no alarm for the law. */
  marginMs: number;
  /** True when years that the calendar does not know were counted as all working days. */
  assumed: boolean;
}

export interface Deadlines {
  /** By `dueAt`, earliest first; never empty. */
  dates: Deadline[];
  earliest: Deadline;
}

export interface DeadlineContext {
  pack: PolicyPack;
  calendar: Calendar;
  /** When the visit of the record was served, ms since 1970; null when it is not known. A visit record brings its own. */
  servedAt: number | null;
  /** True time minus the device's wall clock, ms, where they differ: added to every moment that was read off the latter. */
  shiftMs?: number;
}

type Moment = Deadline['countedFrom'];

/** A legal period, and the moments of ours that it may run from: the earliest known one counts, `recordedAt` at last. */
interface Clock {
  what: DeadlineKind;
  article: string;
  period: Period;
  from: readonly Moment[];
}

/**
 * A service is never later than its rating, nor either later than the record of it. Where the moment wanted is missing,
 * or contradicts that because a clock was set, the earliest of the others is the shortest reading.
 */
const SINCE_SERVED: readonly Moment[] = ['servedAt', 'ratedAt'];
const SINCE_RATED: readonly Moment[] = ['ratedAt'];

/**
 * Which of our moments stands for a legal one. 办结 is taken as the service at the window: no business system tells the
 * device when a case was closed. Null: the period begins only when the 差评 has arrived, so late delivery cannot break it.
 */
const MOMENTS_FOR: Record<StartsAt, readonly Moment[] | null> = {
  served: SINCE_SERVED,
  closed: SINCE_SERVED,
  rated: SINCE_RATED,
  bad_rating_received: null,
  slip_received: null,
};

const RATING_DUTIES = ['reporting'] as const;
const BAD_RATING_DUTIES = ['contact', 'assess', 'verify', 'appeal', 'rectify'] as const;
type DutyName = (typeof RATING_DUTIES)[number] | (typeof BAD_RATING_DUTIES)[number];

/** Orders what no regulation puts a date on; as long as the longest default period we know, so law goes first. */
const HOUSE_PERIOD: Period = { count: 7, unit: 'natural_day' };

/**
 * Each legal date that late delivery of this record could break, with its article, and the earliest.
 * - rating (every revision): the default would be counted in its place (内蒙古 第十四条, 林草 第十五条); reporting
 *   (林草 第十六条); a 差评 also uses up the time of those who must answer it (内蒙古 第十九条第（一）项, 林草 第九条)
 * - visit: the centre must know of the service before its default falls due; reporting
 * - not_rated: reporting. It is no rating, so no default can collide with it
 * - event, and whatever is left without a date: a date of the house
 * @param fact kind and body of the record, and when it was recorded by the best reading of time, in ms since 1970
 */
export function deadlinesOf(fact: RecordFact & { recordedAt: number }, context: DeadlineContext): Deadlines {
  const moments = momentsOf(fact, context);
  const dates = clocksOf(fact, context.pack)
    .map((clock) => dateOf(clock, moments, context.calendar))
    .sort((a, b) => a.dueAt - b.dueAt);
  const [earliest] = dates;
  if (earliest !== undefined) return { dates, earliest };
  const house = houseDate(fact.recordedAt, context.calendar);
  return { dates: [house], earliest: house };
}

type Moments = Record<Exclude<Moment, 'recordedAt'>, number | null> & { recordedAt: number };

function momentsOf(fact: RecordFact & { recordedAt: number }, context: DeadlineContext): Moments {
  const { recordedAt } = fact;
  const { shiftMs = 0 } = context;
  const servedAt = context.servedAt === null ? null : context.servedAt + shiftMs;
  if (fact.kind === 'visit') return { servedAt: parseTime(fact.body.servedAt) + shiftMs, ratedAt: null, recordedAt };
  if (fact.kind === 'rating') return { servedAt, ratedAt: parseTime(fact.body.ratedAt) + shiftMs, recordedAt };
  return { servedAt, ratedAt: null, recordedAt };
}

function clocksOf(fact: RecordFact, pack: PolicyPack): Clock[] {
  switch (fact.kind) {
    case 'rating':
      return [defaultClock(pack), ...ratingClocks(pack, fact.body.level)];
    case 'visit':
      return [defaultClock(pack), ...dutyClocks(pack, RATING_DUTIES, SINCE_SERVED)];
    case 'not_rated':
      return dutyClocks(pack, RATING_DUTIES, SINCE_SERVED);
    case 'event':
      return [];
  }
}

/** Every default runs from the service or from 办结, for which the service stands. */
function defaultClock(pack: PolicyPack): Clock {
  const { article, count, unit } = pack.defaultRating;
  return { what: 'default_rating', article, period: { count, unit }, from: SINCE_SERVED };
}

function ratingClocks(pack: PolicyPack, level: Level): Clock[] {
  const clocks = dutyClocks(pack, RATING_DUTIES, SINCE_RATED);
  if (bucketOf(pack, level) !== 'bad') return clocks;
  return [...clocks, ...dutyClocks(pack, BAD_RATING_DUTIES, SINCE_RATED)];
}

/** @param unstated from when a period runs whose regulation names no start */
function dutyClocks(pack: PolicyPack, duties: readonly DutyName[], unstated: readonly Moment[]): Clock[] {
  return duties.flatMap((what) => {
    const duty = pack[what];
    if (duty === null) return [];
    const from = duty.startsAt === null ? unstated : MOMENTS_FOR[duty.startsAt];
    return from === null ? [] : [{ what, article: duty.article, period: duty, from }];
  });
}

function dateOf({ what, article, period, from }: Clock, moments: Moments, calendar: Calendar): Deadline {
  const { countedFrom, startMs } = earliestOf(from, moments);
  return { what, article, countedFrom, marginMs: marginOf(period), ...endOfPeriod(startMs, period, calendar) };
}

function earliestOf(names: readonly Moment[], moments: Moments): { countedFrom: Moment; startMs: number } {
  let found: { countedFrom: Moment; startMs: number } = { countedFrom: 'recordedAt', startMs: moments.recordedAt };
  for (const countedFrom of names.toReversed()) {
    const startMs = moments[countedFrom];
    if (startMs !== null && startMs <= found.startMs) found = { countedFrom, startMs };
  }
  return found;
}

function houseDate(recordedAt: number, calendar: Calendar): Deadline {
  const end = endOfPeriod(recordedAt, HOUSE_PERIOD, calendar);
  return { what: 'house', article: null, countedFrom: 'recordedAt', marginMs: 0, ...end };
}
