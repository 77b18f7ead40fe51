import { expect, it } from 'vitest';
import { whyNotNow } from './night.ts';

it.each([
  ['2026-11-25T02:30:00+08:00', false, null],
  ['2026-11-25T01:00:00+08:00', false, null],
  ['2026-11-25T00:59:59+08:00', false, 'opening_hours'],
  ['2026-11-25T05:00:00+08:00', false, 'opening_hours'],
  ['2026-11-25T10:00:00+08:00', false, 'opening_hours'],
  ['2026-11-25T02:30:00+08:00', true, 'visit_open'],
  ['2026-11-25T02:30:00+08:00', null, 'no_answer'],
])('at %s with a visit open: %s, an update is told %s', (time, busy, why) => {
  expect(whyNotNow(Date.parse(time), busy)).toBe(why);
});
