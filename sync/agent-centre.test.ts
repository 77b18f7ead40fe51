import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../device/clock.ts';
import type { OutboxRecord } from '../device/ledger/outbox.ts';
import { referenceFamily } from './connectors/reference/connector.ts';
import { type DeviceConnection, portPair } from './device-port.ts';
import { signJws } from './protocol/jws.ts';
import { inspectRatingsSchema, inspectRecordsSchema } from './protocol/messages.ts';
import { type ReferenceCentre, startReferenceCentre } from './reference-centre/centre.ts';
import { type Bench, startBench } from './testing/bench-appliance.ts';
import { deviceKey } from './testing/device-key.ts';
import { fastClock } from './testing/fast-clock.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { someRecords } from './testing/records.ts';
import { createTrustClock } from './trust-clock.ts';

/** The agent against the real reference centre, over real HTTP. */

const clock = fastClock(100);
const bootId = '2f8b1f0e-8a4b-4f4c-9b1d-2f1f6d0c9a11';
const hardware = { model: 'm', serial: 's', software: '0' };

let folder: string;
let centre: ReferenceCentre;
let benches: Bench[] = [];
let key: ReturnType<typeof deviceKey>;
let wallStepMs = 0;
/** For an answer that comes: how long a busy machine takes to give it says nothing. */
const PATIENT_MS = 20_000;
/** For one that never comes. */
const IMPATIENT_MS = 250;
let timeLimitMs = PATIENT_MS;

function newFamily() {
  // One clock for the connector and the trusted time: observations are in its monotonic milliseconds.
  const real = { ...systemClock, wallMs: () => systemClock.wallMs() + wallStepMs };
  const trustClock = createTrustClock(real);
  const options = { clock: real, trustClock, newId: () => uuidV7(), version: '0.1.0', bootId, timeLimitMs };
  return { family: referenceFamily({ ...options, signerFor: key.signerFor }), trustClock };
}

function newBench(outbox: MemoryOutbox, connection: DeviceConnection | null, time = clock): Bench {
  const { family, trustClock } = newFamily();
  const random = Math.random;
  const bench = startBench({ clock: time, outbox, family, trustClock, random, connection, ports: portPair() });
  benches.push(bench);
  return bench;
}

/** In real time: nobody waits for it on purpose, and the minute that an enrolment may take is no 600 ms. */
const bareBench = () => newBench(new MemoryOutbox(systemClock, []), null, systemClock);

async function enrolled(): Promise<DeviceConnection> {
  const bench = bareBench();
  const request = { baseUrl: centre.url, code: 'code-1', publicKey: key.publicKey, hardware };
  const outcome = await bench.appliance.enrol(request);
  if (outcome.outcome !== 'enrolled') throw new Error(`not enrolled: ${JSON.stringify(outcome)}`);
  const { deviceId, centreKeys } = outcome;
  return { deviceId, centreKeys, baseUrl: centre.url, alg: 'ed25519' };
}

async function post(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(centre.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(await reply.text());
}

const fault = (order: object): Promise<void> => post('/inspect/faults', order);

async function centreHolds(records: readonly OutboxRecord[]): Promise<void> {
  const reply = await fetch(`${centre.url}/inspect/records`);
  const held = inspectRecordsSchema.parse(await reply.json());
  const byHash = (a: { hash: string }, b: { hash: string }) => (a.hash < b.hash ? -1 : 1);
  const pick = (one: { id: string; hash: string }) => ({ id: one.id, hash: one.hash });
  expect(held.map(pick).sort(byHash)).toEqual(records.map(pick).sort(byHash));
}

/** `wrong_receipt` lies in four ways, each time in another: when the fifth begins, all of them were judged. */
const ATTEMPTS = 5;

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 5 });

