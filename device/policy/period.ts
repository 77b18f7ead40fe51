import { DAY_MS, SHANGHAI_OFFSET_MS } from '../time.ts';
import { type Calendar, isKnownDay, isWorkingDay } from './calendar.ts';
import type { Period } from './pack.ts';

export interface PeriodEnd {
  /** 24:00 of the last day, that is 00:00 Shanghai of the day after, in ms since 1970: the first moment too late. */
  dueAt: number;
  /** True when a day on the way is not known to the calendar and was counted as working. */
  assumed: boolean;
}

/**
 * When a period ends. The starting day does not count, and the period runs to 24:00 of its last day (民法典第二百零一条,
 * 第二百零三条). A last day that is a holiday is not moved to the next working day: for our own deadlines no extension is
 * assumed, the shortest reading.
 * @param startMs ms since 1970, years 1970 to 9998
 * @param period `count` 1 to 366
 */
export function endOfPeriod(startMs: number, period: Period, calendar: Calendar): PeriodEnd {
  const startDay = Math.floor((startMs + SHANGHAI_OFFSET_MS) / DAY_MS);
  if (period.unit === 'natural_day') return { dueAt: endOfDay(startDay + period.count), assumed: false };
  return endOfWorkingDays(startDay, period.count, calendar);
}

/** Days are numbered from 1970-01-01 (0), Shanghai. Ends because a calendar lists finitely many days of rest. */
function endOfWorkingDays(startDay: number, count: number, calendar: Calendar): PeriodEnd {
  let day = startDay;
  let assumed = false;
  for (let left = count; left > 0; ) {
    day += 1;
    const name = new Date(day * DAY_MS).toISOString().slice(0, 10);
    if (!isKnownDay(name, calendar)) assumed = true;
    if (isWorkingDay(name, calendar)) left -= 1;
  }
  return { dueAt: endOfDay(day), assumed };
}

function endOfDay(day: number): number {
  return (day + 1) * DAY_MS - SHANGHAI_OFFSET_MS;
}
