import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import type { BatchOutcome, HeartbeatOutcome } from './connectors/connector.ts';
import { SyncError } from './errors.ts';
import { firstContactDelayMs } from './retry.ts';
import { type Bench, type BenchOptions, SOME_CONNECTION, startBench } from './testing/bench-appliance.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { someRecords } from './testing/records.ts';
import { ScriptedConnector, takeAll } from './testing/scripted-connector.ts';

const VISIT = '01900000-0000-7000-8000-0000000000aa';
const MINUTE = 60_000;

let clock: VirtualClock;
let connector: ScriptedConnector;
let outbox: MemoryOutbox;
let bench: Bench;

beforeEach(() => {
  clock = new VirtualClock();
  connector = new ScriptedConnector(() => clock.monotonicMs());
  outbox = new MemoryOutbox(clock, []);
});

afterEach(async () => {
  const stopped = bench.agent.stop();
  await clock.advance(5_000);
  await stopped;
  expect(outbox.in('leased')).toEqual([]);
  expect(clock.timerCount).toBe(0);
});

async function start(count: number, options: Partial<BenchOptions> = {}): Promise<void> {
  outbox.add(someRecords(count));
  bench = startBench({ clock, outbox, family: connector, ...options });
  await clock.settle();
}

const lastLink = () => bench.links.at(-1);

describe('sending', () => {
  it('delivers everything in order of deadline, and says so', async () => {
    outbox.add(someRecords(500, (seq) => 1e12 - seq));
    await start(0);
    expect(outbox.isDelivered).toBe(true);
    const ids = connector.batches.flatMap((batch) => batch.ids);
    expect(ids).toEqual([...outbox.rows.keys()].reverse());
    expect(connector.batches.map((batch) => batch.ids.length)).toEqual([200, 300]);
    expect(lastLink()).toMatchObject({ state: 'online', detail: null, lastReceiptAt: expect.any(String) });
  });

  it('sends what is appended later when it is woken', async () => {
    await start(0);
    outbox.add(someRecords(3));
    await clock.advance(1000);
    expect(outbox.in('delivered')).toHaveLength(0);
    bench.appliance.wake();
    await clock.settle();
    expect(outbox.isDelivered).toBe(true);
  });

  it('is not deaf to a wake that comes while a claim finds nothing', async () => {
    const claim = outbox.claim.bind(outbox);
    await start(0);
    outbox.claim = async (request) => {
      outbox.claim = claim;
      const none = await claim(request);
      outbox.add(someRecords(1));
      bench.appliance.wake();
      await clock.settle();
      return none;
    };
    bench.appliance.wake();
    await clock.settle();
    await clock.settle();
    expect(outbox.isDelivered).toBe(true);
  });

  it('sends what nobody announced at the next tick', async () => {
    await start(0);
    outbox.add(someRecords(1));
    bench.tick();
    await clock.settle();
    expect(outbox.isDelivered).toBe(true);
  });

  it.each<[string, BatchOutcome, string]>([
    ['is down', { kind: 'down', detail: 'no route' }, 'offline'],
    ['is a portal', { kind: 'not_the_centre', detail: 'a login page' }, 'not_the_centre'],
    ['is busy', { kind: 'busy', detail: 'HTTP 429', retryAfterMs: null }, 'offline'],
  ])('rests longer and longer while the centre %s, then delivers', async (_name, outcome, link) => {
    connector.send = () => outcome;
    await start(2);
    await clock.advance(52_000);
    expect(connector.batches.map((batch) => batch.atMs)).toEqual([0, 1_000, 3_500, 11_000, 26_000]);
    expect(outbox.in('pending')).toHaveLength(2);
    expect(lastLink()).toMatchObject({ state: link, detail: expect.any(String) });
    connector.send = takeAll;
    await clock.advance(MINUTE);
    expect(outbox.isDelivered).toBe(true);
    expect(lastLink()).toMatchObject({ state: 'online' });
  });

  it('does not rest less because of wakes', async () => {
    connector.send = () => ({ kind: 'down', detail: '' });
    await start(1);
    for (let n = 0; n < 100; n++) {
      bench.appliance.wake();
      await clock.advance(9);
    }
    expect(connector.batches).toHaveLength(1);
  });

  it('stops for good when it is disowned, until the connection changes', async () => {
    connector.send = () => ({ kind: 'unauthorised', code: 'revoked', detail: 'revoked' });
    await start(2);
    for (let n = 0; n < 60; n++) {
      bench.tick();
      await clock.advance(MINUTE);
    }
    expect(connector.batches).toHaveLength(1);
    expect(connector.pulses).toHaveLength(0);
    expect(lastLink()).toMatchObject({ state: 'refused' });
    connector.send = takeAll;
    bench.appliance.connectionChanged();
    await clock.settle();
    expect(outbox.isDelivered).toBe(true);
    expect(connector.closed).toBe(1);
  });

  it('tries each deferred record again when its time has come, without a wake', async () => {
    connector.send = (records) => {
      connector.send = takeAll;
      const deferred = [30_000, 50_000].map((retryAfterMs, at) => ({
        id: records[at]!.id,
        retryAfterMs,
        code: 'later',
      }));
      return { ...takeAll(records.slice(2)), deferred };
    };
    await start(4);
    expect(outbox.in('deferred')).toHaveLength(2);
    await clock.advance(29_000);
    expect(connector.batches).toHaveLength(1);
    await clock.advance(1_000);
    expect(outbox.in('deferred')).toHaveLength(1);
    await clock.advance(20_000);
    expect(outbox.isDelivered).toBe(true);
  });

  it('waits for the outbox to write down that a record is put off, not for the answer alone', async () => {
    connector.send = (records) => {
      connector.send = takeAll;
      return { ...takeAll([]), receipt: null, deferred: [{ id: records[0]!.id, retryAfterMs: 30_000, code: 'later' }] };
    };
    const settle = outbox.settle.bind(outbox);
    outbox.settle = async (settlement) => {
      await new Promise<void>((resolve) => void clock.setTimer(3_000, resolve));
      return settle(settlement);
    };
    await start(1);
    await clock.advance(33_000);
    expect(connector.batches).toHaveLength(2);
  });

  it('finds the one record that makes batches malformed, and delivers the others', async () => {
    const bad = someRecords(1);
    outbox.add(bad);
    connector.send = (records) =>
      records.some((record) => record.id === bad[0]!.id) ? { kind: 'malformed', detail: 'bad' } : takeAll(records);
    await start(300);
    expect(outbox.in('refused').map((row) => [row.record.id, row.code])).toEqual([[bad[0]!.id, 'malformed']]);
    expect(outbox.in('delivered')).toHaveLength(300);
  });

  it('halves batches that are too large', async () => {
    connector.send = (records) => (records.length > 60 ? { kind: 'too_large', detail: '' } : takeAll(records));
    await start(200);
    expect(outbox.isDelivered).toBe(true);
    expect(connector.batches.map((batch) => batch.ids.length)).toEqual([200, 100, 50, 50, 50, 50]);
  });

  it('survives an exception of the connector and of the outbox, and keeps no lease', async () => {
    connector.send = () => {
      throw new Error('a defect');
    };
    await start(2);
    expect(outbox.in('pending')).toHaveLength(2);
    connector.send = takeAll;
    const settle = outbox.settle.bind(outbox);
    outbox.settle = async () => {
      outbox.settle = settle;
      throw new SyncError('call_failed', 'disk full', { next: 'retry', hint: '' });
    };
    await clock.advance(2_000);
    expect(outbox.in('pending')).toHaveLength(2);
    await clock.advance(4_000);
    expect(outbox.isDelivered).toBe(true);
  });
});

