import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { accessCode, hourOf } from '../../device/identity/access-code.ts';
import { codeKeyOf } from '../../device/maintenance-door.ts';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { AgentLink } from '../processes/agent-link.ts';
import { applianceApi } from '../processes/appliance-api.ts';
import { createLog } from '../processes/log.ts';
import { firstAddress } from './local/local-gate.ts';
import { type Servers, startServers } from './servers.ts';

const KEY = 'a-key-of-the-hall';
const CLIENTS = [{ id: 'hall', name: '大厅', keySha256: createHash('sha256').update(KEY).digest('hex') }];
const VISIT = { caseNo: 'C-1', itemCode: 'I-1', itemName: '居民身份证换领', staffId: 'S-1' };
const UNKNOWN = '019aa000-0000-7000-8000-000000000009';

let fixture: ApplianceFixture;
let servers: Servers;
let pagesDir: string;

beforeEach(async () => {
  fixture = await openTestAppliance(sampleConfiguration({ clients: CLIENTS }));
  pagesDir = mkdtempSync(join(tmpdir(), 'pages-'));
  for (const page of ['citizen', 'staff', 'technician', 'assets']) mkdirSync(join(pagesDir, page));
  for (const page of ['citizen', 'staff', 'technician'])
    writeFileSync(join(pagesDir, page, 'index.html'), `<p>${page}`);
  const log = createLog('test', 'silent');
  const link = new AgentLink({ appliance: fixture.appliance, clock: fixture.clock, log, version: '0' });
  const api = applianceApi({ appliance: fixture.appliance, link, settings: { PINGJIAQI_TRIAL: false }, version: '0' });
  servers = await startServers({
    api,
    logger: log,
    pagesDir,
    localPort: 0,
    lanPort: 0,
    lanHost: '127.0.0.1',
    localTokens: null,
    lanTls: null,
  });
});
afterEach(async () => {
  await servers.close();
  await fixture.close();
  rmSync(pagesDir, { recursive: true });
});

const json = { 'content-type': 'application/json' };
const auth = { authorization: `Bearer ${KEY}` };
const post = (path: string, body: unknown, headers: Record<string, string> = {}, base = servers.urls.api) =>
  fetch(new URL(path, base), { method: 'POST', headers: { ...json, ...auth, ...headers }, body: JSON.stringify(body) });
const get = (path: string, headers: Record<string, string> = auth, base = servers.urls.api) =>
  fetch(new URL(path, base), { headers });
const visits = () => fixture.records().filter(({ kind }) => kind === 'visit').length;

async function open(changes: object = {}): Promise<string> {
  const answer = await post('/v1/visits', { ...VISIT, ...changes });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { visitId: string }).visitId;
}

