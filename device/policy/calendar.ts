import { z } from 'zod';

/** Which days are working days in Asia/Shanghai: Monday to Friday, but for 法定节假日 and 调休. */

const daySchema = z.iso.date('a day that exists, like 2027-02-05');
const daysSchema = z.record(daySchema, z.enum(['work', 'rest'])).refine((days) => Object.keys(days).length <= 4000, {
  message: 'at most 4000 days',
});

/** Calendar with its exceptions to Monday–Friday and the years that it knows in full. */
export const calendarSchema = z.strictObject({
  version: z.string().min(1).max(64),
  /** Years whose schedule is known in full; days of any other year are only assumed. */
  coveredYears: z.array(z.int().min(1970).max(9999)),
  days: daysSchema,
});
export type Calendar = z.infer<typeof calendarSchema>;

/** What a centre sends (reference-protocol §3, `calendar`). */
export const calendarDocumentSchema = z.strictObject({
  version: z.string().min(1).max(64),
  days: daysSchema.optional(),
});
export type CalendarDocument = z.infer<typeof calendarDocumentSchema>;

/** Statutory holidays on fixed days: 《全国年节及纪念日放假办法》第二条（2024 年修订）. */
const FIXED_HOLIDAYS = ['01-01', '05-01', '05-02', '10-01', '10-02', '10-03'];

/**
 * A calendar with a centre's exceptions laid over it.
 * A year that the calendar did not know counts as known only when its fixed statutory holidays are all given: one stray
 * day must not make us believe that every other weekend of that year is free of make-up work.
 */
export function extendCalendar(calendar: Calendar, document: CalendarDocument): Calendar {
  const given = document.days ?? {};
  const years = new Set(Object.keys(given).map((day) => Number(day.slice(0, 4))));
  const complete = [...years].filter((year) => fixedHolidays(year).every((day) => given[day] === 'rest'));
  return {
    version: document.version,
    coveredYears: [...new Set([...calendar.coveredYears, ...complete])].sort((a, b) => a - b),
    days: { ...calendar.days, ...given },
  };
}

/** False for a day that the calendar neither lists nor covers by its year. @param day `2026-02-14` */
export function isKnownDay(day: string, calendar: Calendar): boolean {
  return calendar.days[day] !== undefined || calendar.coveredYears.includes(Number(day.slice(0, 4)));
}

/**
 * Whether offices work on a day. A day that is not known counts as working, even at a weekend: that is the shortest
 * reading of any period in working days, so no deadline is ever set too late.
 * @param day `2026-02-14`
 */
export function isWorkingDay(day: string, calendar: Calendar): boolean {
  const listed = calendar.days[day];
  if (listed !== undefined) return listed === 'work';
  return !isKnownDay(day, calendar) || !isWeekend(day);
}

/** The fixed statutory holidays of a year that would otherwise be working days; weekends need no exception. */
function fixedHolidays(year: number): string[] {
  return FIXED_HOLIDAYS.map((day) => `${String(year).padStart(4, '0')}-${day}`).filter((day) => !isWeekend(day));
}

function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}
