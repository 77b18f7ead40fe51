import { expect, it } from 'vitest';
import { cornerGesture } from './technician-entry.ts';

const CORNER = { x: 10, y: 20 };

function taps(times: number[], place = CORNER): number {
  const touch = cornerGesture();
  return times.filter((atMs) => touch({ ...place, atMs })).length;
}

it('is seven touches of the corner within five seconds', () => {
  expect(taps([0, 100, 200, 300, 400, 500, 600])).toBe(1);
  expect(taps([0, 100, 200, 300, 400, 500])).toBe(0);
  expect(taps([0, 1000, 2000, 3000, 4000, 4500, 5000])).toBe(0);
  expect(taps(Array.from({ length: 30 }, (_, n) => n * 840))).toBe(0);
  expect(taps([0, 1000, 2000, 3000, 4000, 4500, 5000, 5100])).toBe(1);
});

it('begins anew after it was done, and after a touch elsewhere', () => {
  expect(taps(Array.from({ length: 13 }, (_, n) => n * 10))).toBe(1);
  const touch = cornerGesture();
  const places = [CORNER, CORNER, CORNER, { x: 500, y: 500 }, CORNER, CORNER, CORNER, CORNER];
  expect(places.map((place, n) => touch({ ...place, atMs: n })).includes(true)).toBe(false);
});

it.each([
  [72, 10],
  [10, 72],
])('is not made at %s, %s', (x, y) => {
  expect(taps([0, 1, 2, 3, 4, 5, 6, 7], { x, y })).toBe(0);
});
