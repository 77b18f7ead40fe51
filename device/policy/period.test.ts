import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, shanghaiDay, startOfShanghaiDay } from '../time.ts';
import { builtinCalendar } from './builtin.ts';
import { type Calendar, extendCalendar, isWorkingDay } from './calendar.ts';
import type { Period } from './pack.ts';
import { endOfPeriod } from './period.ts';

const working = (count: number): Period => ({ count, unit: 'working_day' });
const natural = (count: number): Period => ({ count, unit: 'natural_day' });
const at = (text: string) => Date.parse(`${text}+08:00`);

/**
 * Counted by hand on the State Council's notice for 2026. Columns: start; last day of 2, 3 and 5 working days and of
 * 7 natural days. The period ends at 24:00 of that day.
 */
const GOLDEN = [
  // 元旦: rest 01-01 (Thu) to 01-03, make-up Sun 01-04.
  ['2025-12-31', '2026-01-05', '2026-01-06', '2026-01-08', '2026-01-07'],
  ['2026-01-03', '2026-01-05', '2026-01-06', '2026-01-08', '2026-01-10'],
  // 春节: rest 02-15 (Sun) to 02-23 (Mon), make-up Sat 02-14 and Sat 02-28.
  ['2026-02-12', '2026-02-14', '2026-02-24', '2026-02-26', '2026-02-19'],
  ['2026-02-13', '2026-02-24', '2026-02-25', '2026-02-27', '2026-02-20'],
  ['2026-02-14', '2026-02-25', '2026-02-26', '2026-02-28', '2026-02-21'],
  ['2026-02-17', '2026-02-25', '2026-02-26', '2026-02-28', '2026-02-24'],
  ['2026-02-25', '2026-02-27', '2026-02-28', '2026-03-03', '2026-03-04'],
  ['2026-02-27', '2026-03-02', '2026-03-03', '2026-03-05', '2026-03-06'],
  // 中秋 and 国庆: make-up Sun 09-20; rest Fri 09-25 to 09-27; rest 10-01 (Thu) to 10-07; make-up Sat 10-10.
  ['2026-09-18', '2026-09-21', '2026-09-22', '2026-09-24', '2026-09-25'],
  ['2026-09-24', '2026-09-29', '2026-09-30', '2026-10-09', '2026-10-01'],
  ['2026-09-30', '2026-10-09', '2026-10-10', '2026-10-13', '2026-10-07'],
  ['2026-10-01', '2026-10-09', '2026-10-10', '2026-10-13', '2026-10-08'],
  ['2026-10-09', '2026-10-12', '2026-10-13', '2026-10-15', '2026-10-16'],
  // An ordinary week.
  ['2026-11-16', '2026-11-18', '2026-11-19', '2026-11-23', '2026-11-23'],
] as const;

const endOf = (day: string) => startOfShanghaiDay(day) + DAY_MS;

describe.each(GOLDEN)('given a start on %s', (start, two, three, five, seven) => {
  test.each([
    [working(2), two],
    [working(3), three],
    [working(5), five],
    [natural(7), seven],
  ])('then %o ends with %s', (period, last) => {
    const expected = { dueAt: endOf(last), assumed: false };
    expect(endOfPeriod(at(`${start}T00:00:00.000`), period, builtinCalendar)).toEqual(expected);
    expect(endOfPeriod(at(`${start}T09:30:00.000`), period, builtinCalendar)).toEqual(expected);
    expect(endOfPeriod(at(`${start}T23:59:59.999`), period, builtinCalendar)).toEqual(expected);
  });
});

test('given a moment whose day in UTC is another, then the day in Shanghai counts', () => {
  expect(endOfPeriod(Date.parse('2026-02-13T16:00:00.000Z'), natural(7), builtinCalendar).dueAt).toBe(
    at('2026-02-22T00:00:00.000'),
  );
});

