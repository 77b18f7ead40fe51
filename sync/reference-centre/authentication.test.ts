import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatTime } from '../../device/time.ts';
import { verifyJws } from '../protocol/jws.ts';
import { configurationReplySchema, staleSignatureSchema } from '../protocol/messages.ts';
import type { ReferenceCentre } from './centre.ts';
import { configurationOf, type ManualClock, startCentre, TestDevice } from './fixture.ts';

let centre: ReferenceCentre;
let clock: ManualClock;
let device: TestDevice;
let dataDir: string;
let version = 1;
beforeEach(async () => {
  version = 1;
  ({ centre, clock, dataDir } = await startCentre({ configuration: (id) => ({ ...configurationOf(id), version }) }));
  device = await new TestDevice(centre.url, clock).enrol();
});
afterEach(() => centre.close());
const nowS = () => Math.floor(clock.wallMs() / 1000);
const answer = async (reply: Response) => [reply.status, ((await reply.json()) as { code?: string }).code];

describe('signatures (§1)', () => {
  it.each([-299, 0, 300])('takes a request signed %i s from its clock', async (offsetS) => {
    expect((await device.own('/configuration', { created: nowS() + offsetS })).status).toBe(200);
  });

  it.each([-302, 302])('refuses one signed %i s from it, and tells its time', async (offsetS) => {
    const reply = await device.own('/configuration', { created: nowS() + offsetS });
    expect(reply.status).toBe(401);
    expect(staleSignatureSchema.parse(await reply.json()).serverTime).toBe(formatTime(clock.wallMs()));
  });

  it('refuses a nonce seen before, for as long as its signature could be fresh', async () => {
    const early = { created: nowS() + 300, nonce: 'n1' };
    expect((await device.own('/configuration', early)).status).toBe(200);
    expect(await answer(await device.own('/configuration', early))).toEqual([401, 'stale_signature']);
    clock.advance(599_000);
    expect(await answer(await device.own('/configuration', early))).toEqual([401, 'stale_signature']);
  });

  it('keeps the nonces of two devices apart', async () => {
    const other = await new TestDevice(centre.url, clock).enrol('code-2');
    await device.own('/configuration', { nonce: 'n1' });
    expect((await other.own('/configuration', { nonce: 'n1' })).status).toBe(200);
  });

  it('knows no stranger, no foreign path, no other key, and none that was revoked', async () => {
    const other = await new TestDevice(centre.url, clock).enrol('code-2');
    const path = `/v1/devices/${device.deviceId}/configuration`;
    const stranger = '01931fd4-7a3b-7c42-8d7e-0123456789ab';
    expect(await answer(await device.send(path, { keyId: stranger }))).toEqual([401, 'unknown_device']);
    expect(await answer(await other.send(path))).toEqual([401, 'unknown_device']);
    expect(await answer(await other.send(path, { keyId: device.deviceId }))).toEqual([401, 'unknown_device']);
    centre.revoke(device.deviceId);
    expect(await answer(await device.send(path))).toEqual([401, 'revoked']);
  });

  it.each([
    ['no signature', { signature: '' }],
    ['a garbled one', { 'signature-input': 'sig1=(' }],
    ['another label', { 'signature-input': 'sig2=()', signature: 'sig2=:AA==:' }],
    ['a wrong digest', { 'content-digest': 'sha-256=:AAAA:' }],
  ])('calls a request with %s malformed, and stores nothing', async (_name, headers) => {
    const body = Buffer.from(JSON.stringify(device.batch([device.rating(device.deviceId)])));
    expect(await answer(await device.own('/records', { body, headers }))).toEqual([400, 'malformed']);
    expect(await (await fetch(`${centre.url}/inspect/records`)).json()).toEqual([]);
  });

  it('answers 500 in JSON, without its reasons, when it fails itself', async () => {
    await centre.close();
    const broken = () => {
      throw new Error('database is on fire');
    };
    ({ centre } = await startCentre({ dataDir, clock, configuration: broken }));
    device.url = centre.url;
    const reply = await device.own('/configuration');
    expect(reply.headers.get('content-type')).toContain('application/json');
    const text = await reply.text();
    expect([reply.status, JSON.parse(text)]).toMatchObject([500, { code: 'internal' }]);
    expect(text).not.toContain('fire');
  });

  it('answers a path that is none with JSON', async () => {
    expect(await answer(await fetch(`${centre.url}/v1/nothing`))).toEqual([404, 'not_found']);
  });
});

describe('configuration (§3)', () => {
  it('comes signed, with a tag that holds until the payload changes', async () => {
    const first = await device.own('/configuration');
    const etag = first.headers.get('etag') ?? '';
    const { configuration } = configurationReplySchema.parse(await first.json());
    expect(await verifyJws(configuration, centre.keys, z.unknown())).toMatchObject({ version: 1 });
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      expect((await device.own('/configuration', { headers: { 'if-none-match': tag } })).status).toBe(304);
    }
    version = 2;
    const next = await device.own('/configuration', { headers: { 'if-none-match': etag } });
    expect(next.status).toBe(200);
    expect(next.headers.get('etag')).not.toBe(etag);
  });
});
