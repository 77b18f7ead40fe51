import { describe, expect, it } from 'vitest';
import { builtinCalendar } from '../policy/builtin.ts';
import { formatTime } from '../time.ts';
import { isAfterHours, shiftEnd } from './shift.ts';

const HOURS = [
  { from: '08:30', to: '12:00' },
  { from: '13:30', to: '17:30' },
];
/** Monday 23 November 2026. */
const at = (time: string, day = '2026-11-23') => Date.parse(`${day}T${time}:00.000+08:00`);
const clock = (ms: number) => formatTime(ms).slice(0, 16);

describe('the end of a shift', () => {
  it.each([
    ['07:50', '2026-11-23T12:15'],
    ['08:30', '2026-11-23T12:15'],
    ['12:14', '2026-11-23T12:15'],
    ['12:15', '2026-11-23T17:45'],
    ['13:00', '2026-11-23T17:45'],
    ['17:45', '2026-11-23T19:45'],
    ['23:30', '2026-11-24T00:00'],
  ])('signed in at %s is %s', (time, end) => {
    expect(clock(shiftEnd(at(time), HOURS))).toBe(end);
  });

  it.each([
    ['08:00', '2026-11-23T18:00'],
    ['20:00', '2026-11-24T00:00'],
  ])('without hours, signed in at %s, is %s', (time, end) => {
    expect(clock(shiftEnd(at(time), []))).toBe(end);
  });
});

describe('after hours', () => {
  it.each([
    ['08:29', true],
    ['08:30', false],
    ['12:14', false],
    ['12:15', true],
    ['13:30', false],
    ['17:44', false],
    ['17:45', true],
    ['02:00', true],
  ])('%s on a Monday: %s', (time, expected) => {
    expect(isAfterHours(at(time), HOURS, builtinCalendar)).toBe(expected);
  });

  it('is every hour of a day of rest, and none where no hours are set', () => {
    expect(isAfterHours(at('10:00', '2026-11-22'), HOURS, builtinCalendar)).toBe(true);
    expect(isAfterHours(at('10:00', '2026-10-01'), HOURS, builtinCalendar)).toBe(true);
    expect(isAfterHours(at('03:00'), [], builtinCalendar)).toBe(false);
  });
});