describe('given a year that is not covered', () => {
  test('then every day of it counts and the answer says so', () => {
    // 2026-12-31 is a Thursday; 2027-01-01 to 01-04 would hold a holiday and a weekend.
    const end = endOfPeriod(at('2026-12-30T10:00:00.000'), working(5), builtinCalendar);
    expect(end).toEqual({ dueAt: endOf('2027-01-04'), assumed: true });
  });

  test('then a period that ends before it is not assumed', () => {
    const end = endOfPeriod(at('2026-12-28T10:00:00.000'), working(3), builtinCalendar);
    expect(end).toEqual({ dueAt: endOf('2026-12-31'), assumed: false });
  });

  test('then natural days need no assumption', () => {
    const end = endOfPeriod(at('2026-12-30T10:00:00.000'), natural(7), builtinCalendar);
    expect(end).toEqual({ dueAt: endOf('2027-01-06'), assumed: false });
  });

  test('when a document lists the days on the way, then they are used and nothing is assumed', () => {
    const days = { '2027-01-01': 'rest', '2027-10-01': 'rest', '2027-01-02': 'rest' } as const;
    const extended = extendCalendar(builtinCalendar, { version: '2027', days });
    const end = endOfPeriod(at('2026-12-30T10:00:00.000'), working(5), extended);
    expect(end).toEqual({ dueAt: endOf('2027-01-07'), assumed: false });
  });

  test('given a clock that was never set, then a date comes all the same', () => {
    const end = endOfPeriod(0, working(5), builtinCalendar);
    expect(end).toEqual({ dueAt: endOf('1970-01-06'), assumed: true });
  });
});

describe('properties', () => {
  const moment = fc.integer({ min: at('2024-01-01T00:00:00.000'), max: at('2028-12-31T23:59:59.999') });
  const count = fc.integer({ min: 1, max: 40 });
  const unit = fc.constantFrom<Period['unit']>('working_day', 'natural_day');
  const exceptions = fc.dictionary(
    fc.integer({ min: 0, max: 1825 }).map((days) => shanghaiDay(at('2024-01-01T00:00:00.000') + days * DAY_MS)),
    fc.constantFrom<'work' | 'rest'>('work', 'rest'),
    { maxKeys: 200 },
  );
  const calendar: fc.Arbitrary<Calendar> = exceptions.map((days) =>
    extendCalendar(builtinCalendar, { version: 'any', days: { ...days } }),
  );

  test('the end is a midnight in Shanghai, at least `count` whole days after the start', () => {
    fc.assert(
      fc.property(moment, count, unit, calendar, (start, days, kind, cal) => {
        const { dueAt } = endOfPeriod(start, { count: days, unit: kind }, cal);
        expect(dueAt).toBe(startOfShanghaiDay(shanghaiDay(dueAt)));
        expect(dueAt - start).toBeGreaterThan(days * DAY_MS);
      }),
    );
  });

  test('a later start never ends earlier', () => {
    fc.assert(
      fc.property(moment, moment, count, unit, calendar, (a, b, days, kind, cal) => {
        const period = { count: days, unit: kind };
        const [early, late] = a < b ? [a, b] : [b, a];
        expect(endOfPeriod(early, period, cal).dueAt).toBeLessThanOrEqual(endOfPeriod(late, period, cal).dueAt);
      }),
    );
  });

  test('working days never end before as many natural ones, and just as they do when all is assumed', () => {
    const blank: Calendar = { version: 'none', coveredYears: [], days: {} };
    fc.assert(
      fc.property(moment, count, calendar, (start, days, cal) => {
        const naturalEnd = endOfPeriod(start, natural(days), cal).dueAt;
        expect(endOfPeriod(start, working(days), cal).dueAt).toBeGreaterThanOrEqual(naturalEnd);
        expect(endOfPeriod(start, working(days), blank)).toEqual({ dueAt: naturalEnd, assumed: true });
      }),
    );
  });

  test('exactly `count` working days lie between start and end, the last of them last', () => {
    fc.assert(
      fc.property(moment, count, calendar, (start, days, cal) => {
        const { dueAt } = endOfPeriod(start, working(days), cal);
        const counted: string[] = [];
        for (let day = startOfShanghaiDay(shanghaiDay(start)) + DAY_MS; day < dueAt; day += DAY_MS) {
          if (isWorkingDay(shanghaiDay(day), cal)) counted.push(shanghaiDay(day));
        }
        expect(counted).toHaveLength(days);
        expect(counted.at(-1)).toBe(shanghaiDay(dueAt - 1));
      }),
    );
  });
});
