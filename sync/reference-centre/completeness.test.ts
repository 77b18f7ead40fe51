import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GENESIS_HASH } from '../../device/ledger/chain.ts';
import { manifestReplySchema } from '../protocol/messages.ts';
import type { ReferenceCentre } from './centre.ts';
import { type ManualClock, startCentre, TestDevice } from './fixture.ts';

let centre: ReferenceCentre;
let clock: ManualClock;
let device: TestDevice;
beforeEach(async () => {
  ({ centre, clock } = await startCentre());
  device = await new TestDevice(centre.url, clock).enrol();
});
afterEach(() => centre.close());

describe('manifests (§6)', () => {
  it('name what is missing, and match the head once all is there', async () => {
    const records = Array.from({ length: 6 }, () => device.rating(uuidv7()));
    const manifest = { fromSeq: 1, toSeq: 6, head: device.head, count: 6 };
    const ask = async (change = {}) =>
      manifestReplySchema.parse(await (await device.post('/manifests', { ...manifest, ...change })).json());
    await device.deliver([records[0], records[3]]);
    expect(await ask()).toEqual({
      missing: [
        [2, 3],
        [5, 6],
      ],
      headMatches: false,
    });
    await device.deliver(records);
    expect(await ask()).toEqual({ missing: [], headMatches: true });
    expect(await ask({ head: GENESIS_HASH })).toEqual({ missing: [], headMatches: false });
  });

  it.each([{ fromSeq: 0 }, { toSeq: 0 }, { head: 'x' }, { count: '1' }])('refuse %j', async (change) => {
    const reply = await device.post('/manifests', { fromSeq: 1, toSeq: 1, head: GENESIS_HASH, count: 1, ...change });
    expect([reply.status, await reply.json()]).toMatchObject([400, { code: 'malformed' }]);
  });
});

describe('heartbeats (§6)', () => {
  const clockBlock = { quality: 'synced', offsetMs: 0, bootId: uuidv7(), monotonicMs: 5 };
  const beat = { seq: 0, head: GENESIS_HASH, pending: 0, oldestPendingAt: null, nextDeadlineAt: null, atRisk: 0 };
  const whole = { ...beat, clock: clockBlock, health: { disk: 'ok' }, version: '0.1.0' };

  it('are kept, the last one per device', async () => {
    expect((await device.post('/heartbeats', whole)).status).toBe(200);
    const devices = (await (await fetch(`${centre.url}/inspect/devices`)).json()) as object[];
    expect(devices).toEqual([expect.objectContaining({ deviceId: device.deviceId, heartbeat: whole, revoked: false })]);
  });

  it.each([{ seq: -1 }, { pending: null }, { clock: {} }, { extra: 1 }])('refuse %j', async (change) => {
    expect((await device.post('/heartbeats', { ...whole, ...change })).status).toBe(400);
  });
});