beforeEach(async () => {
  wallStepMs = 0;
  timeLimitMs = PATIENT_MS;
  folder = await mkdtemp(join(tmpdir(), 'agent-centre-'));
  key = deviceKey();
  const configuration = () => ({ version: 1, notBefore: '2026-01-01T00:00:00.000+08:00' });
  const place = { dataDir: folder, host: '127.0.0.1', port: 0 };
  centre = await startReferenceCentre({ ...place, configuration, enrolmentCodes: ['code-1'], clock: systemClock });
});

afterEach(async () => {
  await Promise.all(benches.map((bench) => bench.agent.stop()));
  benches = [];
  await centre.close();
  await rm(folder, { recursive: true });
});

describe('enrolment', () => {
  const ask = (change: object) => {
    const bench = bareBench();
    const request = { baseUrl: centre.url, code: 'code-1', publicKey: key.publicKey, hardware };
    return bench.appliance.enrol({ ...request, ...change });
  };

  it('takes an unknown code as a refusal, and a silent centre as unreachable', async () => {
    expect(await ask({ code: 'wrong' })).toMatchObject({ outcome: 'refused', code: 'code_unknown' });
    expect(await ask({ baseUrl: 'http://127.0.0.1:1' })).toMatchObject({ outcome: 'unreachable' });
    expect(await ask({ baseUrl: 'http://10.0.0.1' })).toMatchObject({
      outcome: 'unreachable',
      detail: expect.stringContaining('address_not_https'),
    });
    await fault({ mode: 'portal_html' });
    expect(await ask({})).toMatchObject({ outcome: 'unreachable', detail: expect.stringContaining('login page') });
  });
});

describe('every fault of the menu', () => {
  it.each([
    ['down', 'offline'],
    ['hang', 'offline'],
    ['portal_html', 'not_the_centre'],
    ['lost_ack', 'offline'],
    ['wrong_receipt', 'not_the_centre'],
    ['status_500', 'offline'],
    ['status_429', 'offline'],
  ])('%s delivers nothing, is named, and afterwards everything is delivered once', async (mode, state) => {
    const connection = await enrolled();
    await fault({ mode });
    if (mode === 'hang') timeLimitMs = IMPATIENT_MS;
    const records = someRecords(60);
    const outbox = new MemoryOutbox(clock, records);
    const bench = newBench(outbox, connection);
    await eventually(() => expect(bench.links.at(-1)).toMatchObject({ state, lastReceiptAt: null }));
    await eventually(() => expect(outbox.leases).toBeGreaterThanOrEqual(ATTEMPTS));
    expect(outbox.in('delivered')).toEqual([]);
    await fault({ mode: 'none' });
    await eventually(() => expect(outbox.isDelivered).toBe(true));
    expect([...outbox.rows.values()].every((row) => row.deliveries === 1)).toBe(true);
    await centreHolds(records);
    await eventually(() => expect(bench.links.at(-1)).toMatchObject({ state: 'online', detail: null }));
  });

  it('drop_half: what the answer does not name is sent again', async () => {
    const connection = await enrolled();
    await fault({ mode: 'drop_half' });
    const records = someRecords(60);
    const outbox = new MemoryOutbox(clock, records);
    newBench(outbox, connection);
    await eventually(() => expect(outbox.isDelivered).toBe(true));
    await centreHolds(records);
  });

  it('refuse_levels: the refused stay, with the code, and hold nobody up', async () => {
    const connection = await enrolled();
    await fault({ mode: 'refuse_levels', levels: [1, 2] });
    const outbox = new MemoryOutbox(clock, someRecords(50));
    newBench(outbox, connection);
    await eventually(() => expect(outbox.in('pending').length + outbox.in('leased').length).toBe(0));
    const refused = outbox.in('refused');
    expect(refused.map((row) => row.code)).toEqual(Array(10).fill('level_refused'));
    expect(outbox.in('delivered')).toHaveLength(40);
  });
});

