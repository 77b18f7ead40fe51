import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, HTTPMethods, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessCode, hourOf } from '../../device/identity/access-code.ts';
import { hashPin } from '../../device/staff/pin-hash.ts';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { AgentLink } from '../processes/agent-link.ts';
import { applianceApi } from '../processes/appliance-api.ts';
import { createLog } from '../processes/log.ts';
import { type Servers, startServers } from './servers.ts';
import { ROUTE_MATRIX, type Role, type Word } from './testing/route-matrix.ts';

/** Asks every route of both listeners as everybody who may try; who may is in testing/route-matrix.ts. */

const KEY = 'a-key-of-the-hall';
const CLIENTS = [{ id: 'hall', name: '大厅', keySha256: createHash('sha256').update(KEY).digest('hex') }];
const NAME = 'window-7.hall.example';
const REMOTE = '192.0.2.7';

const TOKENS = { page: 'p'.repeat(43), console: 'c'.repeat(43) };
const CODE_KEY = Buffer.alloc(32, 9);
const SETTINGS = { technician: { codeKey: CODE_KEY.toString('base64url') } };

type Listener = 'local' | 'lan';
type Caller = Pick<InjectOptions, 'headers' | 'remoteAddress'>;

const HERE = { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' };
const CALLERS = {
  /** The page on the device's own screen. */
  screen: { headers: { ...HERE, cookie: `pingjiaqi_page=${TOKENS.page}` }, remoteAddress: '127.0.0.1' },
  /** The same page after a code for looking, or for changing, was entered; the cookies are made below. */
  inspector: { headers: { ...HERE, cookie: '' }, remoteAddress: '127.0.0.1' },
  technician: { headers: { ...HERE, cookie: '' }, remoteAddress: '127.0.0.1' },
  /** A command of the device's user. */
  command: { headers: { ...HERE, authorization: `Bearer ${TOKENS.console}` }, remoteAddress: '127.0.0.1' },
  /** Another program or user of the machine. */
  program: { headers: { ...HERE, cookie: `pingjiaqi_page=${'x'.repeat(43)}` }, remoteAddress: '127.0.0.1' },
  /** A browser on the machine in which the clerk of the window signed in; its cookie is made below. */
  signedIn: { headers: { host: '127.0.0.1', origin: 'http://127.0.0.1', cookie: '' }, remoteAddress: '127.0.0.1' },
  /** The same browser after somebody else's task. */
  otherTask: { headers: { host: '127.0.0.1', origin: 'http://127.0.0.1', cookie: '' }, remoteAddress: '127.0.0.1' },
  /** A browser somewhere in the hall, over plain HTTP and with the clerk's cookie. */
  clerk: { headers: { host: NAME, origin: `http://${NAME}`, cookie: '' }, remoteAddress: REMOTE },
  /** The 办件 system. */
  business: { headers: { host: NAME, authorization: `Bearer ${KEY}` }, remoteAddress: REMOTE },
  stranger: { headers: { host: NAME, authorization: 'Bearer guess' }, remoteAddress: REMOTE },
  /** A page whose name was rebound to the device's address. */
  rebound: { headers: { host: 'evil.example', authorization: `Bearer ${KEY}` }, remoteAddress: '127.0.0.1' },
  /** A page of another site, in a browser on the device or with a key in hand. */
  otherSite: {
    headers: { host: '127.0.0.1', origin: 'https://evil.example', authorization: `Bearer ${KEY}` },
    remoteAddress: '127.0.0.1',
  },
} satisfies Record<Role, Caller>;
let fixture: ApplianceFixture;
let servers: Servers;
let pagesDir: string;
const listeners = new Map<Listener, FastifyInstance>();
const routes = new Set<string>();

beforeAll(async () => {
  const person = async (id: string) => ({ id, number: id, name: id, post: '', pinHash: await hashPin(id) });
  const staff = [await person('S-1'), await person('S-2')];
  const settings = { ...SETTINGS, roles: { 'S-2': 'paper_entry' } };
  fixture = await openTestAppliance(sampleConfiguration({ clients: CLIENTS, staff, settings }));
  const cookie = async (id: string) =>
    `pingjiaqi_session=${(await fixture.appliance.desks().staff.signIn(id, id)).token}`;
  CALLERS.signedIn.headers.cookie = await cookie('S-1');
  CALLERS.clerk.headers.cookie = CALLERS.signedIn.headers.cookie;
  CALLERS.otherTask.headers.cookie = await cookie('S-2');
  const session = (role: 'look' | 'change') => {
    const hour = hourOf(fixture.clock.wallMs());
    const { token } = fixture.appliance.door.enter(accessCode(CODE_KEY, { deviceId: 'device-1', role, hour }));
    return `${CALLERS.screen.headers.cookie}; pingjiaqi_technician=${token}`;
  };
  CALLERS.inspector.headers.cookie = session('look');
  CALLERS.technician.headers.cookie = session('change');
  pagesDir = mkdtempSync(join(tmpdir(), 'pages-'));
  for (const page of ['citizen', 'staff', 'technician', 'assets']) mkdirSync(join(pagesDir, page));
  for (const page of ['citizen', 'staff', 'technician']) writeFileSync(join(pagesDir, page, 'index.html'), page);
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
    localTokens: TOKENS,
    lanTls: null,
    lanNames: [NAME],
    onListener(name, server) {
      listeners.set(name, server);
      server.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) if (one !== 'HEAD') routes.add(`${name} ${one} ${url}`);
      });
    },
  });
});
afterAll(async () => {
  await servers.close();
  await fixture.close();
  rmSync(pagesDir, { recursive: true });
});