describe('the business API', () => {
  it('opens a visit with the defaults that are documented, and invites at once when asked', async () => {
    const first = await post('/v1/visits', VISIT);
    expect(first.status).toBe(201);
    expect(await first.json()).toEqual({ visitId: expect.stringMatching(/^0/), state: 'open' });
    expect(fixture.appliance.citizenView().screen).toBe('serving');
    await open({ caseNo: 'C-2', serviceNo: 3, invite: true, servedAt: '2026-11-22T09:59:00+08:00' });
    expect(fixture.appliance.citizenView().screen).toBe('inviting');
    expect(fixture.records().filter(({ kind }) => kind === 'visit')).toMatchObject([
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
    const answer = await fetch(new URL('/v1/visits', servers.urls.api), {
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
    const answer = await fetch(new URL('/v1/visits', servers.urls.api), {
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
    expect(fixture.appliance.citizenView().screen).toBe('inviting');
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
    expect(fixture.appliance.citizenView()).toMatchObject({ screen: 'paused', resumesInMs: 600_000 });
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
    const url = new URL('/v1/events', servers.urls.api);
    const answer = await fetch(url, { method: 'HEAD', headers: { authorization: `Bearer ${KEY}` } });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  });
});

describe('the two listeners', () => {
  it.each([
    ['/', 'citizen', 'citizen'],
    ['/technician', 'citizen', 'technician'],
    ['/', 'staff', 'staff'],
  ] as const)('serve %s of the %s side with a strict content policy', async (path, side, page) => {
    const answer = await get(path, {}, servers.urls[side]);
    expect(await answer.text()).toMatch(new RegExp(`^<p>${page}`));
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
  });

  it('give the citizen’s page the view of now as data that cannot end early, for no store', async () => {
    await open({ itemName: '</script><!--', invite: true });
    const answer = await get('/', {}, servers.urls.citizen);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [, data = ''] = (await answer.text()).split('<script type="application/json" id="first-view">');
    const [json = '', ...rest] = data.split('<');
    expect(rest).toEqual(['/script>']);
    expect(JSON.parse(json)).toEqual({ type: 'view', view: fixture.appliance.citizenView() });
  });

  it.each(['/technician', '/technician/status', '/citizen/socket'])(
    'keep %s away from the hall’s network',
    async (path) => {
      expect((await get(path, auth, servers.urls.staff)).status).toBe(404);
    },
  );

  it.each(['/v1/visits', '/staff/events'])('keep %s away from the citizen’s side', async (path) => {
    expect((await get(path, auth, servers.urls.citizen)).status).toBe(404);
  });

  it('answer on loopback only to their own name, so that no page can rebind to them', async () => {
    const { port } = new URL(servers.urls.citizen);
    const status = await new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/technician/status',
        headers: { host: `evil.example:${port}` },
      };
      httpRequest(options, (answer) => resolve(answer.statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('open no sample visit outside trial mode', async () => {
    expect((await post('/technician/trial-visit', {}, {}, servers.urls.citizen)).status).toBe(403);
  });

  it('tell the technician how the device is', async () => {
    const status = await (await get('/technician/status', {}, servers.urls.citizen)).json();
    expect(status).toMatchObject({
      provisioned: true,
      trial: false,
      window: { number: 'A-07' },
      link: null,
      warnings: [],
    });
  });

  it('show the technician what the centre refused, and send it again', async () => {
    await open();
    const { outbox } = fixture.appliance;
    const batch = await outbox.claim({ limit: 500, maxBytes: 1_000_000 });
    const [first] = batch?.records ?? [];
    const refused = [{ id: first?.id ?? '', code: 'item_unknown', message: 'no such item' }];
    const nothing = { receipt: null, delivered: [], deferred: [] };
    await outbox.settle({ leaseId: batch?.leaseId ?? '', ...nothing, refused });
    const base = servers.urls.citizen;
    const list = async () => (await (await get('/technician/set-aside', {}, base)).json()) as { records: object[] };
    expect((await list()).records).toMatchObject([{ id: first?.id, seq: first?.seq, ...refused[0] }]);
    const send = async (body: object) => (await post('/technician/set-aside/resubmit', body, {}, base)).json();
    expect(await send({ ids: [UNKNOWN] })).toEqual({ resubmitted: 0 });
    expect(await send({ all: true })).toEqual({ resubmitted: 1 });
    expect((await list()).records).toEqual([]);
    expect((await outbox.claim({ limit: 1, maxBytes: 1_000_000 }))?.records[0]?.id).toBe(first?.id);
  });

  it.each([[{}], [{ ids: [] }], [{ ids: ['x'] }], [{ all: false }], [{ all: true, ids: [UNKNOWN] }]])(
    'refuse to send again %j',
    async (body) => {
      expect((await post('/technician/set-aside/resubmit', body, {}, servers.urls.citizen)).status).toBe(400);
    },
  );

  it.each([
    [{}],
    [{ baseUrl: 'ftp://x', code: 'c' }],
    [{ baseUrl: 'https://x.example', code: '' }],
    [{ baseUrl: 'https://x.example', code: 'c', more: 1 }],
  ])('refuse the enrolment %j', async (body) => {
    expect((await post('/technician/enrolment', body, {}, servers.urls.citizen)).status).toBe(400);
  });
});

describe('the tokens of the loopback listener', () => {
  const tokens = { page: 'p'.repeat(43), console: 'c'.repeat(43) };
  let guarded: Servers;
  beforeEach(async () => {
    const log = createLog('test', 'silent');
    const link = new AgentLink({ appliance: fixture.appliance, clock: fixture.clock, log, version: '0' });
    const settings = { PINGJIAQI_TRIAL: false };
    const api = applianceApi({ appliance: fixture.appliance, link, settings, version: '0' });
    const ports = { localPort: 0, lanPort: 0, lanHost: '127.0.0.1', lanTls: null };
    guarded = await startServers({ api, logger: log, pagesDir, ...ports, localTokens: tokens });
  });
  afterEach(() => guarded.close());

  it('go from the first address into a cookie that no script reads and no other site sends', async () => {
    const first = firstAddress(guarded.urls.technician, tokens);
    const answer = await fetch(first, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/technician']);
    expect(answer.headers.get('set-cookie')).toBe(`pingjiaqi_page=${tokens.page}; Path=/; HttpOnly; SameSite=Strict`);
    expect((await fetch(first.replace('p'.repeat(43), 'x'.repeat(43)), { redirect: 'manual' })).status).toBe(403);
    expect(await (await get('/technician', {}, guarded.urls.citizen)).text()).toBe('<p>technician');
  });

  it.each([
    ['nothing', {}, 1008],
    ['another token', { cookie: `pingjiaqi_page=${'x'.repeat(43)}` }, 1008],
    ['the token of the window', { cookie: `a=b; pingjiaqi_page=${tokens.page}` }, null],
  ])('open the citizen’s socket to who shows %s: %s', async (_what, headers, code) => {
    const socket = new WebSocket(`${guarded.urls.citizen.replace('http', 'ws')}citizen/socket`, { headers });
    const seen = await new Promise<number | null>((resolve) => {
      socket.on('message', () => resolve(null));
      socket.on('close', (closedBy) => resolve(closedBy));
    });
    expect(seen).toBe(code);
    socket.close();
  });

  it('put the view into the citizen’s page for the window alone', async () => {
    const page = async (cookie: string) => (await get('/', { cookie }, guarded.urls.citizen)).text();
    expect(await page(`pingjiaqi_page=${'x'.repeat(43)}`)).toBe('<p>citizen');
    expect(await page(`pingjiaqi_page=${tokens.page}`)).toContain('"screen":"idle"');
  });

  it('let a code open the maintenance page, and the lock close it', async () => {
    const cookie = `pingjiaqi_page=${tokens.page}`;
    const base = guarded.urls.citizen;
    const state = async (cookies: string) =>
      (await (await get('/technician/session', { cookie: cookies }, base)).json()) as { role: string | null };
    expect(await state(cookie)).toMatchObject({ role: null, deviceId: 'device-1', remainingMs: null });
    const wrong = await post('/technician/session', { code: '0000000' }, { cookie }, base);
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ code: 'code_wrong', hint: expect.stringContaining('hour') });
    const key = codeKeyOf(fixture.dataDir, undefined);
    const hour = hourOf(fixture.clock.wallMs());
    const code = accessCode(key, { deviceId: 'device-1', role: 'look', hour });
    const opened = await post('/technician/session', { code }, { cookie }, base);
    expect(opened.status).toBe(200);
    const session = `${cookie}; ${opened.headers.get('set-cookie')?.split(';')[0]}`;
    expect(await state(session)).toMatchObject({ role: 'look', remainingMs: 900_000 });
    expect((await get('/technician/status', { cookie: session }, base)).status).toBe(200);
    expect((await post('/technician/lock', {}, { cookie: session }, base)).status).toBe(200);
    expect((await get('/technician/status', { cookie: session }, base)).status).toBe(401);
    const traces = fixture.records().flatMap(({ kind, body }) => (kind === 'event' ? [body] : []));
    expect(traces).toContainEqual({ type: 'technician_entered', detail: { role: 'look' } });
  });
});

it.each([
  ['another host’s name', 'GET /citizen/socket', 'elsewhere.example', 403],
  ['a path that is not there', 'GET /nowhere', '127.0.0.1', 404],
])(
  'an upgrade refused for %s ends its connection: each that stayed would be one fewer for people',
  async (_why, head, host, status) => {
    const { port } = new URL(servers.urls.citizen);
    const socket = connectTcp({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    socket.write(`${head} HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
    let answer = '';
    for await (const bytes of socket) answer += String(bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    socket.end();
  },
);

describe('the citizen’s socket', () => {
  const connect = (headers: Record<string, string> = {}) =>
    new WebSocket(`${servers.urls.citizen.replace('http', 'ws')}citizen/socket`, { headers });
  const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));

  it.each([
    ['no JSON', 'hello'],
    ['no command', '{"n":1}'],
    [
      'a sixth grade',
      JSON.stringify({ n: 1, command: { type: 'rate', visitId: UNKNOWN, level: 6, language: 'zh-CN' } }),
    ],
    [
      'half a grade',
      JSON.stringify({ n: 1, command: { type: 'rate', visitId: UNKNOWN, level: 2.5, language: 'zh-CN' } }),
    ],
    [
      'a grade as text',
      JSON.stringify({ n: 1, command: { type: 'rate', visitId: UNKNOWN, level: '5', language: 'zh-CN' } }),
    ],
    ['another field', JSON.stringify({ n: 1, command: { type: 'submit', visitId: UNKNOWN, staffId: 'S' } })],
    [
      'a comment of 501 characters',
      JSON.stringify({
        n: 1,
        command: { type: 'revise', visitId: UNKNOWN, level: 1, tags: [], comment: 'x'.repeat(501), language: 'zh-CN' },
      }),
    ],
    ['a frame of 20 KiB', 'x'.repeat(20_000)],
  ])('is closed for %s, and nothing is kept', async (_name, text) => {
    await open({ invite: true });
    const before = fixture.records().length;
    const socket = connect();
    socket.once('message', () => socket.send(text));
    expect([1007, 1009]).toContain(await closed(socket));
    expect(fixture.records()).toHaveLength(before);
    expect(fixture.appliance.citizenView().screen).toBe('inviting');
  });

  it('keeps a comment that was cut in the middle of a character', async () => {
    const visitId = await open({ invite: true });
    fixture.appliance.citizen({ type: 'rate', visitId, level: 2, language: 'zh-CN' });
    const comment = '慢\ud83d';
    const command = { type: 'revise', visitId, level: 2, tags: [], comment, language: 'zh-CN' };
    const socket = connect();
    const acked = new Promise<unknown>((resolve) => {
      socket.once('message', () => socket.send(JSON.stringify({ n: 1, command })));
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string };
        if (message.type === 'ack') resolve(message);
      });
    });
    expect(await acked).toMatchObject({ kept: true });
    await fixture.clock.advance(30_000);
    expect(fixture.appliance.citizenView().screen).toBe('thanks');
    expect(fixture.records().filter(({ kind }) => kind === 'rating')).toMatchObject([
      {},
      { body: { comment: '慢\ufffd' } },
    ]);
    socket.close();
  });

  it('is closed to a page of another origin', async () => {
    expect(await closed(connect({ origin: 'https://evil.example' }))).toBe(1008);
  });

  it('says "not now" to a touch that was meant for another visit', async () => {
    await open({ invite: true });
    const socket = connect();
    const answers: unknown[] = [];
    const acked = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string };
        if (answers.push(message) === 1)
          socket.send(
            JSON.stringify({ n: 7, command: { type: 'rate', visitId: UNKNOWN, level: 1, language: 'zh-CN' } }),
          );
        if (message.type === 'ack') resolve();
      });
    });
    await acked;
    expect(answers.at(-1)).toEqual({ type: 'ack', n: 7, kept: false, code: 'not_now' });
    socket.close();
  });
});
