import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { FakeHost } from './fixtures/fake-host.ts';
import { type Pids, Supervisor } from './supervisor.ts';

const ORDER = ['centre', 'appliance', 'agent'];
const CRASH = { code: 1, signal: null };

let clock: VirtualClock;
let host: FakeHost;
let supervisor: Supervisor;

beforeEach(() => {
  clock = new VirtualClock();
  host = new FakeHost();
  supervisor = new Supervisor({ host, clock, order: ORDER, link: ['appliance', 'agent'] });
});

const namesSpawned = () => host.spawned.map((child) => child.name);

function startAll(): void {
  supervisor.start();
  for (const name of ORDER) host.latest(name).sayReady({ of: name });
}

describe('starting', () => {
  it('starts the next child when the one before is ready', () => {
    supervisor.start();
    expect(namesSpawned()).toEqual(['centre']);
    host.latest('centre').sayReady();
    expect(namesSpawned()).toEqual(['centre', 'appliance']);
    host.latest('appliance').sayReady();
    expect(namesSpawned()).toEqual(ORDER);
  });

  it('goes on without a child that does not get ready in time', async () => {
    supervisor.start();
    await clock.advance(14_999);
    expect(namesSpawned()).toEqual(['centre']);
    await clock.advance(1);
    expect(namesSpawned()).toEqual(['centre', 'appliance']);
    host.latest('centre').sayReady();
    expect(namesSpawned(), 'a late one starts nothing twice').toEqual(['centre', 'appliance']);
  });

  it('starts nothing twice when told twice', () => {
    supervisor.start();
    supervisor.start();
    expect(namesSpawned()).toEqual(['centre']);
  });

  it('hands over every ready payload once all are ready together', async () => {
    const ready = supervisor.whenReady();
    startAll();
    expect(await ready).toEqual({ centre: { of: 'centre' }, appliance: { of: 'appliance' }, agent: { of: 'agent' } });
    expect(supervisor.readyPayload('agent')).toEqual({ of: 'agent' });
  });

  it('treats a spawn that throws as a child that ended at once', async () => {
    const faults: string[] = [];
    let attempts = 0;
    const broken = { spawn: () => failingSpawn(() => (attempts += 1)) };
    supervisor = new Supervisor({ host: broken, clock, order: ['appliance'] });
    supervisor.on('refused', (_name, fault) => faults.push(fault));
    supervisor.start();
    await clock.advance(200);
    expect(attempts).toBe(2);
    expect(faults[0]).toContain('no such file');
  });
});

function failingSpawn(count: () => void): never {
  count();
  throw new Error('no such file');
}

describe('restarting', () => {
  it('follows the written list of delays', async () => {
    supervisor.start();
    const delays: (number | null)[] = [];
    supervisor.on('exit', (_name, _exit, restartInMs) => delays.push(restartInMs));
    for (let life = 0; life < 7; life++) {
      host.latest('centre').end(CRASH);
      await clock.advance((delays.at(-1) ?? 0) - 1);
      const before = host.spawned.filter((child) => child.name === 'centre').length;
      await clock.advance(1);
      expect(host.spawned.filter((child) => child.name === 'centre')).toHaveLength(before + 1);
    }
    expect(delays).toEqual([200, 1_000, 2_000, 5_000, 15_000, 60_000, 60_000]);
  });

  it('begins the list anew after 60 s of good life', async () => {
    startAll();
    const delays: (number | null)[] = [];
    supervisor.on('exit', (_name, _exit, restartInMs) => delays.push(restartInMs));
    host.latest('agent').end(CRASH);
    await clock.advance(200);
    host.latest('agent').end(CRASH);
    await clock.advance(1_000);
    host.latest('agent').sayReady();
    await clock.advance(60_000);
    host.latest('agent').end(CRASH);
    expect(delays).toEqual([200, 1_000, 200]);
  });

  it('leaves the other children alone', async () => {
    startAll();
    host.latest('agent').end({ code: null, signal: 'SIGKILL' });
    await clock.advance(200);
    expect(namesSpawned()).toEqual([...ORDER, 'agent']);
  });

  it('tells of every change of a pid', async () => {
    const seen: Pids[] = [];
    supervisor.on('pids', (pids) => seen.push(pids));
    startAll();
    host.latest('agent').end(CRASH);
    await clock.advance(200);
    expect(seen).toEqual([
      { centre: 1000, appliance: null, agent: null },
      { centre: 1000, appliance: 1001, agent: null },
      { centre: 1000, appliance: 1001, agent: 1002 },
      { centre: 1000, appliance: 1001, agent: null },
      { centre: 1000, appliance: 1001, agent: 1003 },
    ]);
  });
});

