import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import type { Trouble } from './ladder.ts';
import { WindowKeeper } from './window-keeper.ts';

const HOME = 'http://127.0.0.1:4100/';

let clock: VirtualClock;
let done: string[];
let keeper: WindowKeeper;
let windows: number;
let watched: string[];
let counted: Trouble[];

beforeEach(() => {
  clock = new VirtualClock();
  done = [];
  windows = 0;
  watched = [];
  counted = [];
  keeper = makeKeeper(0);
  keeper.open();
});

function makeKeeper(relaunches: number): WindowKeeper {
  return new WindowKeeper({
    clock,
    relaunches,
    openWindow: () => {
      const n = ++windows;
      done.push(`open ${n}`);
      return {
        load: (url, options) => done.push(`load ${n} ${url}${options?.isHung === true ? ' hung' : ''}`),
        focus: () => done.push(`focus ${n}`),
        rescale: (scale) => done.push(`rescale ${n} ${scale}`),
        destroy: () => done.push(`destroy ${n}`),
      };
    },
    relaunch: (count) => done.push(`relaunch ${count}`),
    report: () => {},
    watch: {
      opened: () => watched.push('opened'),
      loaded: () => watched.push('loaded'),
      stop: () => watched.push('stop'),
    },
    count: (trouble) => counted.push(trouble),
  });
}

/** What was done since the last look. */
const look = () => done.splice(0);

async function troubleAfter(trouble: Trouble, ms: number): Promise<string[]> {
  keeper.trouble(trouble);
  await clock.advance(ms);
  return look();
}

describe('the page', () => {
  it('is loaded when the appliance is ready, and again when it comes back', () => {
    expect(look()).toEqual(['open 1']);
    keeper.applianceReady(HOME);
    expect(look()).toEqual([`load 1 ${HOME}`]);
    keeper.applianceGone();
    expect([keeper.home, look()]).toEqual([null, []]);
    keeper.applianceReady('http://127.0.0.1:4200/');
    expect(look()).toEqual(['load 1 http://127.0.0.1:4200/']);
  });

  it('failing to load while the appliance is away costs nothing', async () => {
    look();
    expect(await troubleAfter('load-failed', 600_000)).toEqual([]);
    keeper.applianceReady(HOME);
    expect(look()).toEqual([`load 1 ${HOME}`]);
    expect(await troubleAfter('load-failed', 0)).toEqual([`load 1 ${HOME}`]);
  });
});

describe('trouble', () => {
  beforeEach(() => {
    keeper.applianceReady(HOME);
    look();
  });

  it('climbs: reload, reload, recreate, recreate, relaunch', async () => {
    expect(await troubleAfter('renderer-gone', 0)).toEqual([`load 1 ${HOME}`]);
    expect(await troubleAfter('renderer-gone', 1_000)).toEqual([`load 1 ${HOME}`]);
    expect(await troubleAfter('renderer-gone', 1_000)).toEqual(['destroy 1', 'open 2', `load 2 ${HOME}`]);
    expect(await troubleAfter('window-closed', 4_000)).toEqual(['destroy 2', 'open 3', `load 3 ${HOME}`]);
    expect(await troubleAfter('gpu-gone', 8_000)).toEqual(['relaunch 1']);
  });

  it('that comes while a step is on its way is not answered twice', async () => {
    await troubleAfter('renderer-gone', 0);
    keeper.trouble('renderer-gone');
    keeper.trouble('gpu-gone');
    keeper.trouble('load-failed');
    await clock.advance(60_000);
    expect(look()).toEqual([`load 1 ${HOME}`]);
  });

  it.each(['unresponsive', 'no-frames'] as const)(
    'of a page that is %s ends its renderer before the reload',
    async (trouble) => {
      expect(await troubleAfter(trouble, 0)).toEqual([`load 1 ${HOME} hung`]);
    },
  );

  it('is counted, also where a step is on its way, and each load is awaited', async () => {
    watched.length = 0;
    await troubleAfter('renderer-gone', 0);
    keeper.trouble('gpu-gone');
    keeper.trouble('no-frames');
    expect(counted).toEqual(['renderer-gone', 'gpu-gone', 'no-frames']);
    await clock.advance(1_000);
    expect(watched).toEqual(['loaded', 'loaded']);
  });

  it('that waits for a reload gives way to an appliance that comes back', async () => {
    await troubleAfter('renderer-gone', 0);
    keeper.trouble('renderer-gone');
    keeper.applianceReady(HOME);
    expect(look()).toEqual([`load 1 ${HOME}`]);
    await clock.advance(60_000);
    expect(look()).toEqual([]);
  });

  it('that waits for a new window still gets it when the appliance comes back', async () => {
    await troubleAfter('window-closed', 0);
    keeper.trouble('window-closed');
    look();
    keeper.applianceReady(HOME);
    await clock.advance(1_000);
    expect(look()).toEqual(['destroy 2', 'open 3', `load 3 ${HOME}`]);
  });

  it('after the last relaunch allowed ends in one reload a minute', async () => {
    keeper = makeKeeper(2);
    keeper.open();
    keeper.applianceReady(HOME);
    for (const ms of [0, 1_000, 1_000, 4_000]) await troubleAfter('renderer-gone', ms);
    expect(await troubleAfter('renderer-gone', 59_999)).toEqual([]);
    expect(await troubleAfter('renderer-gone', 1)).toEqual([`load 4 ${HOME}`]);
  });
});

describe('a fresh window at night', () => {
  beforeEach(() => {
    keeper.applianceReady(HOME);
    look();
  });

  it('is another one, and no trouble', () => {
    keeper.recycle();
    expect([look(), counted]).toEqual([['destroy 1', 'open 2', `load 2 ${HOME}`], []]);
    expect(watched.slice(-2)).toEqual(['opened', 'loaded']);
  });

  it('does not come into the way of a step', async () => {
    await troubleAfter('renderer-gone', 0);
    keeper.trouble('renderer-gone');
    keeper.recycle();
    expect(look()).toEqual([]);
    await clock.advance(1_000);
    expect(look()).toEqual([`load 1 ${HOME}`]);
  });
});

describe('another scale', () => {
  it('is taken where the page stands, without another load, and given to each window that follows', async () => {
    keeper.applianceReady(HOME);
    look();
    keeper.rescale(1.42);
    expect([keeper.scale, look()]).toEqual([1.42, ['rescale 1 1.42']]);
    keeper.recycle();
    expect(look()).toEqual(['destroy 1', 'open 2', 'rescale 2 1.42', `load 2 ${HOME}`]);
    keeper.rescale(null);
    keeper.recycle();
    expect(look()).toEqual(['rescale 2 null', 'destroy 2', 'open 3', `load 3 ${HOME}`]);
  });
});

it('a closed keeper does nothing more', async () => {
  keeper.applianceReady(HOME);
  keeper.trouble('renderer-gone');
  look();
  keeper.close();
  expect(watched.at(-1)).toBe('stop');
  keeper.recycle();
  keeper.trouble('window-closed');
  await clock.advance(600_000);
  expect(look()).toEqual(['destroy 1']);
});
