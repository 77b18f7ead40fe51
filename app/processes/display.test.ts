import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { displayWatch, isDisplayOff } from './display.ts';

let cards: string;
beforeEach(() => {
  cards = mkdtempSync(join(tmpdir(), 'drm-'));
  mkdirSync(join(cards, 'card0'));
});
afterEach(() => rmSync(cards, { recursive: true }));

function connector(name: string, files: Record<string, string>): void {
  mkdirSync(join(cards, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(cards, name, file), `${text}\n`);
}

it.each([
  ['a display that is on', [{ status: 'connected', dpms: 'On' }], false],
  ['an empty connector', [{ status: 'disconnected', dpms: 'Off' }], true],
  ['a display put to sleep', [{ status: 'connected', dpms: 'Off' }], true],
  ['one of two that is on', [{ status: 'disconnected' }, { status: 'connected', dpms: 'On' }], false],
  ['a driver without power states', [{ status: 'connected' }], false],
  ['a connector that nobody can see into', [{ status: 'disconnected' }, { status: 'unknown' }], false],
  ['a driver that says nothing', [{}], false],
  ['a card without connectors', [], false],
])('%s: off %s', (_case, connectors, isOff) => {
  for (const [n, files] of connectors.entries()) connector(`card0-HDMI-A-${n}`, files as Record<string, string>);
  expect(isDisplayOff(cards)).toBe(isOff);
});

it('without such cards nobody can say', () => {
  expect(isDisplayOff(join(cards, 'none'))).toBe(false);
});

it('is looked up now and then, not at each question', async () => {
  const clock = new VirtualClock();
  let looks = 0;
  const isOff = displayWatch(clock, () => ++looks > 1);
  expect([isOff(), isOff(), looks]).toEqual([false, false, 1]);
  await clock.advance(5_000);
  expect([isOff(), looks]).toEqual([true, 2]);
});
