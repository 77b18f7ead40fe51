import { expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { shiftAt, shiftPixels } from './pixel-shift.ts';

it('goes round, two pixels at most from the middle, and never stands still', () => {
  const ring = Array.from({ length: 20 }, (_, step) => shiftAt(step));
  for (const [step, [x, y]] of ring.entries()) {
    expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(2);
    if (step > 0) expect([x, y]).not.toEqual(ring[step - 1]);
  }
  expect(new Set(ring.map(String)).size).toBe(9);
});

it('moves a resting screen each minute, and puts the picture back at once when somebody is to touch it', async () => {
  const clock = new VirtualClock();
  const set = new Map<string, string>();
  const root = { style: { setProperty: (name: string, value: string) => set.set(name, value) } };
  let resting = true;
  const screenChanged = shiftPixels(root as unknown as HTMLElement, clock, () => resting);
  await clock.advance(2 * 60_000);
  expect(Object.fromEntries(set)).toEqual({ '--shift-x': '2px', '--shift-y': '2px' });
  resting = false;
  screenChanged();
  expect(Object.fromEntries(set)).toEqual({ '--shift-x': '0px', '--shift-y': '0px' });
  await clock.advance(60_000);
  expect(set.get('--shift-x')).toBe('0px');
});
