import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { keysOf } from '../../device/identity/identity-store.ts';
import { type LanCertificate, lanCertificate } from '../../device/identity/tls/lan-certificate.ts';
import { DIRECT, type Way } from '../../sync/connectors/reference/way.ts';
import { playNameServer } from '../../test/support/name-server.ts';
import { type HallProxy, openHallProxy } from '../../test/support/proxy.ts';
import { probeCentre } from './centre-probe.ts';
import { centreRule } from './rules/centre.ts';

/** The walk to a centre as an agent goes it: real servers, real proxies, a private authority. */

/** Only the hall's own name server knows it. */
const HALL_NAME = 'centre.hall.internal';

const servers: Server[] = [];
const proxies: HallProxy[] = [];
let dir: string;
let tls: LanCertificate;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'probe-'));
  const names = ['127.0.0.1', HALL_NAME];
  tls = await lanCertificate({ dataDir: dir, keys: keysOf(dir), names, nowMs: Date.now(), hall: null });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const asCentre: RequestListener = (_request, response) => {
  response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"unknown_device"}');
};
const web = async (answer: RequestListener = asCentre) => `http://${await listen(createServer(answer))}`;
const secureWeb = async (answer: RequestListener = asCentre) =>
  `https://${await listen(createTlsServer({ cert: tls.chain, key: tls.key }, answer))}`;
async function hallProxy(credentials: string | null = null): Promise<HallProxy> {
  const proxy = await openHallProxy(credentials);
  proxies.push(proxy);
  return proxy;
}

const trusting = (proxy: Way['proxy'] = DIRECT.proxy): Way => ({ proxy, ca: [tls.authority ?? ''] });
async function walk(baseUrl: string, way: Way = trusting(), nowMs = Date.now()): Promise<string[]> {
  const centre = await probeCentre({ baseUrl, deviceId: 'device-1', way, askSigned: null }, nowMs);
  return centreRule({ nowMs, centre }).map(({ id, state, code }) => `${id.replace('centre:', '')} ${state} ${code}`);
}

const DNS = 'dns pass name_known';
const TCP = 'tcp pass open';

it('passes to a centre on this machine, and holds its clock against ours', async () => {
  const url = await web();
  expect(await walk(url)).toEqual([DNS, TCP, 'tls pass loopback', 'answer pass centre', 'clock pass near']);
  expect(await walk(url, DIRECT, Date.now() - 3_600_000)).toContain('clock warn far_off');
});

it('believes an authority that a technician added, as the agent does, and no other', async () => {
  const url = await secureWeb();
  expect(await walk(url)).toEqual([DNS, TCP, 'tls pass trusted', 'answer pass centre', 'clock pass near']);
  expect(await walk(url, DIRECT)).toEqual([DNS, TCP, 'tls fail certificate_unknown']);
  const seen = await probeCentre({ baseUrl: url, deviceId: 'd', way: trusting(), askSigned: null }, Date.now());
  expect(seen.certificateUntil).toBe(Math.floor(tls.validUntil / 1000) * 1000);
});

it.each(['proxy', 'pac'] as const)('goes through the hall’s %s and names what stands in the way', async (kind) => {
  const hall = await hallProxy();
  const way = trusting({ kind, url: kind === 'proxy' ? hall.url : hall.pacUrl });
  const url = await secureWeb();
  const through = [DNS, TCP, 'proxy pass passed', 'tls pass trusted', 'answer pass centre', 'clock pass near'];
  expect(await walk(url, way)).toEqual(through);
  expect(hall.tunnels.length).toBeGreaterThan(0);
  expect(await walk(url, { ...way, ca: [] })).toEqual([DNS, TCP, 'proxy pass passed', 'tls fail certificate_unknown']);
});

it('says that a proxy asks for a password (407), and does not say ours', async () => {
  const hall = await hallProxy('hall:secret');
  const url = hall.url.replace('secret', 'guess');
  const target = { baseUrl: await secureWeb(), deviceId: 'd', way: trusting({ kind: 'proxy', url }), askSigned: null };
  const centre = await probeCentre(target, Date.now());
  const lines = centreRule({ nowMs: 0, centre });
  expect(lines.at(-1)).toMatchObject({ id: 'centre:proxy', state: 'fail', code: 'sign_in' });
  expect(JSON.stringify([centre, lines])).not.toContain('guess');
});

it.each<[string, RequestListener, string]>([
  ['a login page', (_q, a) => void a.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'portal'],
  ['a redirect', (_q, a) => void a.writeHead(302, { location: 'http://portal.example' }).end(), 'portal'],
  ['another JSON', (_q, a) => void a.writeHead(401, { 'content-type': 'application/json' }).end('[]'), 'stranger'],
  ['torn JSON', (_q, a) => void a.writeHead(401, { 'content-type': 'application/json' }).end('{'), 'stranger'],
  ['a sick gateway', (_q, a) => void a.writeHead(502, { 'content-type': 'text/html' }).end(), 'centre_fault'],
])('does not take %s for the centre', async (_name, answer, code) => {
  expect((await walk(await web(answer))).at(-1)).toBe(`answer fail ${code}`);
});

it('ends at the first step that fails', async () => {
  const closed = createTcpServer();
  const address = await listen(closed);
  closed.close();
  expect(await walk(`http://${address}`)).toEqual([DNS, 'tcp fail connection_refused']);
  expect(await walk((await web()).replace('http:', 'https:'))).toEqual([DNS, TCP, 'tls fail no_tls']);
  const dumb = await listen(createTcpServer((socket) => socket.destroy()));
  expect((await walk(`http://${dumb}`)).at(-1)).toBe('answer fail broken_off');
  expect((await walk('https://no-such-host.invalid'))[0]).toMatch(/^dns fail (name_unknown|no_dns)$/);
});

it('asks the name servers that were set, and tells one that is silent from a name that there is not', async () => {
  const names = await playNameServer({ [HALL_NAME]: '127.0.0.1' });
  const url = (await secureWeb()).replace('127.0.0.1', HALL_NAME);
  const way = { ...trusting(), nameServers: [names.address] };
  expect(await walk(url, way)).toEqual([DNS, TCP, 'tls pass trusted', 'answer pass centre', 'clock pass near']);
  expect(await walk('https://nobody.hall.internal', way)).toEqual(['dns fail name_unknown']);
  names.isSilent = true;
  expect(await walk(url, way)).toEqual(['dns fail no_dns']);
  await names.close();
});
