import { beforeEach, expect, it } from 'vitest';
import { LitScreens } from '../../device/day/lit-screens.ts';
import { WindowFrames } from '../../device/day/window-frames.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { PanelRecord } from './panel-record.ts';
import { type Recovery, WindowRecord } from './window-record.ts';

let clock: VirtualClock;
let heard: Recovery[];
let record: WindowRecord;

beforeEach(() => {
  clock = new VirtualClock();
  heard = [];
  record = new WindowRecord({
    frames: new WindowFrames({ clock, screens: new LitScreens(), isDisplayOff: () => false }),
    nowMs: () => clock.wallMs(),
    panel: new PanelRecord({ dpi: () => null }),
    mayRecycle: () => true,
    mayRescale: () => true,
    onRecovery: (recovery) => heard.push(recovery),
  });
});

const nothing = { recoveries: {}, last: null };

it('a keeper’s question is answered by what the page told', async () => {
  expect(record.report({ from: 'shell', ...nothing })).toEqual({
    frames: 'unseen',
    mayRecycle: true,
    mayRescale: false,
    scale: null,
  });
  record.told({ word: 'painted', page: 'citizen' });
  expect(record.report({ from: 'shell', ...nothing }).frames).toBe('painted');
  await clock.advance(60_000);
  expect([record.report({ from: 'shell', ...nothing }).frames, record.view().frames]).toEqual(['silent', 'silent']);
});

it('what was brought back is told once each time it rises, with its reason', () => {
  const report = { from: 'shell', recoveries: { 'renderer-gone': 1 }, last: null } as const;
  record.report(report);
  record.report(report);
  record.report({ from: 'processes', recoveries: { 'agent-ended': 2 }, last: null });
  expect(heard).toEqual([
    { from: 'shell', reason: 'renderer-gone', count: 1 },
    { from: 'processes', reason: 'agent-ended', count: 2 },
  ]);
  expect(record.view().recoveries).toEqual(heard);
});

it('the last trouble is the latest of all keepers, also of before this start', () => {
  record.report({ from: 'shell', recoveries: {}, last: { reason: 'no-frames', agoMs: 60_000 } });
  record.report({ from: 'processes', recoveries: {}, last: { reason: 'agent-ended', agoMs: 90_000 } });
  expect(record.view().last).toEqual({ reason: 'no-frames', at: clock.wallMs() - 60_000 });
});

it('a keeper that started anew begins at nothing again', () => {
  record.report({ from: 'browser', recoveries: { 'no-frames': 5 }, last: null });
  record.report({ from: 'browser', ...nothing });
  record.report({ from: 'browser', recoveries: { 'no-frames': 1 }, last: null });
  expect(heard.map(({ count }) => count)).toEqual([5, 1]);
});
