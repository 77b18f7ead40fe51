import { beforeEach, describe, expect, it } from 'vitest';
import { settle, VirtualClock } from '../../testing/virtual-clock.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { Port, type PortStateEvent, REOPEN_DELAYS_MS, STABLE_AFTER_MS, WATCH_EVERY_MS } from './port.ts';
import { PortError } from './port-error.ts';

const OPTIONS = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;

let clock: VirtualClock;
let opener: FakeOpener;
let states: PortStateEvent[];
let received: number[];
let port: Port;

beforeEach(() => {
  clock = new VirtualClock();
  opener = new FakeOpener();
  states = [];
  received = [];
  port = new Port({
    path: '/dev/pad',
    options: OPTIONS,
    opener,
    identify: opener.identify,
    clock,
    onData: (bytes) => received.push(...bytes),
    onState: (event) => states.push(event),
  });
});

async function ready(): Promise<void> {
  port.start();
  await clock.advance(0);
  expect(port.state).toBe('ready');
}

const path = () => states.map((event) => event.to);
const causes = () => states.map((event) => event.cause?.code ?? null);

describe('a port that is there', () => {
  it('opens with the given settings and delivers bytes', async () => {
    await ready();
    opener.newest.send(1, 2, 3);
    expect(path()).toEqual(['opening', 'ready']);
    expect(received).toEqual([1, 2, 3]);
    expect(opener.openedWith).toEqual([{ path: '/dev/pad', options: OPTIONS }]);
    expect(port.counters).toMatchObject({ opens: 1, openFailures: 0, losses: 0, bytesIn: 3 });
  });

  it('when started twice then it is opened once', async () => {
    await ready();
    port.start();
    await clock.advance(60_000);
    expect(opener.connections).toHaveLength(1);
  });

  it('while nothing changes at its path then it stays open', async () => {
    await ready();
    await clock.advance(3_600_000);
    expect(path()).toEqual(['opening', 'ready']);
    expect(clock.timerCount).toBe(1);
  });
});

describe('a port that is missing', () => {
  it('is tried again by the written delays, and by the last one without end', async () => {
    opener.identity = null;
    port.start();
    await clock.advance(0);
    for (const [index, delayMs] of [...REOPEN_DELAYS_MS, ...Array<number>(20).fill(10_000)].entries()) {
      await clock.advance(delayMs - 1);
      expect(opener.openedWith).toHaveLength(index + 1);
      await clock.advance(1);
      expect(opener.openedWith).toHaveLength(index + 2);
    }
    expect(path()).toEqual(['opening', 'reopening']);
    expect(port.lastError?.code).toBe('missing');
    expect(port.counters.openFailures).toBe(REOPEN_DELAYS_MS.length + 21);
  });

  it('when it appears then it is opened', async () => {
    opener.identity = null;
    port.start();
    await clock.advance(60_000);
    opener.identity = 'plugged in';
    await clock.advance(10_000);
    expect(path()).toEqual(['opening', 'reopening', 'ready']);
  });

  it('when the opener throws something unforeseen then it is a cause and not a crash', async () => {
    opener.nextOpen = new RangeError('odd');
    port.start();
    await clock.advance(0);
    expect(causes()).toEqual([null, 'unknown']);
  });

  it('when a driver never answers then the attempt ends and its late port is closed', async () => {
    opener.nextOpen = 'hang';
    port.start();
    await clock.advance(10_000);
    expect(causes()).toEqual([null, 'open_timeout']);
    opener.nextOpen = 'ok';
    await clock.advance(250);
    expect(port.state).toBe('ready');
    const used = opener.newest;
    opener.releaseLate();
    await settle();
    expect(opener.newest).not.toBe(used);
    expect(opener.newest.closed).toBe(true);
    expect(used.closed).toBe(false);
  });
});

