import { expect, it } from 'vitest';
import { clockText, dateText, dayText } from './time-text.ts';

it('tells the time of the window, whatever zone a time is written in', () => {
  expect(clockText('2026-11-22T09:05:07.250+08:00')).toBe('09:05');
  expect(dayText('2026-11-22T01:05:07Z')).toBe('11/22 09:05');
  expect(dateText('2026-11-22T01:05:07.999Z')).toBe('2026-11-22 09:05:07');
});

it('turns the day at midnight of the window, and calls that hour 00', () => {
  expect(dateText('2026-12-31T15:59:59.999Z')).toBe('2026-12-31 23:59:59');
  expect(dateText('2026-12-31T16:00:00Z')).toBe('2027-01-01 00:00:00');
  expect(clockText('2026-11-22T16:07:00Z')).toBe('00:07');
});
