import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { BACK_AFTER_MS, type OutageEvent, Outages } from './outages.ts';
import type { PortState } from './port.ts';
import { PortError } from './port-error.ts';

let clock: VirtualClock;
let events: OutageEvent[];
let outages: Outages;

beforeEach(() => {
  clock = new VirtualClock();
  events = [];
  outages = new Outages(clock, (event) => events.push(event));
});

function enters(from: PortState, to: PortState, code?: 'missing' | 'disconnected'): void {
  const cause = code === undefined ? null : new PortError(code, code);
  outages.note({ from, to, atMonotonicMs: clock.monotonicMs(), cause });
}

function loseAndReopen(): void {
  enters('ready', 'lost', 'disconnected');
  enters('lost', 'reopening', 'disconnected');
  enters('reopening', 'ready');
}

describe('Outages', () => {
  it('when a port opens at the first attempt then nothing is reported', async () => {
    enters('closed', 'opening');
    enters('opening', 'ready');
    await clock.advance(60_000);
    expect(events).toEqual([]);
  });

  it('when a port goes and comes back then both are reported with the time between', async () => {
    enters('opening', 'ready');
    await clock.advance(1000);
    enters('ready', 'lost', 'disconnected');
    enters('lost', 'reopening', 'disconnected');
    await clock.advance(750);
    enters('reopening', 'ready');
    await clock.advance(BACK_AFTER_MS);
    expect(events).toEqual([
      { type: 'port_lost', atMonotonicMs: 1000, code: 'disconnected', hint: expect.any(String) },
      { type: 'port_back', atMonotonicMs: 1750 + BACK_AFTER_MS, durationMs: 750, losses: 1 },
    ]);
  });

  it('when a port is missing from the start then that is an outage', async () => {
    enters('closed', 'opening');
    enters('opening', 'reopening', 'missing');
    await clock.advance(9000);
    enters('reopening', 'ready');
    await clock.advance(BACK_AFTER_MS);
    expect(events).toMatchObject([
      { type: 'port_lost', code: 'missing' },
      { type: 'port_back', durationMs: 9000, losses: 0 },
    ]);
  });

  it('when a plug is loose then a hundred losses are one outage', async () => {
    enters('opening', 'ready');
    for (let loss = 0; loss < 100; loss += 1) {
      loseAndReopen();
      await clock.advance(BACK_AFTER_MS - 1);
    }
    await clock.advance(1);
    expect(events).toMatchObject([{ type: 'port_lost' }, { type: 'port_back', losses: 100 }]);
  });

  it('when the port is stopped during an outage then no timer is left', () => {
    loseAndReopen();
    enters('ready', 'closed');
    expect(clock.timerCount).toBe(0);
  });
});
