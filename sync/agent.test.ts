import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../device/testing/virtual-clock.ts';
import type { BatchOutcome } from './connectors/connector.ts';
import { SyncError } from './errors.ts';
import { firstContactDelayMs } from './retry.ts';
import { AgentRun, MINUTE } from './testing/agent-run.ts';
import { SOME_CONNECTION } from './testing/bench-appliance.ts';
import { someRecords } from './testing/records.ts';
import { takeAll } from './testing/scripted-connector.ts';

let run: AgentRun;
beforeEach(() => {
  run = new AgentRun(new VirtualClock());
});
afterEach(() => run.end());

describe('sending', () => {
  it('delivers everything in order of deadline, and says so', async () => {
    run.outbox.add(someRecords(500, (seq) => 1e12 - seq));
    await run.start(0);
    expect(run.outbox.isDelivered).toBe(true);
    const ids = run.connector.batches.flatMap((batch) => batch.ids);
    expect(ids).toEqual([...run.outbox.rows.keys()].reverse());
    expect(run.connector.batches.map((batch) => batch.ids.length)).toEqual([200, 300]);
    expect(run.lastLink()).toMatchObject({ state: 'online', detail: null, lastReceiptAt: expect.any(String) });
  });

  it('sends what is appended later when it is woken', async () => {
    await run.start(0);
    run.outbox.add(someRecords(3));
    await run.clock.advance(1000);
    expect(run.outbox.in('delivered')).toHaveLength(0);
    run.bench.appliance.wake();
    await run.clock.settle();
    expect(run.outbox.isDelivered).toBe(true);
  });

  it('is not deaf to a wake that comes while a claim finds nothing', async () => {
    const claim = run.outbox.claim.bind(run.outbox);
    await run.start(0);
    run.outbox.claim = async (request) => {
      run.outbox.claim = claim;
      const none = await claim(request);
      run.outbox.add(someRecords(1));
      run.bench.appliance.wake();
      await run.clock.settle();
      return none;
    };
    run.bench.appliance.wake();
    await run.clock.settle();
    await run.clock.settle();
    expect(run.outbox.isDelivered).toBe(true);
  });

  it('sends what nobody announced at the next tick', async () => {
    await run.start(0);
    run.outbox.add(someRecords(1));
    run.bench.tick();
    await run.clock.settle();
    expect(run.outbox.isDelivered).toBe(true);
  });

  it.each<[string, BatchOutcome, string]>([
    ['is down', { kind: 'down', detail: 'no route' }, 'offline'],
    ['is a portal', { kind: 'not_the_centre', detail: 'a login page' }, 'not_the_centre'],
    ['is busy', { kind: 'busy', detail: 'HTTP 429', retryAfterMs: null }, 'offline'],
  ])('rests longer and longer while the centre %s, then delivers', async (_name, outcome, link) => {
    run.connector.send = () => outcome;
    await run.start(2);
    await run.clock.advance(52_000);
    expect(run.connector.batches.map((batch) => batch.atMs)).toEqual([0, 1_000, 3_500, 11_000, 26_000]);
    expect(run.outbox.in('pending')).toHaveLength(2);
    expect(run.lastLink()).toMatchObject({ state: link, detail: expect.any(String) });
    run.connector.send = takeAll;
    await run.clock.advance(MINUTE);
    expect(run.outbox.isDelivered).toBe(true);
    expect(run.lastLink()).toMatchObject({ state: 'online' });
  });

  it('does not rest less because of wakes', async () => {
    run.connector.send = () => ({ kind: 'down', detail: '' });
    await run.start(1);
    for (let n = 0; n < 100; n++) {
      run.bench.appliance.wake();
      await run.clock.advance(9);
    }
    expect(run.connector.batches).toHaveLength(1);
  });

  it('stops for good when it is disowned, until the connection changes', async () => {
    run.connector.send = () => ({ kind: 'unauthorised', code: 'revoked', detail: 'revoked' });
    await run.start(2);
    for (let n = 0; n < 60; n++) {
      run.bench.tick();
      await run.clock.advance(MINUTE);
    }
    expect(run.connector.batches).toHaveLength(1);
    expect(run.connector.pulses).toHaveLength(0);
    expect(run.lastLink()).toMatchObject({ state: 'refused' });
    run.connector.send = takeAll;
    run.bench.appliance.connectionChanged();
    await run.clock.settle();
    expect(run.outbox.isDelivered).toBe(true);
    expect(run.connector.closed).toBe(1);
  });

  it('tries each deferred record again when its time has come, without a wake', async () => {
    run.connector.send = (records) => {
      run.connector.send = takeAll;
      const deferred = [30_000, 50_000].map((retryAfterMs, at) => ({
        id: records[at]!.id,
        retryAfterMs,
        code: 'later',
      }));
      return { ...takeAll(records.slice(2)), deferred };
    };
    await run.start(4);
    expect(run.outbox.in('deferred')).toHaveLength(2);
    await run.clock.advance(29_000);
    expect(run.connector.batches).toHaveLength(1);
    await run.clock.advance(1_000);
    expect(run.outbox.in('deferred')).toHaveLength(1);
    await run.clock.advance(20_000);
    expect(run.outbox.isDelivered).toBe(true);
  });

  it('waits for the outbox to write down that a record is put off, not for the answer alone', async () => {
    run.connector.send = (records) => {
      run.connector.send = takeAll;
      return { ...takeAll([]), receipt: null, deferred: [{ id: records[0]!.id, retryAfterMs: 30_000, code: 'later' }] };
    };
    const settle = run.outbox.settle.bind(run.outbox);
    run.outbox.settle = async (settlement) => {
      await new Promise<void>((resolve) => void run.clock.setTimer(3_000, resolve));
      return settle(settlement);
    };
    await run.start(1);
    await run.clock.advance(33_000);
    expect(run.connector.batches).toHaveLength(2);
  });

  it('finds the one record that makes batches malformed, and delivers the others', async () => {
    const bad = someRecords(1);
    run.outbox.add(bad);
    run.connector.send = (records) =>
      records.some((record) => record.id === bad[0]!.id) ? { kind: 'malformed', detail: 'bad' } : takeAll(records);
    await run.start(300);
    expect(run.outbox.in('refused').map((row) => [row.record.id, row.code])).toEqual([[bad[0]!.id, 'malformed']]);
    expect(run.outbox.in('delivered')).toHaveLength(300);
  });

  it('halves batches that are too large', async () => {
    run.connector.send = (records) => (records.length > 60 ? { kind: 'too_large', detail: '' } : takeAll(records));
    await run.start(200);
    expect(run.outbox.isDelivered).toBe(true);
    expect(run.connector.batches.map((batch) => batch.ids.length)).toEqual([200, 100, 50, 50, 50, 50]);
  });

  it('survives an exception of the connector and of the outbox, and keeps no lease', async () => {
    run.connector.send = () => {
      throw new Error('a defect');
    };
    await run.start(2);
    expect(run.outbox.in('pending')).toHaveLength(2);
    run.connector.send = takeAll;
    const settle = run.outbox.settle.bind(run.outbox);
    run.outbox.settle = async () => {
      run.outbox.settle = settle;
      throw new SyncError('call_failed', 'disk full', { next: 'retry', hint: '' });
    };
    await run.clock.advance(2_000);
    expect(run.outbox.in('pending')).toHaveLength(2);
    await run.clock.advance(4_000);
    expect(run.outbox.isDelivered).toBe(true);
  });
});

