import type { Calendar } from '../policy/calendar.ts';
import { isWorkingDay } from '../policy/calendar.ts';
import { DAY_MS, shanghaiDay, startOfShanghaiDay } from '../time.ts';

/** When people work at the window, from `settings.hours`. Pure; all moments in ms since 1970. */

export type Hours = readonly { from: string; to: string }[];

/** Whoever still stands at the window when it closes is served and invited. */
export const AFTER_HOURS_MS = 15 * 60_000;
/** Of a sign-in after the last hours of the day. */
const OVERTIME_MS = 2 * 3_600_000;
/** Of a sign-in where no hours are set. */
const LONGEST_MS = 10 * 3_600_000;

function msOfDay(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (hour * 60 + minute) * 60_000;
}

/** When a sign-in at `now` ends: with the hours it fell into or came before, at the latest with the day. */
export function shiftEnd(now: number, hours: Hours): number {
  const midnight = startOfShanghaiDay(shanghaiDay(now));
  const ends = hours.map(({ to }) => midnight + msOfDay(to) + AFTER_HOURS_MS).filter((end) => end > now);
  const wanted = hours.length === 0 ? now + LONGEST_MS : Math.min(now + DAY_MS, ...ends);
  const end = ends.length === 0 && hours.length > 0 ? now + OVERTIME_MS : wanted;
  return Math.min(end, midnight + DAY_MS);
}

/** Whether nobody should be at the window then. False where no hours are set: nothing can be said. */
export function isAfterHours(at: number, hours: Hours, calendar: Calendar): boolean {
  if (hours.length === 0) return false;
  const day = shanghaiDay(at);
  if (!isWorkingDay(day, calendar)) return true;
  const since = at - startOfShanghaiDay(day);
  return !hours.some(({ from, to }) => since >= msOfDay(from) && since < msOfDay(to) + AFTER_HOURS_MS);
}

/** How long of a stretch the window should have been open, ms. 0 where no hours are set. @param from, to ms since 1970 */
export function openMs(from: number, to: number, { hours, calendar }: { hours: Hours; calendar: Calendar }): number {
  let sum = 0;
  for (let at = startOfShanghaiDay(shanghaiDay(from)); hours.length > 0 && at < to; at += DAY_MS) {
    if (!isWorkingDay(shanghaiDay(at), calendar)) continue;
    for (const one of hours) {
      sum += Math.max(0, Math.min(to, at + msOfDay(one.to)) - Math.max(from, at + msOfDay(one.from)));
    }
  }
  return sum;
}