describe('stopping', () => {
  it('asks in reverse order, each after the later one is gone', async () => {
    startAll();
    for (const name of ORDER) host.latest(name).obeys = false;
    const stop = supervisor.stop();
    const asked = () => ORDER.filter((name) => host.latest(name).received.some(isStop));
    expect(asked()).toEqual(['agent']);
    host.latest('agent').end({ code: 0, signal: null });
    await clock.advance(0);
    expect(asked()).toEqual(['appliance', 'agent']);
    host.latest('appliance').end({ code: 0, signal: null });
    await clock.advance(0);
    expect(asked()).toEqual(ORDER);
    host.latest('centre').end({ code: 0, signal: null });
    expect(await stop).toEqual({ stopped: ['agent', 'appliance', 'centre'], killed: [] });
  });

  it('gives what hangs its share of five seconds, then kills it, and the rest still ends in order', async () => {
    startAll();
    host.latest('agent').obeys = false;
    const stop = supervisor.stop();
    await clock.advance(1_499);
    expect(host.latest('agent').signals).toEqual([]);
    await clock.advance(1);
    expect(host.latest('agent').signals).toEqual(['SIGKILL']);
    expect(await stop).toEqual({ stopped: ['appliance', 'centre'], killed: ['agent'] });
  });

  it('is over within five seconds even when nothing obeys', async () => {
    startAll();
    for (const name of ORDER) host.latest(name).obeys = false;
    let outcome: unknown;
    void supervisor.stop().then((result) => {
      outcome = result;
    });
    await clock.advance(5_000);
    expect(outcome).toEqual({ stopped: [], killed: ['agent', 'appliance', 'centre'] });
  });

  it('never restarts what it stopped, nor what dies meanwhile, nor what waited for its restart', async () => {
    startAll();
    host.latest('centre').end(CRASH);
    host.latest('agent').obeys = false;
    const stop = supervisor.stop();
    host.latest('appliance').end(CRASH);
    host.latest('agent').end({ code: 0, signal: null });
    await stop;
    await clock.advance(600_000);
    expect(namesSpawned()).toEqual(ORDER);
    expect(supervisor.pids()).toEqual({ centre: null, appliance: null, agent: null });
  });

  it('starts nothing more when it is stopped in the middle of starting', async () => {
    supervisor.start();
    const stop = supervisor.stop();
    host.latest('centre').sayReady();
    await stop;
    await clock.advance(60_000);
    expect(namesSpawned()).toEqual(['centre']);
  });

  it('gives the same outcome to whoever asks again', async () => {
    startAll();
    expect(await supervisor.stop()).toEqual(await supervisor.stop());
  });
});

function isStop(message: { channel: string; payload?: unknown }): boolean {
  return message.channel === 'control' && JSON.stringify(message.payload).includes('"stop"');
}

describe('the outbox channel', () => {
  const peers = (name: string) =>
    host
      .latest(name)
      .received.filter((message) => message.channel === 'control' && message.payload.type === 'peer')
      .map((message) => message.payload);
  const outbox = (name: string) => host.latest(name).received.filter((message) => message.channel === 'outbox');

  it('is up for both ends only when both are ready', () => {
    supervisor.start();
    host.latest('centre').sayReady();
    host.latest('appliance').sayReady();
    expect(peers('appliance')).toEqual([]);
    host.latest('agent').sayReady();
    expect(peers('appliance')).toEqual([{ type: 'peer', state: 'up', link: 1 }]);
    expect(peers('agent')).toEqual([{ type: 'peer', state: 'up', link: 1 }]);
  });

  it('forwards payloads untouched, both ways', () => {
    startAll();
    const payload = new Uint8Array([1, 2]);
    const answer = new Uint8Array();
    host.latest('agent').say({ channel: 'outbox', link: 1, payload });
    expect(outbox('appliance')).toEqual([{ channel: 'outbox', link: 1, payload }]);
    host.latest('appliance').say({ channel: 'outbox', link: 1, payload: answer });
    expect(outbox('agent')).toEqual([{ channel: 'outbox', link: 1, payload: answer }]);
  });

  it('tells the survivor that its peer is gone, and of the next one', async () => {
    startAll();
    host.latest('agent').end(CRASH);
    expect(peers('appliance').at(-1)).toEqual({ type: 'peer', state: 'down' });
    await clock.advance(200);
    host.latest('agent').sayReady();
    expect(peers('appliance').at(-1)).toEqual({ type: 'peer', state: 'up', link: 2 });
  });

  it('drops an answer that was meant for the dead peer', async () => {
    startAll();
    host.latest('agent').end(CRASH);
    host.latest('appliance').say({ channel: 'outbox', link: 1, payload: Buffer.from('while down') });
    await clock.advance(200);
    host.latest('agent').sayReady();
    host.latest('appliance').say({ channel: 'outbox', link: 1, payload: Buffer.from('late') });
    expect(outbox('agent')).toEqual([]);
  });

  it('lets nobody else speak on it', () => {
    startAll();
    host.latest('centre').say({ channel: 'outbox', link: 1, payload: Buffer.from('x') });
    expect([...outbox('appliance'), ...outbox('agent')]).toEqual([]);
  });
});

describe('a message outside of the contract', () => {
  it.each([
    [undefined],
    ['ready'],
    [{}],
    [{ channel: 'control', payload: { type: 'stop' } }],
    [{ channel: 'control', payload: { type: 'ready' } }],
    [{ channel: 'control', payload: { type: 'ready', payload: {} }, extra: 1 }],
    [{ channel: 'outbox', payload: Buffer.from('x') }],
    [{ channel: 'outbox', link: 0, payload: Buffer.from('x') }],
    [{ channel: 'outbox', link: 1, payload: { not: 'bytes' } }],
    [{ channel: 'other', payload: 1 }],
  ])('is named and changes nothing: %j', (message) => {
    const faults: string[] = [];
    supervisor.on('refused', (name, fault) => faults.push(`${name} ${fault}`));
    supervisor.start();
    host.latest('centre').say(message);
    expect(faults).toHaveLength(1);
    expect(namesSpawned()).toEqual(['centre']);
  });

  it('is also a second ready in one life', () => {
    const faults: string[] = [];
    supervisor.on('refused', (_name, fault) => faults.push(fault));
    startAll();
    host.latest('agent').sayReady();
    expect(faults).toEqual(['ready: said twice in one life']);
  });
});
