import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import type { WindowAnswer } from './contract.ts';
import { FIRST_FRAME_MS, RECYCLE_AGE_MS, WindowWatch } from './window-watch.ts';

const HOUR_MS = 3_600_000;

let clock: VirtualClock;
let done: string[];
let watch: WindowWatch;
let answer: WindowAnswer | null;
let scale: number | null;

const SAME = { mayRescale: false, scale: null };

beforeEach(() => {
  clock = new VirtualClock();
  done = [];
  scale = null;
  answer = { frames: 'painted', mayRecycle: false, ...SAME };
  watch = new WindowWatch({
    clock,
    ask: () => (answer === null ? Promise.reject(new Error('away')) : Promise.resolve(answer)),
    onNoFrames: (frames) => done.push(frames),
    onRecycle() {
      done.push('recycle');
      watch.opened();
    },
    scale: () => scale,
    onRescale(next) {
      done.push(`scale ${next}`);
      scale = next;
    },
  });
  watch.opened();
});
afterEach(() => watch.stop());

const shows = (frames: WindowAnswer['frames'], mayRecycle = false) => {
  answer = { frames, mayRecycle, ...SAME };
};

describe('frames', () => {
  it.each(['silent', 'still', 'blank', 'unseen'] as const)(
    '%s after a picture is a trouble at once',
    async (frames) => {
      await clock.advance(2_000);
      shows(frames);
      await clock.advance(1_000);
      expect(done).toEqual([frames]);
    },
  );

  it('the first picture of a load is waited for, and no longer', async () => {
    shows('unseen');
    await clock.advance(FIRST_FRAME_MS - 1_000);
    expect(done).toEqual([]);
    await clock.advance(1_000);
    expect(done).toEqual(['unseen']);
  });

  it('after a trouble the answer to it is waited for', async () => {
    await clock.advance(2_000);
    shows('silent');
    await clock.advance(1_000 + 3 * FIRST_FRAME_MS);
    expect(done).toEqual(['silent', 'silent', 'silent', 'silent']);
  });

  it('a load that somebody else caused is waited for too', async () => {
    await clock.advance(2_000);
    watch.loaded();
    shows('silent');
    await clock.advance(FIRST_FRAME_MS - 1_000);
    expect(done).toEqual([]);
  });

  it('a display that is off for a night is no trouble', async () => {
    shows('dark');
    await clock.advance(14 * HOUR_MS);
    expect(done).toEqual([]);
  });

  it('a device that is away is no fault of its window, nor is the page that comes back after it', async () => {
    await clock.advance(2_000);
    answer = null;
    await clock.advance(HOUR_MS);
    shows('unseen');
    await clock.advance(FIRST_FRAME_MS - 2_000);
    shows('painted');
    await clock.advance(2_000);
    expect(done).toEqual([]);
  });
});

describe('a fresh window at night', () => {
  /** Three days and nights: idle from 1 to 5 o'clock. */
  async function threeDays(at: (hour: number) => void): Promise<void> {
    for (let hour = 10; hour < 10 + 72; hour += 1) {
      at(hour % 24);
      await clock.advance(HOUR_MS);
    }
  }

  it('comes once a night', async () => {
    await clock.advance(24 * HOUR_MS);
    await threeDays((hour) => shows('painted', hour >= 1 && hour < 5));
    expect(done).toEqual(['recycle', 'recycle', 'recycle']);
  });

  it('does not come while somebody is there, nor to a screen that shows nothing', async () => {
    await threeDays(() => shows('painted', false));
    expect(done).toEqual([]);
  });

  it('does not come to a young window', async () => {
    shows('painted', true);
    await clock.advance(RECYCLE_AGE_MS - 1_000);
    expect(done).toEqual([]);
    await clock.advance(1_000);
    expect(done).toEqual(['recycle']);
  });
});

describe('another scale', () => {
  const wants = (next: number | null, mayRescale = true) => {
    answer = { frames: 'painted', mayRecycle: false, mayRescale, scale: next };
  };

  it('is taken once, and given back where no dpi is configured any more', async () => {
    wants(1.42);
    await clock.advance(HOUR_MS);
    wants(null);
    await clock.advance(HOUR_MS);
    expect(done).toEqual(['scale 1.42', 'scale null']);
  });

  it('is not taken before the device lets it', async () => {
    wants(1.42, false);
    await clock.advance(HOUR_MS);
    expect(done).toEqual([]);
    wants(1.42);
    await clock.advance(1_000);
    expect(done).toEqual(['scale 1.42']);
  });

  it('that is a hundredth less comes of rounding; any that is larger counts', async () => {
    for (const next of [1.42, 1.41, 1.43, 1.4]) {
      wants(next);
      await clock.advance(2_000);
    }
    expect(done).toEqual(['scale 1.42', 'scale 1.43', 'scale 1.4']);
  });

  it('is not asked of a device that is away', async () => {
    wants(1.42);
    answer = null;
    await clock.advance(HOUR_MS);
    expect(done).toEqual([]);
  });
});

it('a watch that was stopped asks no more', async () => {
  watch.stop();
  await clock.advance(HOUR_MS);
  expect([done, clock.timerCount]).toEqual([[], 0]);
});
