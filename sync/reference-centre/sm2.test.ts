import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { identityKey, verifySignature } from '../../device/identity/suite/suite.ts';
import { signRequest } from '../protocol/http-signature.ts';
import { enrolledReplySchema } from '../protocol/messages.ts';
import type { ReferenceCentre } from './centre.ts';
import { type ManualClock, postJson, startCentre } from './fixture.ts';

let centre: ReferenceCentre;
afterEach(() => centre.close());

const key = identityKey('sm2-sm3', randomBytes(32));
const hardware = { model: 'test', serial: '1', software: '0.1.0' };
const enrolment = { code: 'code-1', publicKey: key.publicJwk, hardware };

async function enrolled(clock: ManualClock) {
  const reply = await postJson(`${centre.url}/v1/enrolments`, enrolment);
  const { deviceId } = enrolledReplySchema.parse(await reply.json());
  const url = `${centre.url}/v1/devices/${deviceId}/configuration`;
  return async (alg: 'ed25519' | 'sm2-sm3', sign: (base: Uint8Array) => Buffer, signedUrl = url) => {
    const created = Math.floor(clock.wallMs() / 1000);
    const nonce = randomBytes(8).toString('hex');
    const signed = await signRequest({
      method: 'GET',
      url: signedUrl,
      body: null,
      keyId: deviceId,
      alg,
      created,
      nonce,
      sign,
    });
    const response = await fetch(url, { headers: signed });
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
}

it('takes requests that an SM2 device signed, and no others in its name', async () => {
  const started = await startCentre({ verifySm2: verifySignature });
  centre = started.centre;
  const ask = await enrolled(started.clock);
  const stranger = identityKey('sm2-sm3', randomBytes(32));
  const ed25519 = identityKey('ed25519', randomBytes(32));
  expect(await ask('sm2-sm3', key.sign)).toEqual([200, undefined]);
  expect(await ask('sm2-sm3', stranger.sign)).toEqual([401, 'unknown_device']);
  expect(await ask('ed25519', ed25519.sign)).toEqual([401, 'unknown_device']);
  expect(await ask('ed25519', key.sign)).toEqual([401, 'unknown_device']);
  expect(await ask('sm2-sm3', key.sign, `${centre.url}/elsewhere`)).toEqual([401, 'unknown_device']);
});

it('refuses an SM2 key where it was handed no way to check one', async () => {
  ({ centre } = await startCentre());
  const reply = await postJson(`${centre.url}/v1/enrolments`, enrolment);
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ code: 'malformed' });
});
