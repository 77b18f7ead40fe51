import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { DAY_MS } from '../time.ts';

/**
 * assets/calendars/china.json is derived, by this test with `-u`, from the schedules in chinese-days.
 * To take in a new year: update chinese-days, add the year here, run with `-u`, and check the new rows of
 * period.test.ts against the State Council's notice by hand.
 */
const COVERED_YEARS = [2025, 2026];

test('given the schedules of chinese-days, when derived, then the built-in calendar is their exceptions', async () => {
  const days = Object.fromEntries(COVERED_YEARS.flatMap(exceptionsOf));
  const calendar = { version: `china-${COVERED_YEARS.join('-')}`, coveredYears: COVERED_YEARS, days };
  await expect(`${JSON.stringify(calendar, null, 2)}\n`).toMatchFileSnapshot('../../assets/calendars/china.json');
});

/** The days of a year that break Monday–Friday. From the table: the functions beside it err in a zone west of UTC. */
function exceptionsOf(year: number): [string, 'work' | 'rest'][] {
  return daysOf(year).flatMap((day): [string, 'work' | 'rest'][] => {
    const weekday = new Date(day).getUTCDay();
    const isWeekend = weekday === 0 || weekday === 6;
    if (isWeekend && day in published.workdays) return [[day, 'work']];
    return !isWeekend && day in published.holidays ? [[day, 'rest']] : [];
  });
}

function daysOf(year: number): string[] {
  const first = Date.UTC(year, 0, 1);
  const count = (Date.UTC(year + 1, 0, 1) - first) / DAY_MS;
  return Array.from({ length: count }, (_, index) => new Date(first + index * DAY_MS).toISOString().slice(0, 10));
}