describe('a port that goes', () => {
  it('when the system says so then it is closed and a new one opened', async () => {
    await ready();
    const first = opener.newest;
    first.unplug();
    expect(first.closed).toBe(true);
    await clock.advance(250);
    expect(path()).toEqual(['opening', 'ready', 'lost', 'reopening', 'ready']);
    expect(causes()).toEqual([null, null, 'disconnected', 'disconnected', null]);
    expect(opener.newest).not.toBe(first);
    expect(port.counters).toMatchObject({ opens: 2, losses: 1 });
  });

  it('when its path vanishes without any close event then the watch closes it', async () => {
    await ready();
    opener.identity = null;
    await clock.advance(WATCH_EVERY_MS - 1);
    expect(port.state).toBe('ready');
    await clock.advance(1);
    expect(opener.newest.closed).toBe(true);
    expect(causes().slice(2)).toEqual(['path_gone', 'path_gone']);
  });

  it('when another device stands at its path then the watch closes it and opens that one', async () => {
    await ready();
    opener.identity = 'second';
    await clock.advance(WATCH_EVERY_MS + 250);
    expect(causes()).toEqual([null, null, 'path_replaced', 'path_replaced', null]);
    expect(opener.connections.map((connection) => connection.closed)).toEqual([true, false]);
  });

  it('when it is reported lost several times then it counts once', async () => {
    await ready();
    const first = opener.newest;
    first.unplug();
    first.unplug();
    await clock.advance(250);
    first.unplug();
    expect(port.state).toBe('ready');
    expect(port.counters.losses).toBe(1);
  });

  it('when bytes of the lost connection come late then they are nobody’s', async () => {
    await ready();
    const first = opener.newest;
    first.unplug();
    first.send(0x35);
    expect(received).toEqual([]);
  });

  it('when it flaps then the delays grow, and start again after it has held', async () => {
    await ready();
    for (const delayMs of [...REOPEN_DELAYS_MS, 10_000]) {
      opener.newest.unplug();
      await clock.advance(delayMs - 1);
      expect(port.state).toBe('reopening');
      await clock.advance(1);
      expect(port.state).toBe('ready');
    }
    await clock.advance(STABLE_AFTER_MS);
    opener.newest.unplug();
    await clock.advance(REOPEN_DELAYS_MS[0]!);
    expect(port.state).toBe('ready');
  });

  it('after 1,000 losses one connection and one timer are left', async () => {
    await ready();
    for (let cycle = 0; cycle < 1000; cycle += 1) {
      opener.newest.unplug();
      await clock.advance(10_000);
    }
    expect(opener.connections.filter((connection) => !connection.closed)).toHaveLength(1);
    expect(clock.timerCount).toBe(1);
  });
});

describe('writing', () => {
  it('when the port is ready then the bytes go out', async () => {
    await ready();
    expect(await port.write(Uint8Array.of(7), 1000)).toBeNull();
    expect(opener.newest.written).toEqual([[7]]);
    expect(port.counters.bytesOut).toBe(1);
  });

  it('when the port is not ready then it says so', async () => {
    expect((await port.write(Uint8Array.of(7), 1000))?.code).toBe('not_open');
  });

  it('when the device takes nothing then the port stays open', async () => {
    await ready();
    opener.newest.nextWrite = 'hang';
    expect((await port.write(Uint8Array.of(7), 1000))?.code).toBe('write_timeout');
    expect(port.state).toBe('ready');
    expect(port.counters.writeTimeouts).toBe(1);
  });

  it('when a write shows that the device is gone then the port is lost', async () => {
    await ready();
    opener.newest.nextWrite = new PortError('write_failed', 'EIO: i/o error, write');
    expect((await port.write(Uint8Array.of(7), 1000))?.code).toBe('write_failed');
    expect(path().slice(2)).toEqual(['lost']);
    expect(port.counters).toMatchObject({ losses: 1, writeFailures: 1 });
  });
});

describe('stopping', () => {
  const reached = {
    'before the start': async () => {},
    'while opening': async () => {
      opener.nextOpen = 'hang';
      port.start();
      await clock.advance(0);
    },
    'while ready': ready,
    'while lost': async () => {
      await ready();
      opener.newest.unplug();
    },
    'while reopening': async () => {
      opener.identity = null;
      port.start();
      await clock.advance(100);
    },
  };

  it.each(Object.entries(reached))('%s leaves nothing and is final', async (_when, reach) => {
    await reach();
    const stopped = port.stop();
    opener.identity ??= 'plugged in';
    opener.nextOpen = 'ok';
    await clock.advance(2000);
    await stopped;
    opener.releaseLate();
    await clock.advance(60_000);
    port.start();
    await clock.advance(60_000);
    expect(port.state).toBe('closed');
    expect(opener.connections.every((connection) => connection.closed)).toBe(true);
    expect(clock.timerCount).toBe(0);
  });
});