describe('the connection', () => {
  it('sends nothing while the device is not provisioned', async () => {
    await run.start(1, { connection: null });
    await run.clock.advance(10 * MINUTE);
    expect(run.connector.opened).toBe(0);
    expect(run.lastLink()).toMatchObject({ state: 'starting', detail: 'this device is not provisioned' });
    run.bench.connection = SOME_CONNECTION;
    run.bench.appliance.connectionChanged();
    await run.clock.settle();
    expect(run.outbox.isDelivered).toBe(true);
  });

  it('is refused in words when it cannot be used', async () => {
    const family = {
      open: () => {
        throw new SyncError('address_not_https', 'not encrypted', { next: 'stop', hint: '' });
      },
      enrol: () => run.connector.enrol(),
    };
    await run.start(1, { family });
    expect(run.lastLink()).toMatchObject({ state: 'refused', detail: 'address_not_https: not encrypted' });
  });

  it('is asked for again when the appliance did not tell', async () => {
    let isBroken = true;
    const connection = async () => {
      if (isBroken) throw new Error('not yet');
      return SOME_CONNECTION;
    };
    await run.start(1, { handlers: { connection } });
    isBroken = false;
    await run.clock.advance(2_000);
    expect(run.outbox.isDelivered).toBe(true);
  });

  it('is first used when its turn comes after a cold start, and at once after a change', async () => {
    await run.start(1, { firstContactSpreadMs: MINUTE });
    expect(run.connector.opened).toBe(0);
    expect(run.lastLink()).toMatchObject({ state: 'starting', detail: expect.stringContaining('first contact in') });
    const turnMs = firstContactDelayMs(SOME_CONNECTION.deviceId);
    await run.clock.advance(turnMs - 1);
    expect(run.connector.batches).toEqual([]);
    await run.clock.advance(2);
    expect(run.outbox.isDelivered).toBe(true);
    run.bench.appliance.connectionChanged();
    await run.clock.settle();
    expect(run.connector.opened).toBe(2);
  });

  it('of a device that was enrolled after the start is used at once', async () => {
    await run.start(1, { connection: null, firstContactSpreadMs: MINUTE });
    run.bench.connection = SOME_CONNECTION;
    run.bench.appliance.connectionChanged();
    await run.clock.settle();
    expect(run.outbox.isDelivered).toBe(true);
  });

  it('may enrol before there is one', async () => {
    await run.start(0, { connection: null });
    const hardware = { model: 'm', serial: 's', software: 'v' };
    const request = { baseUrl: 'https://centre.example', code: 'c', publicKey: { kty: 'OKP' }, hardware };
    await expect(run.bench.appliance.enrol(request)).resolves.toMatchObject({ code: 'code_unknown' });
  });
});

describe('stopping', () => {
  it('lets the batch under way end', async () => {
    let finish = (): void => undefined;
    run.connector.send = (records) => new Promise((resolve) => (finish = () => resolve(takeAll(records))));
    await run.start(1);
    const stopped = run.bench.agent.stop();
    finish();
    await stopped;
    expect(run.outbox.isDelivered).toBe(true);
  });

  it('gives up a batch that does not end, after two seconds, and gives it back', async () => {
    run.connector.send = (_records, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'down', detail: 'stopping' }));
      });
    await run.start(1);
    const stopped = run.bench.agent.stop();
    await run.clock.advance(2_000);
    await stopped;
    expect(run.outbox.in('pending')).toHaveLength(1);
    expect(run.lastLink()?.state).toBe('online');
  });

  it('stops by itself when the appliance is gone, and the lease ends with the port', async () => {
    run.connector.send = (_records, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'down', detail: 'stopping' }));
      });
    await run.start(1);
    run.bench.port.cut();
    await run.bench.appliance.closed;
    expect(run.outbox.in('pending')).toHaveLength(1);
    await run.clock.advance(2_000);
    await run.bench.agent.closed;
  });
});
