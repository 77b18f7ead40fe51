import { beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import { beatFrames } from './frame-beat.ts';

let clock: VirtualClock;
let told: string[];
let page: { isHidden: boolean; isBlank: boolean; paints: boolean };
let asked: (() => void)[];

beforeEach(() => {
  clock = new VirtualClock();
  told = [];
  asked = [];
  page = { isHidden: false, isBlank: false, paints: true };
  beatFrames({
    clock,
    onNextFrame(run) {
      if (page.paints) run();
      else asked.push(run);
    },
    isHidden: () => page.isHidden,
    isBlank: () => page.isBlank,
    tell: (word) => told.push(word),
  });
});

it('tells of a painted frame at once and every 2 s', async () => {
  await clock.advance(4_000);
  expect(told).toEqual(['painted', 'painted', 'painted']);
});

it('tells that no frame comes, asks for one only, and tells when it came', async () => {
  page.paints = false;
  await clock.advance(6_000);
  expect([told.slice(1), asked.length]).toEqual([['still', 'still'], 1]);
  asked[0]?.();
  expect(told.at(-1)).toBe('painted');
});

it('tells that it is hidden, not that it is still', async () => {
  page.paints = false;
  page.isHidden = true;
  await clock.advance(4_000);
  expect(told.slice(1)).toEqual(['hidden', 'hidden']);
});

it('tells of frames with nothing in them', async () => {
  page.isBlank = true;
  await clock.advance(2_000);
  expect(told).toEqual(['painted', 'blank']);
});
