import { beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { LitScreens } from './lit-screens.ts';
import { FRESH_MS, WindowFrames } from './window-frames.ts';

let clock: VirtualClock;
let screens: LitScreens;
let frames: WindowFrames;
let isDisplayOff: boolean;
let accounts: number;

beforeEach(() => {
  clock = new VirtualClock();
  screens = new LitScreens();
  isDisplayOff = false;
  accounts = 0;
  frames = new WindowFrames({ clock, screens, isDisplayOff: () => isDisplayOff });
  screens.light();
  screens.beforeChange(() => {
    accounts += 1;
  });
});

it('a page that never spoke is believed: nobody can say that it is dark', () => {
  expect([frames.look(), frames.page, screens.isLit]).toEqual(['unseen', null, true]);
});

it('a painted frame counts for as long as the next two may be lost, and no longer', async () => {
  frames.told('painted', 'citizen');
  await clock.advance(FRESH_MS - 1);
  expect([frames.look(), screens.isLit]).toEqual(['painted', true]);
  await clock.advance(1);
  expect([frames.look(), screens.isLit]).toEqual(['silent', false]);
  frames.told('painted', 'technician');
  expect([frames.look(), frames.page, screens.isLit]).toEqual(['painted', 'technician', true]);
});

it.each(['still', 'blank'] as const)('a page that is %s is so once its last good frame is stale', async (word) => {
  frames.told('painted', 'citizen');
  for (let ms = 0; ms < FRESH_MS; ms += 1_000) {
    frames.told(word, 'citizen');
    expect(frames.look()).toBe('painted');
    await clock.advance(1_000);
  }
  expect([frames.look(), screens.isLit]).toEqual([word, false]);
});

it('a hidden page is dark and not silent, though it speaks once a minute', async () => {
  frames.told('painted', 'citizen');
  frames.told('hidden', 'citizen');
  await clock.advance(120_000);
  expect([frames.look(), screens.isLit]).toEqual(['dark', false]);
});

it('a page that came back from hiding and then hangs is silent', async () => {
  frames.told('hidden', 'citizen');
  frames.told('painted', 'citizen');
  await clock.advance(FRESH_MS);
  expect(frames.look()).toBe('silent');
});

it('where two pages are open, the one that paints is believed', async () => {
  frames.told('painted', 'citizen');
  frames.told('hidden', 'citizen');
  expect(frames.look()).toBe('painted');
});

it('a display that is off is dark, whatever the page believes', () => {
  frames.told('painted', 'citizen');
  isDisplayOff = true;
  expect([frames.look(), screens.isLit]).toEqual(['dark', false]);
  isDisplayOff = false;
  expect([frames.look(), screens.isLit]).toEqual(['painted', true]);
});

it('each change is accounted for once, before it', async () => {
  frames.told('painted', 'citizen');
  expect(accounts).toBe(0);
  await clock.advance(FRESH_MS);
  for (let n = 0; n < 3; n += 1) frames.look();
  expect(accounts).toBe(1);
  frames.told('painted', 'citizen');
  expect(accounts).toBe(2);
});
