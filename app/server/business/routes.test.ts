import { describe, expect, it } from 'vitest';
import { auth, CLIENTS, hallBench, json, KEY, UNKNOWN, VISIT } from '../testing/hall-bench.ts';

const bench = hallBench();
const { get, post, open, visits } = bench;

describe('the business API', () => {
  it('opens a visit with the defaults that are documented, and invites at once when asked', async () => {
    const first = await post('/v1/visits', VISIT);
    expect(first.status).toBe(201);
    expect(await first.json()).toEqual({ visitId: expect.stringMatching(/^0/), state: 'open' });
    expect(bench.device.appliance.citizenView().screen).toBe('serving');
    await open({ caseNo: 'C-2', serviceNo: 3, invite: true, servedAt: '2026-11-22T09:59:00+08:00' });
    expect(bench.device.appliance.citizenView().screen).toBe('inviting');
    expect(bench.device.records().filter(({ kind }) => kind === 'visit')).toMatchObject([
      { body: { serviceNo: 1, trigger: 'business', servedAt: '2026-11-22T10:00:00.000+08:00' } },
      { body: { serviceNo: 3, servedAt: '2026-11-22T09:59:00.000+08:00' } },
    ]);
  });

  it.each([
    ['no caseNo', { caseNo: undefined }, 'body.caseNo'],
    ['a space in it', { caseNo: 'C 1' }, 'body.caseNo'],
    ['Chinese in it', { caseNo: '办件一' }, 'body.caseNo'],
    ['65 characters', { caseNo: 'x'.repeat(65) }, 'body.caseNo'],
    ['service 0', { serviceNo: 0 }, 'body.serviceNo'],
    ['half a service', { serviceNo: 1.5 }, 'body.serviceNo'],
    ['a number as item', { itemCode: 5 }, 'body.itemCode'],
    ['no item name', { itemName: '' }, 'body.itemName'],
    ['half a character', { itemName: '\ud83d' }, 'body.itemName'],
    ['a time without offset', { servedAt: '2026-11-22T10:00:00' }, 'body.servedAt'],
    ['a date', { servedAt: '2026-11-22' }, 'body.servedAt'],
    ['invite as text', { invite: 'yes' }, 'body.invite'],
    ['a grade', { level: 5 }, 'body'],
    ['a name of a person', { citizenName: '甲' }, 'body'],
  ])('refuses %s, names the field and keeps nothing', async (_name, change, field) => {
    const answer = await post('/v1/visits', { ...VISIT, ...change });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await answer.json()) as { code: string; faults: { field: string; fault: string }[] };
    expect(problem.code).toBe('invalid');
    expect(problem.faults.some((fault) => fault.field.startsWith(field) && fault.fault !== '')).toBe(true);
    expect(visits()).toBe(0);
  });

  it.each([
    ['text that is no JSON', '{"caseNo":', json, 400],
    ['another media type', 'caseNo=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['more than 1 MiB', JSON.stringify({ ...VISIT, itemName: 'x'.repeat(1_100_000) }), json, 413],
    ['an empty body', '', json, 400],
  ])('refuses %s', async (_name, body, headers, status) => {
    const answer = await fetch(new URL('/v1/visits', bench.urls.api), {
      method: 'POST',
      headers: { ...headers, ...auth },
      body,
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(visits()).toBe(0);
  });

  it.each([
    ['none', {}],
    ['another key', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: `Basic ${KEY}` }],
    ['the key alone', { authorization: KEY }],
    ['two keys', { authorization: `Bearer ${KEY} ${KEY}` }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['the hash of the key', { authorization: `Bearer ${CLIENTS[0]?.keySha256}` }],
  ])('lets nobody in with %s', async (_name, headers: Record<string, string>) => {
    for (const path of [`/v1/visits/${UNKNOWN}`, '/v1/events']) {
      const answer = await get(path, headers);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'unauthorized' });
    }
    const answer = await fetch(new URL('/v1/visits', bench.urls.api), {
      method: 'POST',
      headers: { ...json, ...headers },
      body: JSON.stringify(VISIT),
    });
    expect(answer.status).toBe(401);
    expect(visits()).toBe(0);
  });

  it('honours Idempotency-Key', async () => {
    const first = await (await post('/v1/visits', VISIT, { 'idempotency-key': 'k-1' })).json();
    expect(await (await post('/v1/visits', VISIT, { 'idempotency-key': 'k-1' })).json()).toEqual(first);
    const other = await post('/v1/visits', { ...VISIT, caseNo: 'C-2' }, { 'idempotency-key': 'k-1' });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: 'idempotency_conflict' });
    expect((await post('/v1/visits', VISIT, { 'idempotency-key': 'x'.repeat(129) })).status).toBe(400);
    expect((await post('/v1/visits', VISIT)).status).toBe(409);
    expect(visits()).toBe(1);
  });

  it('tells open from closed and nothing else', async () => {
    const visitId = await open();
    expect(await (await get(`/v1/visits/${visitId}`)).json()).toEqual({ visitId, state: 'open' });
    const skipped = await post(`/v1/visits/${visitId}/skip`, { reason: 'citizen_left' });
    expect(await skipped.json()).toEqual({ visitId, state: 'closed' });
    expect((await post(`/v1/visits/${visitId}/invitation`, {})).status).toBe(409);
    expect((await get(`/v1/visits/${UNKNOWN}`)).status).toBe(404);
    expect((await get('/v1/visits/not-an-id')).status).toBe(400);
  });

  it('opens the rating screen by invitation; skipping is too late then', async () => {
    const visitId = await open();
    expect((await post(`/v1/visits/${visitId}/invitation`, {})).status).toBe(200);
    expect(bench.device.appliance.citizenView().screen).toBe('inviting');
    expect((await post(`/v1/visits/${visitId}/invitation`, {})).status).toBe(200);
    const late = await post(`/v1/visits/${visitId}/skip`, { reason: 'citizen_left' });
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({ code: 'citizen_is_rating' });
  });

  it('pauses and resumes the window', async () => {
    expect(await (await post('/v1/window/pause', { reason: 'break', limitMinutes: 10 })).json()).toEqual({
      state: 'paused',
    });
    expect((await post('/v1/window/pause', { reason: 'break' })).status).toBe(409);
    expect(bench.device.appliance.citizenView()).toMatchObject({ screen: 'paused', resumesInMs: 600_000 });
    expect(await (await post('/v1/window/resume', {})).json()).toEqual({ state: 'idle' });
    expect((await post('/v1/window/resume', {})).status).toBe(409);
    expect((await post('/v1/window/pause', { reason: 'tired' })).status).toBe(400);
  });

  it('describes itself in OpenAPI 3.1 without any word for a grade', async () => {
    const text = await (await get('/openapi.json', {})).text();
    const document = JSON.parse(text) as { openapi: string; paths: Record<string, object> };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths).sort()).toEqual([
      '/v1/events',
      '/v1/reminders',
      '/v1/reminders/{id}/done',
      '/v1/visits',
      '/v1/visits/{id}',
      '/v1/visits/{id}/closure',
      '/v1/visits/{id}/invitation',
      '/v1/visits/{id}/skip',
      '/v1/window/pause',
      '/v1/window/resume',
    ]);
    expect(text).not.toMatch(/"level"|satisf|满意/);
  });

  it('sends the window as the staff see it, as it changes', async () => {
    const stream = await get('/v1/events');
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    const text = async () => new TextDecoder().decode((await reader.read()).value);
    const next = async () => JSON.parse(/data: (.*)/.exec(await text())?.[1] ?? 'null') as unknown;
    expect(await next()).toEqual({ state: 'idle', visit: null, waiting: 0 });
    const visitId = await open({ invite: true });
    expect(await next()).toEqual({ state: 'inviting', visit: { visitId, caseNo: 'C-1', serviceNo: 1 }, waiting: 0 });
    await reader.cancel();
  });

  it('answers HEAD for the stream and does not keep it: it would never end', async () => {
    const url = new URL('/v1/events', bench.urls.api);
    const answer = await fetch(url, { method: 'HEAD', headers: { authorization: `Bearer ${KEY}` } });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  });
});
