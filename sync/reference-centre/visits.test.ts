import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatTime } from '../../device/time.ts';
import { type SignRequestOptions, signRequest } from '../protocol/http-signature.ts';
import { signJws } from '../protocol/jws.ts';
import { inspectRatingsSchema, type PhoneToken, phoneRatingReplySchema } from '../protocol/messages.ts';
import type { ReferenceCentre } from './centre.ts';
import { type ManualClock, newJwk, postJson, START_MS, startCentre, TestDevice } from './fixture.ts';

let centre: ReferenceCentre;
let clock: ManualClock;
let device: TestDevice;
beforeEach(async () => {
  ({ centre, clock } = await startCentre());
  device = await new TestDevice(centre.url, clock).enrol();
});
afterEach(() => centre.close());
const state = async (visitId: string, query = '') => (await device.own(`/visits/${visitId}${query}`)).json();
const byPhone = (token: string, change = {}) => postJson(`${centre.url}/inspect/phone`, { token, level: 3, ...change });
const answer = async (reply: Response) => [reply.status, ((await reply.json()) as { code?: string }).code];
const list = async (path: string) =>
  inspectRatingsSchema.parse(await (await fetch(`${centre.url}/inspect/${path}`)).json());

/** As many long polls wait; how soon says nothing. */
const waiters = (count: number) => vi.waitFor(() => expect(clock.pending()).toBe(count), 60_000);

describe('state of a visit (§5)', () => {
  it('is unknown, open, rated; never with a level', async () => {
    const visitId = uuidv7();
    expect(await state(visitId)).toEqual({ state: 'unknown' });
    await device.deliver([device.visit(visitId)]);
    expect(await state(visitId)).toEqual({ state: 'open' });
    await device.deliver([device.rating(visitId, { channel: 'keypad' })]);
    expect(await state(visitId)).toEqual({ state: 'rated', channel: 'keypad', ratedAt: formatTime(START_MS) });
  });

  it('reads the same for all five levels', async () => {
    const states = new Set<string>();
    for (const level of [1, 2, 3, 4, 5] as const) {
      const visitId = uuidv7();
      await byPhone(await device.token(visitId), { level, comment: 'x'.repeat(level) });
      states.add(JSON.stringify(await state(visitId)));
    }
    expect(states.size).toBe(1);
  });

  it('is answered at once when the phone rates while the device waits', async () => {
    const visitId = uuidv7();
    const waiting = state(visitId, '?wait=25');
    await waiters(1);
    await byPhone(await device.token(visitId));
    expect(await waiting).toEqual({ state: 'rated', channel: 'phone', ratedAt: formatTime(START_MS) });
    expect(clock.pending()).toBe(0);
  });

  it('is answered as it stands when the wait is over', async () => {
    const waiting = state(uuidv7(), '?wait=25');
    await waiters(1);
    clock.advance(25_000);
    expect(await waiting).toEqual({ state: 'unknown' });
  });

  it('is answered when the centre stops', async () => {
    const waiting = state(uuidv7(), '?wait=25');
    await waiters(1);
    await centre.close();
    expect(await waiting).toEqual({ state: 'unknown' });
    ({ centre } = await startCentre());
  });

  it('forgets a device that hung up', async () => {
    const path = `/v1/devices/${device.deviceId}/visits/${uuidv7()}?wait=25`;
    const created = Math.floor(clock.wallMs() / 1000);
    const sign = (base: Uint8Array) => device.sign(base);
    const url = `${centre.url}${path}`;
    const request: SignRequestOptions = {
      method: 'GET',
      url,
      body: null,
      keyId: device.deviceId,
      alg: 'ed25519',
      created,
      nonce: 'n',
      sign,
    };
    const hangUp = new AbortController();
    const reply = fetch(url, { headers: await signRequest(request), signal: hangUp.signal });
    await waiters(1);
    hangUp.abort();
    await expect(reply).rejects.toThrow();
    await waiters(0);
  });

  it.each(['?wait=-1', '?wait=61', '?wait=soon', '?wait=1.5', '?wait=1&wait=2'])('refuses %s', async (query) => {
    expect(await state(uuidv7(), query)).toMatchObject({ code: 'malformed' });
  });

  it('refuses a visit that is no id', async () => {
    expect(await state('17')).toMatchObject({ code: 'malformed' });
  });
});

