import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../time.ts';
import { builtinCalendar } from './builtin.ts';
import { calendarDocumentSchema, extendCalendar, isKnownDay, isWorkingDay } from './calendar.ts';

/** 国务院办公厅关于2026年部分节假日安排的通知, typed off the notice: each range of rest, first and last day. */
const REST_2026 = [
  ['2026-01-01', '2026-01-03'],
  ['2026-02-15', '2026-02-23'],
  ['2026-04-04', '2026-04-06'],
  ['2026-05-01', '2026-05-05'],
  ['2026-06-19', '2026-06-21'],
  ['2026-09-25', '2026-09-27'],
  ['2026-10-01', '2026-10-07'],
] as const;
const MAKE_UP_2026 = ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'];

/** What the notice says of a day, where 2026-01-01 is a Thursday. */
function noticeSaysWorking(day: string): boolean {
  if (MAKE_UP_2026.includes(day)) return true;
  if (REST_2026.some(([first, last]) => first <= day && day <= last)) return false;
  const weekday = (4 + (Date.parse(day) - Date.parse('2026-01-01')) / DAY_MS) % 7;
  return weekday !== 6 && weekday !== 0;
}

test('given the notice for 2026, then every day of the built-in calendar agrees with it', () => {
  for (let ms = Date.parse('2026-01-01'); ms < Date.parse('2027-01-01'); ms += DAY_MS) {
    const day = new Date(ms).toISOString().slice(0, 10);
    expect([day, isWorkingDay(day, builtinCalendar)]).toEqual([day, noticeSaysWorking(day)]);
    expect(isKnownDay(day, builtinCalendar)).toBe(true);
  }
});

test('the covered years are explicit', () => {
  expect(builtinCalendar.coveredYears).toEqual([2025, 2026]);
});

test.each(['2027-01-01', '2027-01-02', '2027-01-03', '2024-12-29', '1970-01-01', '1970-01-03'])(
  'given a year that is not covered, then %s counts as working and is not known',
  (day) => {
    expect(isWorkingDay(day, builtinCalendar)).toBe(true);
    expect(isKnownDay(day, builtinCalendar)).toBe(false);
  },
);

describe("a centre's calendar document", () => {
  test('given days in a covered year, then they override the built-in ones', () => {
    const days = { '2026-10-10': 'rest', '2026-10-08': 'rest', '2026-11-22': 'work' } as const;
    const extended = extendCalendar(builtinCalendar, { version: 'hall-1', days });
    expect(extended.version).toBe('hall-1');
    expect(isWorkingDay('2026-10-10', extended)).toBe(false);
    expect(isWorkingDay('2026-10-08', extended)).toBe(false);
    expect(isWorkingDay('2026-11-22', extended)).toBe(true);
    expect(isWorkingDay('2026-10-09', extended)).toBe(true);
    expect(isWorkingDay('2026-10-10', builtinCalendar)).toBe(true);
  });

  test('given one stray day of a new year, then that day is known and the rest of the year is not', () => {
    const extended = extendCalendar(builtinCalendar, { version: '2', days: { '2027-02-05': 'rest' } });
    expect(isWorkingDay('2027-02-05', extended)).toBe(false);
    expect(isKnownDay('2027-02-05', extended)).toBe(true);
    expect(isWorkingDay('2027-02-13', extended)).toBe(true);
    expect(isKnownDay('2027-02-13', extended)).toBe(false);
    expect(extended.coveredYears).toEqual([2025, 2026]);
  });

  test('given all fixed holidays of a new year that are no weekend, then its other weekends are rest', () => {
    // 2027-01-01 is a Friday, 05-01 and 05-02 a weekend, 10-01 a Friday, 10-02 and 10-03 a weekend.
    const days = { '2027-01-01': 'rest', '2027-10-01': 'rest', '2027-02-05': 'rest', '2027-02-20': 'work' } as const;
    const extended = extendCalendar(builtinCalendar, { version: '2', days });
    expect(extended.coveredYears).toEqual([2025, 2026, 2027]);
    expect(isWorkingDay('2027-02-13', extended)).toBe(false);
    expect(isWorkingDay('2027-02-20', extended)).toBe(true);
    expect(isKnownDay('2027-02-13', extended)).toBe(true);
  });

  test('given a fixed holiday declared a working day, then the year is not taken as known', () => {
    const days = { '2027-01-01': 'rest', '2027-10-01': 'work' } as const;
    expect(extendCalendar(builtinCalendar, { version: '2', days }).coveredYears).toEqual([2025, 2026]);
  });

  test('given no days, then only the version changes', () => {
    const extended = extendCalendar(builtinCalendar, { version: '2' });
    expect(extended).toEqual({ ...builtinCalendar, version: '2' });
  });

  test.each([
    ['a day that does not exist', { version: '1', days: { '2027-02-30': 'rest' } }, 'days.2027-02-30'],
    ['a day in another form', { version: '1', days: { '2027-2-5': 'rest' } }, 'days.2027-2-5'],
    ['a kind of day unknown here', { version: '1', days: { '2027-02-05': 'holiday' } }, 'days.2027-02-05'],
    ['no version', { days: {} }, 'version'],
    ['an empty version', { version: '', days: {} }, 'version'],
    ['a number as version', { version: 7, days: {} }, 'version'],
    ['a list of days', { version: '1', days: ['2027-02-05'] }, 'days'],
    ['an unknown key', { version: '1', day: {} }, ''],
    ['a key that is no day', { version: '1', days: { constructor: 'rest' } }, 'days.constructor'],
    ['null', null, ''],
  ])('given %s, then it is refused and named', (_name, document, path) => {
    const parsed = calendarDocumentSchema.safeParse(document);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
