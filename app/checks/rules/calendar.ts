import { shanghaiDay } from '../../../device/time.ts';
import type { Facts } from '../facts.ts';
import { type Finding, pass, warn } from '../finding.ts';

/** The State Council's office publishes a year's holidays in November of the year before; by then a centre has them. */
const FIRST_MONTH_OF_WARNING = 12;

/**
 * Whether the days off are known. After the last year that the calendar covers every day counts as a working day: no
 * deadline in working days comes too late (林草 Art 15, 16), but it comes too early, and a screen is lit at weekends. A
 * clock that was never set has a line of its own.
 */
export function calendarRule({ calendar, nowMs }: Facts): Finding[] {
  if (calendar === undefined) return [];
  const [year, month] = shanghaiDay(nowMs).split('-').map(Number) as [number, number];
  const { version, coveredYears } = calendar;
  if (coveredYears.every((covered) => covered > year)) return [];
  if (!coveredYears.includes(year)) return [warn('calendar', 'ran_out', { version, year })];
  const next = year + 1;
  if (month >= FIRST_MONTH_OF_WARNING && !coveredYears.includes(next)) {
    return [warn('calendar', 'ends_soon', { version, year: next })];
  }
  return [pass('calendar', 'covers', { version, year })];
}
