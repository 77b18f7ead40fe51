import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { LineTime } from './line-time.ts';

const PAUSE_MS = 100;

describe('the time of a line', () => {
  it('is monotonic time where the line was heard all along', async () => {
    const clock = new VirtualClock();
    const line = new LineTime(clock, PAUSE_MS);
    expect(line.heard()).toBe(clock.monotonicMs());
    await clock.advance(PAUSE_MS + 1);
    expect(line.heard()).toBe(PAUSE_MS + 1);
    await clock.advance(10);
    expect([line.heard(), line.nowMs()]).toEqual([PAUSE_MS + 11, PAUSE_MS + 11]);
  });

  it.each([PAUSE_MS + 1, 5000])('counts no pause of %i ms in which nobody heard it', async (standstillMs) => {
    const clock = new VirtualClock();
    const line = new LineTime(clock, PAUSE_MS);
    const before = line.heard();
    clock.standStill(standstillMs);
    expect(line.heard() - before).toBe(PAUSE_MS);
    await clock.advance(PAUSE_MS + 1);
    expect(line.heard() - before, 'the next pause is one again').toBe(PAUSE_MS * 2 + 1);
  });

  it('leaves no timer when it is stopped', () => {
    const clock = new VirtualClock();
    const line = new LineTime(clock, PAUSE_MS);
    line.heard();
    line.stop();
    expect(clock.timerCount).toBe(0);
  });
});