describe('phone rating (§5)', () => {
  it('opens a visit from the token alone and stands', async () => {
    const visitId = uuidv7();
    const reply = await byPhone(await device.token(visitId), { tags: ['310'], comment: '窗口清楚' });
    expect(reply.status).toBe(200);
    expect(phoneRatingReplySchema.parse(await reply.json()).visitId).toBe(visitId);
    const time = formatTime(START_MS);
    const given = { level: 3, channel: 'phone', tags: ['310'], comment: '窗口清楚', revision: 1 };
    expect(await list('ratings')).toEqual([
      { visitId, caseNo: 'C1', serviceNo: 1, ...given, ratedAt: time, receivedAt: time },
    ]);
  });

  it('is taken once per visit', async () => {
    const token = await device.token(uuidv7());
    await byPhone(token);
    expect(await answer(await byPhone(token, { level: 5 }))).toEqual([409, 'already_rated']);
    expect((await list('ratings')).map(({ level }) => level)).toEqual([3]);
  });

  it('loses to an earlier tap that arrives later, and is kept as superseded', async () => {
    const visitId = uuidv7();
    const tap = device.rating(visitId, { level: 1 });
    clock.advance(1000);
    await byPhone(await device.token(visitId));
    expect((await list('ratings')).map(({ channel }) => channel)).toEqual(['phone']);
    await device.deliver([tap]);
    expect((await list('ratings')).map(({ channel, level }) => [channel, level])).toEqual([['touch', 1]]);
    expect((await list('superseded')).map(({ channel }) => channel)).toEqual(['phone']);
    expect(await state(visitId)).toMatchObject({ channel: 'touch' });
  });

  it('ends with its token, to the millisecond', async () => {
    const x = Math.floor(START_MS / 1000) + 1;
    const [inTime, late] = [await device.token(uuidv7(), { x }), await device.token(uuidv7(), { x })];
    clock.advance(x * 1000 - START_MS - 1);
    expect((await byPhone(inTime)).status).toBe(200);
    clock.advance(1);
    expect(await answer(await byPhone(late))).toEqual([410, 'token_expired']);
  });

  it('refuses a token over 400 bytes, rightly signed or not', async () => {
    const token = await device.token(uuidv7(), { c: 'C'.repeat(64), w: 'W'.repeat(32), n: 9999 });
    expect(Buffer.byteLength(token)).toBeGreaterThan(400);
    expect(await answer(await byPhone(token))).toEqual([400, 'token_invalid']);
  });

  it('holds at most 24 h after a service that is known', async () => {
    const [day, longer] = [uuidv7(), uuidv7()];
    await device.deliver([device.visit(day), device.visit(longer)]);
    const end = Math.floor(START_MS / 1000) + 86_400;
    expect((await byPhone(await device.token(day, { x: end }))).status).toBe(200);
    expect(await answer(await byPhone(await device.token(longer, { x: end + 2 })))).toEqual([400, 'token_invalid']);
  });

  const x = Math.floor(START_MS / 1000) + 60;
  const signedByOther = (change: Partial<PhoneToken>) =>
    signJws({ v: 1, d: device.deviceId, w: '3', i: uuidv7(), c: 'C1', n: 1, x, ...change }, { key: newJwk() });
  it.each([
    ['of another key', () => signedByOther({})],
    ['of a stranger', () => signedByOther({ d: uuidv7() })],
    ['of another version', () => device.token(uuidv7(), { v: 2 } as never)],
    ['with more in it', () => device.token(uuidv7(), { name: '张三' } as never)],
    ['that is none', async () => 'hello'],
    ['cut short', async () => (await device.token(uuidv7())).slice(0, -3)],
  ])('refuses a token %s', async (_name, make) => {
    expect(await answer(await byPhone(await make()))).toEqual([400, 'token_invalid']);
    expect(await list('ratings')).toEqual([]);
  });

  it('has room for the longest case number within 400 bytes', async () => {
    const token = await device.token(uuidv7(), { c: 'C'.repeat(64), w: '1'.repeat(8), n: 9999 });
    expect(Buffer.byteLength(token)).toBeLessThanOrEqual(400);
    expect((await byPhone(token)).status).toBe(200);
  });

  it.each([{ level: 0 }, { level: 6 }, { level: '5' }, { tags: 'x' }, { comment: 'x'.repeat(501) }, { token: '' }])(
    'refuses %j',
    async (change) => {
      expect(await answer(await byPhone(await device.token(uuidv7()), change))).toEqual([400, 'malformed']);
    },
  );
});
