import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { minuteTicker } from './ticker.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-22T02:00:00Z') }));
afterEach(() => void vi.useRealTimers());

it('ticks at its second of each minute until it is stopped', async () => {
  const ticks: string[] = [];
  const ticking = minuteTicker(17)(() => ticks.push(new Date().toISOString().slice(14, 19)));
  await vi.advanceTimersByTimeAsync(180_000);
  expect(ticks).toEqual(['00:17', '01:17', '02:17']);
  ticking.stop();
  await vi.advanceTimersByTimeAsync(180_000);
  expect(ticks).toHaveLength(3);
  expect(vi.getTimerCount()).toBe(0);
});
