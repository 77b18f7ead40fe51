import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { GOOD_LIFE_MS, RESTART_DELAYS_MS } from '../supervisor/restart.ts';
import { BrowserKeeper } from './browser-keeper.ts';

class FakeBrowser extends EventEmitter {
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  readonly signals: (NodeJS.Signals | undefined)[] = [];
  obeys = true;

  kill(signal?: NodeJS.Signals): boolean {
    this.signals.push(signal);
    if (this.obeys || signal === 'SIGKILL') this.end();
    return true;
  }

  end(): void {
    this.exitCode = 0;
    this.emit('exit');
  }
}

function bench(open?: () => FakeBrowser) {
  const clock = new VirtualClock();
  const opened: FakeBrowser[] = [];
  const lines: string[] = [];
  const make = () => {
    const browser = open?.() ?? new FakeBrowser();
    opened.push(browser);
    return browser;
  };
  const told: string[] = [];
  const keeper = new BrowserKeeper({
    clock,
    open: make,
    report: (line) => lines.push(line),
    onOpened: () => told.push('opened'),
    onEnded: () => told.push('ended'),
  });
  keeper.start();
  return { clock, opened, lines, told, keeper };
}

describe('the browser’s keeper', () => {
  it('when the window ends again and again then it comes back by the written delays, without end', async () => {
    const { clock, opened, keeper } = bench();
    for (const delayMs of [...RESTART_DELAYS_MS, RESTART_DELAYS_MS.at(-1)!]) {
      const before = opened.length;
      opened.at(-1)!.end();
      await clock.advance(delayMs - 1);
      expect(opened.length).toBe(before);
      await clock.advance(1);
      expect(opened.length).toBe(before + 1);
    }
    await keeper.stop();
  });

  it('when it stood for a good while then its end is a first one again', async () => {
    const { clock, opened, lines, keeper } = bench();
    opened.at(-1)!.end();
    await clock.advance(RESTART_DELAYS_MS[0]!);
    await clock.advance(GOOD_LIFE_MS);
    opened.at(-1)!.end();
    expect(lines.at(-1)).toContain(` ${RESTART_DELAYS_MS[0]} ms`);
    await keeper.stop();
  });

  it('when it shows nothing then another one comes by the same delays, and it is not counted as ended', async () => {
    const { clock, opened, told, keeper } = bench();
    for (const delayMs of [RESTART_DELAYS_MS[0]!, RESTART_DELAYS_MS[1]!]) {
      keeper.renew();
      await clock.advance(delayMs - 1);
      expect(opened.at(-1)!.signals).toEqual(['SIGTERM']);
      await clock.advance(1);
      expect(opened.at(-1)!.signals).toEqual([]);
    }
    expect(told).toEqual(['opened', 'opened', 'opened']);
    opened.at(-1)!.end();
    expect(told.at(-1)).toBe('ended');
    await keeper.stop();
  });

  it('when it does not obey then it is killed', async () => {
    const { clock, opened, keeper } = bench();
    opened[0]!.obeys = false;
    keeper.renew();
    keeper.renew();
    await clock.advance(3_000);
    expect(opened[0]!.signals).toEqual(['SIGTERM', 'SIGKILL']);
    await clock.advance(RESTART_DELAYS_MS[0]!);
    expect(opened.length).toBe(2);
    await keeper.stop();
  });

  it('when it is old then a fresh one comes at once, and nothing counts as a failure', async () => {
    const { clock, opened, lines, keeper } = bench();
    keeper.recycle();
    await clock.advance(0);
    expect([opened.length, lines]).toEqual([2, []]);
    opened.at(-1)!.end();
    expect(lines.at(-1)).toContain(` ${RESTART_DELAYS_MS[0]} ms`);
    await keeper.stop();
  });

  it('when it cannot be started then it is tried again, and why is said', async () => {
    const failing = { left: 2 };
    const { clock, opened, lines, keeper } = bench(() => {
      if (failing.left-- > 0) throw new Error('no display');
      return new FakeBrowser();
    });
    expect(lines[0]).toContain('no display');
    await clock.advance(RESTART_DELAYS_MS[0]! + RESTART_DELAYS_MS[1]!);
    expect(opened.length).toBe(1);
    await keeper.stop();
  });

  it('when it is stopped then nothing comes back and no timer is left', async () => {
    const { clock, opened, keeper } = bench();
    await keeper.stop();
    await clock.advance(3_600_000);
    expect([opened.length, opened[0]!.signals, clock.timerCount]).toEqual([1, ['SIGTERM'], 0]);
  });

  it('when it does not obey then it is killed', async () => {
    const { clock, opened, keeper } = bench();
    opened[0]!.obeys = false;
    const stopped = keeper.stop();
    await clock.advance(3000);
    await stopped;
    expect(opened[0]!.signals).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('when it is stopped while it waits then the wait ends', async () => {
    const { clock, opened, keeper } = bench();
    opened[0]!.end();
    await keeper.stop();
    await clock.advance(3_600_000);
    expect([opened.length, clock.timerCount]).toEqual([1, 0]);
  });
});