describe('the connection', () => {
  it('sends nothing while the device is not provisioned', async () => {
    await start(1, { connection: null });
    await clock.advance(10 * MINUTE);
    expect(connector.opened).toBe(0);
    expect(lastLink()).toMatchObject({ state: 'starting', detail: 'this device is not provisioned' });
    bench.connection = SOME_CONNECTION;
    bench.appliance.connectionChanged();
    await clock.settle();
    expect(outbox.isDelivered).toBe(true);
  });

  it('is refused in words when it cannot be used', async () => {
    const family = {
      open: () => {
        throw new SyncError('address_not_https', 'not encrypted', { next: 'stop', hint: '' });
      },
      enrol: () => connector.enrol(),
    };
    await start(1, { family });
    expect(lastLink()).toMatchObject({ state: 'refused', detail: 'address_not_https: not encrypted' });
  });

  it('is asked for again when the appliance did not tell', async () => {
    let isBroken = true;
    const connection = async () => {
      if (isBroken) throw new Error('not yet');
      return SOME_CONNECTION;
    };
    await start(1, { handlers: { connection } });
    isBroken = false;
    await clock.advance(2_000);
    expect(outbox.isDelivered).toBe(true);
  });

  it('is first used when its turn comes after a cold start, and at once after a change', async () => {
    await start(1, { firstContactSpreadMs: MINUTE });
    expect(connector.opened).toBe(0);
    expect(lastLink()).toMatchObject({ state: 'starting', detail: expect.stringContaining('first contact in') });
    const turnMs = firstContactDelayMs(SOME_CONNECTION.deviceId);
    await clock.advance(turnMs - 1);
    expect(connector.batches).toEqual([]);
    await clock.advance(2);
    expect(outbox.isDelivered).toBe(true);
    bench.appliance.connectionChanged();
    await clock.settle();
    expect(connector.opened).toBe(2);
  });

  it('of a device that was enrolled after the start is used at once', async () => {
    await start(1, { connection: null, firstContactSpreadMs: MINUTE });
    bench.connection = SOME_CONNECTION;
    bench.appliance.connectionChanged();
    await clock.settle();
    expect(outbox.isDelivered).toBe(true);
  });

  it('may enrol before there is one', async () => {
    await start(0, { connection: null });
    const hardware = { model: 'm', serial: 's', software: 'v' };
    const request = { baseUrl: 'https://centre.example', code: 'c', publicKey: { kty: 'OKP' }, hardware };
    await expect(bench.appliance.enrol(request)).resolves.toMatchObject({ code: 'code_unknown' });
  });
});

