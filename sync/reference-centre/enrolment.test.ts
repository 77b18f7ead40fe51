import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verifyJws } from '../protocol/jws.ts';
import { enrolledReplySchema } from '../protocol/messages.ts';
import type { ReferenceCentre } from './centre.ts';
import { configurationOf, type ManualClock, postJson, startCentre, TestDevice } from './fixture.ts';

let centre: ReferenceCentre;
let clock: ManualClock;
const start = async (options = {}) => {
  await centre?.close();
  ({ centre, clock } = await startCentre(options));
};
beforeEach(() => start());
afterEach(() => centre.close());
const ask = (device: TestDevice, code = 'code-1') => postJson(`${centre.url}/v1/enrolments`, device.enrolment(code));

describe('enrolment (§2)', () => {
  it('gives id, public keys and a configuration that those keys verify', async () => {
    const reply = await ask(new TestDevice(centre.url, clock));
    expect(reply.status).toBe(201);
    const { deviceId, centreKeys, configuration } = enrolledReplySchema.parse(await reply.json());
    expect(centreKeys.keys.map(({ use, crv }) => [use, crv])).toEqual([
      ['sig', 'Ed25519'],
      ['enc', 'X25519'],
    ]);
    expect(JSON.stringify(centreKeys)).not.toContain('"d"');
    expect(await verifyJws(configuration, centreKeys, z.unknown())).toEqual(configurationOf(deviceId));
  });

  it('answers the same device the same way again: the first reply may have been lost', async () => {
    const device = new TestDevice(centre.url, clock);
    expect(await (await ask(device)).json()).toEqual(await (await ask(device)).json());
  });

  it('waits for a person where approval is required, and keeps the code for who asked first', async () => {
    await start({ requireApproval: true });
    const device = new TestDevice(centre.url, clock);
    const waiting = await ask(device);
    expect([waiting.status, await waiting.json()]).toEqual([202, { retryAfterS: 5 }]);
    expect((await ask(new TestDevice(centre.url, clock))).status).toBe(403);
    expect(centre.approve('code-1')).toBe(true);
    expect(centre.approve('nonsense')).toBe(false);
    expect((await ask(device)).status).toBe(201);
  });

  it('refuses codes that are unknown, used by another device, or expired', async () => {
    await start({ codeValidForS: 60 });
    const codeOf = async (code: string) => (await ask(new TestDevice(centre.url, clock), code)).json();
    expect(await codeOf('nonsense')).toMatchObject({ code: 'code_unknown' });
    await ask(new TestDevice(centre.url, clock));
    expect(await codeOf('code-1')).toMatchObject({ code: 'code_used' });
    clock.advance(60_000);
    expect(await codeOf('code-2')).toMatchObject({ code: 'code_expired' });
  });

  const x = randomBytes(32).toString('base64url');
  const good = { code: 'code-1', publicKey: { kty: 'OKP', crv: 'Ed25519', x }, hardware: {} };
  const hardware = { model: 'm', serial: 's', software: 'v' };
  it.each([
    ['no JSON', '{', 'body'],
    ['a list', '[]', '(whole)'],
    ['no hardware', JSON.stringify({ ...good, hardware: undefined }), 'hardware'],
    ['no serial', JSON.stringify(good), 'hardware'],
    ['a private key', JSON.stringify({ ...good, hardware, publicKey: { ...good.publicKey, d: x } }), 'publicKey'],
    ['an SM2 key', JSON.stringify({ ...good, hardware, publicKey: { kty: 'EC', crv: 'SM2', x, y: x } }), 'publicKey'],
  ])('names the field at fault of %s', async (_name, body, field) => {
    const reply = await fetch(`${centre.url}/v1/enrolments`, { method: 'POST', body });
    const problem = (await reply.json()) as { code: string; message: string };
    expect([reply.status, problem.code]).toEqual([400, 'malformed']);
    expect(problem.message).toContain(field);
  });
});

describe('a new key for a known device', () => {
  const asDevice = async (device: TestDevice, deviceId: string) => {
    device.deviceId = deviceId;
    return (await device.send(`/v1/devices/${deviceId}/configuration`)).status;
  };

  it('comes by a code of the operator under the old id, also after a revocation, and the old key is nobody’s then', async () => {
    const old = await new TestDevice(centre.url, clock).enrol();
    const fresh = new TestDevice(centre.url, clock);
    centre.offerRenewal('renewal', old.deviceId);
    centre.revoke(old.deviceId);
    expect(await asDevice(old, old.deviceId)).toBe(401);
    for (let i = 0; i < 2; i++) {
      expect(await (await ask(fresh, 'renewal')).json()).toMatchObject({ deviceId: old.deviceId });
    }
    expect(await asDevice(fresh, old.deviceId)).toBe(200);
    expect(await asDevice(old, old.deviceId)).toBe(401);
    expect(await (await ask(new TestDevice(centre.url, clock), 'renewal')).json()).toMatchObject({ code: 'code_used' });
    expect(await (await fetch(`${centre.url}/inspect/devices`)).json()).toHaveLength(1);
  });

  it.each([
    ['a day', 0, false, 200],
    ['longer than that', 25 * 3_600_000, false, 400],
    ['no time where the device was revoked', 0, true, 400],
  ])('leaves the codes that the old key signed good for %s', async (_time, laterMs, isRevoked, status) => {
    const old = await new TestDevice(centre.url, clock).enrol();
    centre.offerRenewal('renewal', old.deviceId);
    if (isRevoked) centre.revoke(old.deviceId);
    await ask(new TestDevice(centre.url, clock), 'renewal');
    clock.advance(laterMs);
    const x = Math.floor(clock.wallMs() / 1000) + 3600;
    const token = await old.token('019aa000-0000-7000-8000-000000000009', { x });
    expect((await postJson(`${centre.url}/inspect/phone`, { token, level: 4 })).status).toBe(status);
  });
});
