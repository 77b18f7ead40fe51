import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { auth, hallBench, UNKNOWN } from './testing/hall-bench.ts';

const bench = hallBench();
const { get, post, open } = bench;

describe('the two listeners', () => {
  it.each([
    ['/', 'citizen', 'citizen'],
    ['/technician', 'citizen', 'technician'],
    ['/', 'staff', 'staff'],
  ] as const)('serve %s of the %s side with a strict content policy', async (path, side, page) => {
    const answer = await get(path, {}, bench.urls[side]);
    expect(await answer.text()).toMatch(new RegExp(`^<p>${page}`));
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
  });

  it('give the citizen’s page the view of now as data that cannot end early, for no store', async () => {
    await open({ itemName: '</script><!--', invite: true });
    const answer = await get('/', {}, bench.urls.citizen);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [, data = ''] = (await answer.text()).split('<script type="application/json" id="first-view">');
    const [json = '', ...rest] = data.split('<');
    expect(rest).toEqual(['/script>']);
    expect(JSON.parse(json)).toEqual({ type: 'view', view: bench.device.appliance.citizenView() });
  });

  it.each(['/technician', '/technician/status', '/citizen/socket'])(
    'keep %s away from the hall’s network',
    async (path) => {
      expect((await get(path, auth, bench.urls.staff)).status).toBe(404);
    },
  );

  it.each(['/v1/visits', '/staff/events'])('keep %s away from the citizen’s side', async (path) => {
    expect((await get(path, auth, bench.urls.citizen)).status).toBe(404);
  });

  it('answer on loopback only to their own name, so that no page can rebind to them', async () => {
    const { port } = new URL(bench.urls.citizen);
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
    expect((await post('/technician/trial-visit', {}, {}, bench.urls.citizen)).status).toBe(403);
  });

  it('tell the technician how the device is', async () => {
    const status = await (await get('/technician/status', {}, bench.urls.citizen)).json();
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
    const { outbox } = bench.device.appliance;
    const batch = await outbox.claim({ limit: 500, maxBytes: 1_000_000 });
    const [first] = batch?.records ?? [];
    const refused = [{ id: first?.id ?? '', code: 'item_unknown', message: 'no such item' }];
    const nothing = { receipt: null, delivered: [], deferred: [] };
    await outbox.settle({ leaseId: batch?.leaseId ?? '', ...nothing, refused });
    const base = bench.urls.citizen;
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
      expect((await post('/technician/set-aside/resubmit', body, {}, bench.urls.citizen)).status).toBe(400);
    },
  );

  it.each([
    [{}],
    [{ baseUrl: 'ftp://x', code: 'c' }],
    [{ baseUrl: 'https://x.example', code: '' }],
    [{ baseUrl: 'https://x.example', code: 'c', more: 1 }],
  ])('refuse the enrolment %j', async (body) => {
    expect((await post('/technician/enrolment', body, {}, bench.urls.citizen)).status).toBe(400);
  });
});

it.each([
  ['another host’s name', 'GET /citizen/socket', 'elsewhere.example', 403],
  ['a path that is not there', 'GET /nowhere', '127.0.0.1', 404],
])(
  'an upgrade refused for %s ends its connection: each that stayed would be one fewer for people',
  async (_why, head, host, status) => {
    const { port } = new URL(bench.urls.citizen);
    const socket = connectTcp({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    socket.write(`${head} HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
    let answer = '';
    for await (const bytes of socket) answer += String(bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    socket.end();
  },
);