async function ask(route: string, caller: Caller, method?: HTTPMethods): Promise<number> {
  const [listener, given, url] = route.split(' ') as [Listener, HTTPMethods, string];
  const path = url.replace(':id', '019aa000-0000-7000-8000-000000000009').replace('*', 'none.js');
  const headers: Record<string, string> = { ...caller.headers } as Record<string, string>;
  const body = given === 'POST' ? { payload: {} } : {};
  // An event stream never ends, so only its head is waited for.
  const options = { method: method ?? given, url: path, ...caller, headers, ...body, payloadAsStream: true } as const;
  const response = await listeners.get(listener)?.inject(options);
  response?.stream().destroy();
  return response?.statusCode ?? 0;
}

it('the table names every route of both listeners, and no other', () => {
  expect([...routes].sort()).toEqual(Object.keys(ROUTE_MATRIX).sort());
});

describe.each(Object.entries(ROUTE_MATRIX))('%s', (route, row) => {
  it.each(Object.entries(row) as [Role, Word][])('%s: %s', async (role, word) => {
    const status = await ask(route, CALLERS[role]);
    if (word === 'pass') expect([401, 403]).not.toContain(status);
    else expect(status).toBe(word);
  });

  it('asks the same of a path that is written in another way', async () => {
    // Percent signs and doubled slashes reach the same route, or none.
    const [listener, method, url = ''] = route.split(' ');
    const odd = url.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    for (const path of [odd, `/${url}`]) {
      for (const role of ['clerk', 'stranger', 'rebound', 'otherSite'] as const) {
        const status = await ask(`${listener} ${method} ${path}`, CALLERS[role]);
        if (row[role] !== 'pass') expect([401, 403, 404], `${role} ${path}`).toContain(status);
      }
    }
  });
});

describe('the LAN listener’s names', () => {
  it.each([
    [NAME, 200],
    [NAME.toUpperCase(), 200],
    [`${NAME}:8443`, 200],
    ['192.0.2.1:8443', 200],
    ['[2001:db8::1]:8443', 200],
    ['localhost', 200],
    ['evil.example', 403],
    [`${NAME}.evil.example`, 403],
    ['192.0.2.1.evil.example', 403],
    ['1', 403],
  ])('%s: %s', async (host, status) => {
    expect(await ask('lan GET /openapi.json', { headers: { host }, remoteAddress: REMOTE })).toBe(status);
  });
});