it('delivers from a device whose clock stands in 1970', async () => {
  const connection = await enrolled();
  wallStepMs = -systemClock.wallMs();
  const records = someRecords(10);
  const outbox = new MemoryOutbox(clock, records);
  const bench = newBench(outbox, connection);
  await eventually(() => expect(outbox.isDelivered).toBe(true));
  await centreHolds(records);
  expect(bench.links.at(-1)?.clockOffsetMs).toBeGreaterThan(1e12);
});

it('hears of a rating by phone through the long poll, and of no level', async () => {
  const connection = await enrolled();
  const bench = newBench(new MemoryOutbox(clock, []), connection);
  const visitId = uuidV7();
  bench.appliance.visitInvited(visitId);
  const x = Math.floor(systemClock.wallMs() / 1000) + 3600;
  const token = { v: 1, d: connection.deviceId, w: '3', i: visitId, c: 'CASE-1', n: 1, x };
  await post('/inspect/phone', { token: await signJws(token, { key: key.privateKey }), level: 2 });
  await eventually(() => expect(bench.rated).toEqual([{ visitId, ratedAt: expect.any(String) }]));
  bench.appliance.visitClosed(visitId);
});

it('offers the configuration, and beats', async () => {
  const connection = await enrolled();
  const bench = newBench(new MemoryOutbox(clock, []), connection);
  await eventually(() => expect(bench.offers).toHaveLength(1));
  expect(bench.offers[0]?.etag).not.toBe('');
  bench.tick();
  await eventually(() => expect(bench.links.at(-1)).toMatchObject({ state: 'online' }));
});

it('stops when the centre revokes the device', async () => {
  const connection = await enrolled();
  centre.revoke(connection.deviceId);
  const outbox = new MemoryOutbox(clock, someRecords(4));
  const bench = newBench(outbox, connection);
  await eventually(() => expect(bench.links.at(-1)).toMatchObject({ state: 'refused' }));
  await eventually(() => expect(outbox.in('pending')).toHaveLength(4));
});

it('ends every record delivered exactly once, however often the port is cut', async () => {
  const connection = await enrolled();
  const all: OutboxRecord[] = [];
  const cuts = fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(cuts, fc.integer({ min: 1, max: 40 }), async (messages, count) => {
      const records = someRecords(count);
      const outbox = new MemoryOutbox(clock, records);
      for (const limit of messages) {
        const { bench, isCut } = cutAfter(outbox, connection, limit);
        // Once all is delivered nobody has anything to say: the kill then comes in the silence.
        await eventually(() => expect(isCut() || outbox.isDelivered).toBe(true));
        bench.port.cut();
        await bench.appliance.closed;
        expect(outbox.in('leased')).toEqual([]);
        await bench.agent.closed;
      }
      const last = newBench(outbox, connection);
      await eventually(() => expect(outbox.isDelivered).toBe(true));
      await last.agent.stop();
      expect([...outbox.rows.values()].every((row) => row.deliveries === 1)).toBe(true);
      all.push(...records);
    }),
    { numRuns: 40, endOnFailure: true },
  );
  const reply = await fetch(`${centre.url}/inspect/records`);
  const held = inspectRecordsSchema.parse(await reply.json());
  expect(new Set(held.map((one) => one.id))).toEqual(new Set(all.map((one) => one.id)));
  expect(held).toHaveLength(all.length);
  const ratings = inspectRatingsSchema.parse(await (await fetch(`${centre.url}/inspect/ratings`)).json());
  expect(ratings).toHaveLength(all.filter((record) => record.json.includes('"kind":"rating"')).length);
});

/** A bench whose port dies with the given message, in whichever direction it goes. */
function cutAfter(outbox: MemoryOutbox, connection: DeviceConnection, messages: number) {
  const ports = portPair();
  let left = messages;
  for (const port of ports) {
    const post = port.post.bind(port);
    port.post = (message) => {
      if (left > 0) post(message);
      left--;
      if (left <= 0) port.cut();
    };
  }
  const { family, trustClock } = newFamily();
  const bench = startBench({ clock, outbox, family, trustClock, random: Math.random, connection, ports });
  return { bench, isCut: () => left <= 0 };
}
