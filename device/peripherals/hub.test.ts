import { beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { LedgerError } from '../ledger/errors.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { Family, NoteDetail, Notes } from './family.ts';
import { PeripheralHub } from './hub.ts';
import type { PeripheralSettings } from './settings.ts';

/** A family whose devices a test starts, watches and stops by hand. */
class FakeFamily implements Family<'keypad'> {
  readonly name = 'keypad';
  readonly started: string[] = [];
  readonly stopped: string[] = [];
  notes: Notes | null = null;
  /** Lets `stop` of a driver resolve. */
  release: (() => void) | null = null;
  holdsStop = false;

  start({ path }: NonNullable<PeripheralSettings['keypad']>, notes: Notes) {
    if (path === 'nowhere') throw new CodedError('nothing', 'nothing there', { next: 'stop', hint: 'Plug it in.' });
    this.started.push(path);
    this.notes = notes;
    return {
      status: () => ({ path, state: 'ready' as const, hint: null, counters: { presses: 1 } }),
      stop: async () => {
        if (this.holdsStop) await new Promise<void>((resolve) => (this.release = resolve));
        this.stopped.push(path);
      },
    };
  }
}

const at = (path: string): PeripheralSettings => ({ keypad: { path, profile: 'p' } });

let clock: VirtualClock;
let family: FakeFamily;
let kept: [string, NoteDetail][];
let faults: unknown[];
let refusal: Error | null;
let hub: PeripheralHub;

beforeEach(() => {
  clock = new VirtualClock();
  family = new FakeFamily();
  kept = [];
  faults = [];
  refusal = null;
  hub = new PeripheralHub({
    families: [family],
    wallMs: () => clock.wallMs(),
    keep: (type, detail) => {
      if (refusal !== null) throw refusal;
      kept.push([type, detail]);
    },
    onFault: (error) => faults.push(error),
  });
});

describe('the hub', () => {
  it('when the configuration names a device then it is started at once and seen', () => {
    hub.use(at('a'));
    expect(hub.status()).toEqual([
      { family: 'keypad', path: 'a', state: 'ready', hint: null, counters: { presses: 1 } },
    ]);
  });

  it('when the same settings come again then the device goes on undisturbed', async () => {
    hub.use(at('a'));
    hub.use(structuredClone(at('a')));
    await clock.settle();
    expect([family.started, family.stopped]).toEqual([['a'], []]);
  });

  it('when the settings change then the old device has stopped before the new one starts', async () => {
    hub.use(at('a'));
    family.holdsStop = true;
    hub.use(at('b'));
    await clock.settle();
    expect([family.started, family.stopped, hub.status()]).toEqual([['a'], [], []]);
    family.release?.();
    await clock.settle();
    expect([family.started, family.stopped]).toEqual([['a', 'b'], ['a']]);
  });

  it('when settings change again before the old device stopped then only the newest is started', async () => {
    hub.use(at('a'));
    family.holdsStop = true;
    hub.use(at('b'));
    hub.use(at('c'));
    await clock.settle();
    family.release?.();
    await clock.settle();
    expect(family.started).toEqual(['a', 'c']);
  });

  it('when the configuration names none any more then the device is stopped and not seen', async () => {
    hub.use(at('a'));
    hub.use({});
    await clock.settle();
    expect([family.stopped, hub.status()]).toEqual([['a'], []]);
  });

  it('when the settings name what does not exist then that is a state with a hint, and mends itself when renewed', async () => {
    hub.use(at('nowhere'));
    expect(hub.status()).toEqual([
      { family: 'keypad', path: null, state: 'failed', hint: 'Plug it in.', counters: {} },
    ]);
    expect(faults).toHaveLength(1);
    hub.use(at('a'));
    hub.renew('keypad');
    await clock.settle();
    expect([family.started, family.stopped]).toEqual([['a', 'a'], ['a']]);
  });

  it('when a port is lent then it is free when told so, and the device starts again when it is renewed', async () => {
    hub.use(at('a'));
    family.holdsStop = true;
    let isFree = false;
    const lent = hub.lend('keypad').then(() => (isFree = true));
    await clock.settle();
    expect([isFree, family.stopped]).toEqual([false, []]);
    family.release?.();
    await lent;
    hub.use(at('b'));
    await clock.settle();
    expect([family.started, hub.status()]).toEqual([['a'], []]);
    hub.renew('keypad');
    expect(family.started).toEqual(['a', 'b']);
  });

  it('when it is stopped then nothing starts any more', async () => {
    hub.use(at('a'));
    family.holdsStop = true;
    hub.use(at('b'));
    const stopped = hub.stop();
    await clock.settle();
    family.release?.();
    await stopped;
    hub.use(at('c'));
    await clock.settle();
    expect([family.started, family.stopped]).toEqual([['a'], ['a']]);
  });
});

describe('what a device tells', () => {
  it('is kept and shown, newest first and no more than can be read', () => {
    hub.use(at('a'));
    for (let count = 0; count < 60; count += 1) family.notes?.note('port_back', { durationMs: count });
    expect(kept).toHaveLength(60);
    expect(hub.recent()).toHaveLength(50);
    expect(hub.recent()[0]).toEqual({
      family: 'keypad',
      at: clock.wallMs(),
      type: 'port_back',
      detail: { durationMs: 59 },
    });
  });

  it('when the ledger cannot keep it then the device goes on and a person hears of it', () => {
    hub.use(at('a'));
    refusal = new LedgerError('ledger_closed', 'closed');
    family.notes?.note('port_lost', {});
    expect(faults).toEqual([refusal]);
    expect(hub.recent()).toHaveLength(1);
  });

  it('when the fault is our own then it shows', () => {
    hub.use(at('a'));
    refusal = new TypeError('ours');
    expect(() => family.notes?.note('port_lost', {})).toThrow('ours');
  });
});
