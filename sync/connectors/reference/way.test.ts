import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../device/clock.ts';
import { keysOf } from '../../../device/identity/identity-store.ts';
import { lanCertificate } from '../../../device/identity/tls/lan-certificate.ts';
import { type HallProxy, openHallProxy } from '../../../test/support/proxy.ts';
import { createHttpClient, type HttpReply } from './http.ts';
import { DIRECT, type ProxyRule, proxyName } from './way.ts';

/** A centre behind a private authority, on IPv4 and IPv6, with or without a proxy on the way. */

let dataDir: string;
let authority: string;
let ports: { v4: number; v6: number };
const servers: Server[] = [];
const proxies: HallProxy[] = [];

async function listen(tls: { chain: string; key: string }, host: string): Promise<number> {
  const server = createServer({ cert: tls.chain, key: tls.key }, (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'way-'));
  const names = ['localhost', '127.0.0.1', '::1'];
  const tls = await lanCertificate({ dataDir, keys: keysOf(dataDir), names, nowMs: Date.now(), hall: null });
  authority = tls.authority ?? '';
  ports = { v4: await listen(tls, '127.0.0.1'), v6: await listen(tls, '::1') };
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(dataDir, { recursive: true });
});
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function proxy(credentials: string | null = null): Promise<HallProxy> {
  const opened = await openHallProxy(credentials);
  proxies.push(opened);
  return opened;
}

async function ask(url: string, rule: ProxyRule = { kind: 'direct' }, ca: string[] = [authority]): Promise<HttpReply> {
  const client = createHttpClient({ clock: systemClock, userAgent: 'test', way: { proxy: rule, ca } });
  const limits = { timeLimitMs: 20_000, maxReplyBytes: 10_000, signal: new AbortController().signal };
  const reply = await client.send({ method: 'GET', url, headers: {}, body: null, ...limits });
  client.close();
  return reply;
}

const v4 = () => `https://127.0.0.1:${ports.v4}/`;
const v6 = () => `https://[::1]:${ports.v6}/`;

it.each([
  ['IPv4', v4],
  ['IPv6', v6],
])('reaches a centre with a private authority by %s, and believes no other', async (_family, url) => {
  expect(await ask(url())).toMatchObject({ kind: 'reply', status: 200 });
  const stranger = await ask(url(), { kind: 'direct' }, []);
  expect(stranger).toMatchObject({ kind: 'down', detail: expect.stringMatching(/authority.*install/) });
});

it.each([
  ['IPv4', v4],
  ['IPv6', v6],
])('goes through a proxy to %s and checks the centre’s certificate all the same', async (_family, url) => {
  const hall = await proxy();
  const rule = { kind: 'proxy', url: hall.url } as const;
  expect(await ask(url(), rule)).toMatchObject({ kind: 'reply', status: 200 });
  expect(hall.tunnels).toEqual([new URL(url()).host]);
  expect(await ask(url(), rule, [])).toMatchObject({ kind: 'down' });
});

it('shows a proxy the user and password of its address', async () => {
  const hall = await proxy('hall:secret');
  expect(await ask(v4(), { kind: 'proxy', url: hall.url })).toMatchObject({ kind: 'reply', status: 200 });
});

it('says what to do when a proxy asks for a password (407), without saying one', async () => {
  const hall = await proxy('hall:secret');
  const url = hall.url.replace('secret', 'guess');
  const reply = await ask(v4(), { kind: 'proxy', url });
  expect(reply).toMatchObject({ kind: 'down', detail: expect.stringContaining('407') });
  expect(JSON.stringify(reply)).not.toContain('guess');
  expect(hall.tunnels).toEqual([]);
});

it('finds its proxy by a script', async () => {
  const hall = await proxy();
  expect(await ask(v4(), { kind: 'pac', url: hall.pacUrl })).toMatchObject({ kind: 'reply', status: 200 });
  expect(hall.tunnels).toEqual([`127.0.0.1:${ports.v4}`]);
});

it.each([
  ['the proxy', { kind: 'proxy', url: 'http://127.0.0.1:9' }],
  ['the script', { kind: 'pac', url: 'http://127.0.0.1:9/proxy.pac' }],
] as const)('never goes around: when %s does not answer the centre is down', async (_what, rule) => {
  expect(await ask(v4(), rule)).toMatchObject({ kind: 'down' });
});

it('names a proxy without its password', () => {
  expect(proxyName({ kind: 'proxy', url: 'http://hall:secret@proxy.hall.example:3128' })).toBe(
    'proxy.hall.example:3128',
  );
  expect(proxyName(DIRECT.proxy)).toBe('no proxy');
});