describe('stopping', () => {
  it('lets the batch under way end', async () => {
    let finish = (): void => undefined;
    connector.send = (records) => new Promise((resolve) => (finish = () => resolve(takeAll(records))));
    await start(1);
    const stopped = bench.agent.stop();
    finish();
    await stopped;
    expect(outbox.isDelivered).toBe(true);
  });

  it('gives up a batch that does not end, after two seconds, and gives it back', async () => {
    connector.send = (_records, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'down', detail: 'stopping' }));
      });
    await start(1);
    const stopped = bench.agent.stop();
    await clock.advance(2_000);
    await stopped;
    expect(outbox.in('pending')).toHaveLength(1);
    expect(lastLink()?.state).toBe('online');
  });

  it('stops by itself when the appliance is gone, and the lease ends with the port', async () => {
    connector.send = (_records, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'down', detail: 'stopping' }));
      });
    await start(1);
    bench.port.cut();
    await bench.appliance.closed;
    expect(outbox.in('pending')).toHaveLength(1);
    await clock.advance(2_000);
    await bench.agent.closed;
  });
});

describe('the heartbeat', () => {
  it('beats once a minute with what the outbox counts, 54 to 66 s apart', async () => {
    const draws = [0.99, 0, 0.5, 0.99, 0];
    let n = 0;
    await start(4, { random: () => draws[n++ % draws.length]! });
    for (let minute = 0; minute < 20; minute++) {
      bench.tick();
      await clock.advance(MINUTE);
    }
    const at = connector.pulses.map((pulse) => pulse.atMs);
    expect(at).toHaveLength(20);
    const gaps = at.slice(1).map((ms, index) => ms - at[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(54_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(66_000);
    expect(connector.pulses[0]!.pulse).toMatchObject({ link: 'online', counts: { delivered: 4, headSeq: 4 } });
  });

  it('is one probe a minute through a day’s outage, and one beat after it: none is made up for', async () => {
    await start(0);
    connector.configuration = { kind: 'down', detail: 'no route' };
    connector.beat = { kind: 'down', detail: 'no route' };
    const minutes = 24 * 60;
    for (let minute = 0; minute < minutes; minute++) {
      bench.tick();
      await clock.advance(MINUTE);
    }
    expect(connector.pulses).toHaveLength(minutes);
    const reports = bench.links.length;
    connector.beat = { kind: 'alive' };
    bench.tick();
    await clock.advance(MINUTE);
    expect(connector.pulses).toHaveLength(minutes + 1);
    expect(bench.links.slice(reports).map(({ state }) => state)).toContain('online');
  });

  it('is not joined by another while the centre keeps it waiting', async () => {
    await start(0);
    let answer = (): void => undefined;
    const late = new Promise<HeartbeatOutcome>((resolve) => {
      answer = () => resolve({ kind: 'alive' });
    });
    connector.answerBeat = () => late;
    for (let minute = 0; minute < 10; minute++) {
      bench.tick();
      await clock.advance(MINUTE);
    }
    expect(connector.pulses).toHaveLength(1);
    answer();
    await clock.settle();
    bench.tick();
    await clock.advance(MINUTE);
    expect(connector.pulses).toHaveLength(2);
  });

  it('tells that the line is down, and does not gloss over a batch in trouble', async () => {
    await start(0);
    connector.beat = { kind: 'down', detail: 'no route' };
    bench.tick();
    await clock.advance(MINUTE);
    expect(lastLink()).toMatchObject({ state: 'offline' });
    connector.beat = { kind: 'alive' };
    bench.tick();
    await clock.advance(MINUTE);
    expect(lastLink()).toMatchObject({ state: 'online' });
    connector.send = () => ({ kind: 'not_the_centre', detail: 'wrong receipt' });
    outbox.add(someRecords(1));
    const before = bench.links.length;
    bench.tick();
    await clock.advance(MINUTE);
    expect(new Set(bench.links.slice(before).map((link) => link.state))).toEqual(new Set(['not_the_centre']));
    expect(connector.pulses).toHaveLength(3);
  });
});

describe('the configuration', () => {
  it('is fetched at start and every ten minutes, offered, and named by its etag from then on', async () => {
    connector.configuration = { kind: 'configuration', jws: 'a.b.c', etag: '"7"' };
    await start(0);
    await clock.advance(25 * MINUTE);
    expect(connector.configurationAsks.map((ask) => ask.etag)).toEqual([null, '"7"', '"7"']);
    expect(connector.configurationAsks.map((ask) => ask.atMs)).toEqual([0, 10 * MINUTE, 20 * MINUTE]);
    expect(bench.offers[0]).toEqual({ jws: 'a.b.c', etag: '"7"' });
  });

  it('is offered again when the appliance refused it', async () => {
    connector.configuration = { kind: 'configuration', jws: 'a.b.c', etag: '"7"' };
    await start(0, { handlers: { offerConfiguration: async () => ({ accepted: false, code: 'x', version: null }) } });
    await clock.advance(11 * MINUTE);
    expect(connector.configurationAsks.map((ask) => ask.etag)).toEqual([null, null]);
    bench.tick();
    await clock.advance(MINUTE);
    expect(connector.pulses.at(-1)?.pulse.configuration).toEqual({ version: null, refused: 'x' });
  });

  it('is fetched soon again after a fault', async () => {
    connector.configuration = { kind: 'down', detail: '' };
    await start(0);
    await clock.advance(4_000);
    expect(connector.configurationAsks.map((ask) => ask.atMs)).toEqual([0, 1_000, 3_500]);
  });
});

describe('a rating by phone', () => {
  it('is told once, with its time, and no longer asked for', async () => {
    await start(0);
    bench.appliance.visitInvited(VISIT);
    await clock.advance(5_000);
    expect(connector.visitAsks.length).toBeGreaterThan(1);
    connector.answerVisit = async () => ({ kind: 'visit', state: 'rated', ratedAt: '2026-11-22T10:00:05.000+08:00' });
    await clock.advance(MINUTE);
    expect(bench.rated).toEqual([{ visitId: VISIT, ratedAt: '2026-11-22T10:00:05.000+08:00' }]);
    const asks = connector.visitAsks.length;
    await clock.advance(MINUTE);
    expect(connector.visitAsks).toHaveLength(asks);
  });

  it('is not asked for more than every two seconds, nor after the visit closed', async () => {
    await start(0);
    bench.appliance.visitInvited(VISIT);
    bench.appliance.visitInvited(VISIT);
    await clock.advance(9_000);
    expect(connector.visitAsks).toHaveLength(5);
    bench.appliance.visitClosed(VISIT);
    await clock.advance(MINUTE);
    expect(connector.visitAsks).toHaveLength(5);
    expect(bench.rated).toEqual([]);
  });

  it('says nothing when the answer comes after the visit closed', async () => {
    await start(0);
    connector.answerVisit = (_visitId, signal) =>
      new Promise((resolve) => {
        const late = { kind: 'visit', state: 'rated', ratedAt: null } as const;
        signal.addEventListener('abort', () => resolve(late));
      });
    bench.appliance.visitInvited(VISIT);
    await clock.settle();
    bench.appliance.visitClosed(VISIT);
    await clock.settle();
    expect(bench.rated).toEqual([]);
  });

  it('is watched through faults, and by an agent that came up in the middle', async () => {
    connector.answerVisit = async () => ({ kind: 'down', detail: '' });
    await start(0, { handlers: { invitedVisits: () => [VISIT] } });
    await clock.advance(20_000);
    expect(connector.visitAsks.length).toBeGreaterThan(2);
    connector.answerVisit = async () => ({ kind: 'visit', state: 'rated', ratedAt: null });
    await clock.advance(10_000);
    expect(bench.rated).toMatchObject([{ visitId: VISIT }]);
  });
});
