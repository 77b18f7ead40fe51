import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { accessCode, hourOf } from '../../../device/identity/access-code.ts';
import { codeKeyOf } from '../../../device/maintenance-door.ts';
import { hallBench } from '../testing/hall-bench.ts';
import { firstAddress } from './local-gate.ts';

const tokens = { page: 'p'.repeat(43), console: 'c'.repeat(43) };
const bench = hallBench(tokens);
const { get, post } = bench;

describe('the tokens of the loopback listener', () => {
  it('go from the first address into a cookie that no script reads and no other site sends', async () => {
    const first = firstAddress(bench.urls.technician, tokens);
    const answer = await fetch(first, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/technician']);
    expect(answer.headers.get('set-cookie')).toBe(`pingjiaqi_page=${tokens.page}; Path=/; HttpOnly; SameSite=Strict`);
    expect((await fetch(first.replace('p'.repeat(43), 'x'.repeat(43)), { redirect: 'manual' })).status).toBe(403);
    expect(await (await get('/technician', {}, bench.urls.citizen)).text()).toBe('<p>technician');
  });

  it.each([
    ['nothing', {}, 1008],
    ['another token', { cookie: `pingjiaqi_page=${'x'.repeat(43)}` }, 1008],
    ['the token of the window', { cookie: `a=b; pingjiaqi_page=${tokens.page}` }, null],
  ])('open the citizen’s socket to who shows %s: %s', async (_what, headers, code) => {
    const socket = new WebSocket(`${bench.urls.citizen.replace('http', 'ws')}citizen/socket`, { headers });
    const seen = await new Promise<number | null>((resolve) => {
      socket.on('message', () => resolve(null));
      socket.on('close', (closedBy) => resolve(closedBy));
    });
    expect(seen).toBe(code);
    socket.close();
  });

  it('put the view into the citizen’s page for the window alone', async () => {
    const page = async (cookie: string) => (await get('/', { cookie }, bench.urls.citizen)).text();
    expect(await page(`pingjiaqi_page=${'x'.repeat(43)}`)).toBe('<p>citizen');
    expect(await page(`pingjiaqi_page=${tokens.page}`)).toContain('"screen":"idle"');
  });

  it('let a code open the maintenance page, and the lock close it', async () => {
    const cookie = `pingjiaqi_page=${tokens.page}`;
    const base = bench.urls.citizen;
    const state = async (cookies: string) =>
      (await (await get('/technician/session', { cookie: cookies }, base)).json()) as { role: string | null };
    expect(await state(cookie)).toMatchObject({ role: null, deviceId: 'device-1', remainingMs: null });
    const wrong = await post('/technician/session', { code: '0000000' }, { cookie }, base);
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ code: 'code_wrong', hint: expect.stringContaining('hour') });
    const key = codeKeyOf(bench.device.dataDir, undefined);
    const hour = hourOf(bench.device.clock.wallMs());
    const code = accessCode(key, { deviceId: 'device-1', role: 'look', hour });
    const opened = await post('/technician/session', { code }, { cookie }, base);
    expect(opened.status).toBe(200);
    const session = `${cookie}; ${opened.headers.get('set-cookie')?.split(';')[0]}`;
    expect(await state(session)).toMatchObject({ role: 'look', remainingMs: 900_000 });
    expect((await get('/technician/status', { cookie: session }, base)).status).toBe(200);
    expect((await post('/technician/lock', {}, { cookie: session }, base)).status).toBe(200);
    expect((await get('/technician/status', { cookie: session }, base)).status).toBe(401);
    const traces = bench.device.records().flatMap(({ kind, body }) => (kind === 'event' ? [body] : []));
    expect(traces).toContainEqual({ type: 'technician_entered', detail: { role: 'look' } });
  });
});
