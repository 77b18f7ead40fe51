import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, HTTPMethods, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { AgentLink } from '../processes/agent-link.ts';
import { applianceApi } from '../processes/appliance-api.ts';
import { createLog } from '../processes/log.ts';
import { type Servers, startServers } from './servers.ts';

/** Who may ask for what: every route of both listeners, for everybody who may try. */

const KEY = 'a-key-of-the-hall';
const CLIENTS = [{ id: 'hall', name: '大厅', keySha256: createHash('sha256').update(KEY).digest('hex') }];
const NAME = 'window-7.hall.example';
const REMOTE = '192.0.2.7';

type Listener = 'local' | 'lan';
type Caller = Pick<InjectOptions, 'headers' | 'remoteAddress'>;

const CALLERS = {
  /** The page on the device's own screen. */
  screen: { headers: { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }, remoteAddress: '127.0.0.1' },
  /** The clerk's browser somewhere in the hall; nobody signs in yet. */
  clerk: { headers: { host: NAME, origin: `http://${NAME}` }, remoteAddress: REMOTE },
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
} satisfies Record<string, Caller>;
type Role = keyof typeof CALLERS;

/** `pass`: the route itself answers, whatever it says. */
type Word = 'pass' | 401 | 403;
type Row = Record<Role, Word>;

const NEVER = { rebound: 403, otherSite: 403 } as const;
const SCREEN_ONLY: Row = { screen: 'pass', clerk: 403, business: 403, stranger: 403, ...NEVER };
/** Nothing in it that a passer-by in the hall may not see. */
const ANYBODY: Row = { screen: 'pass', clerk: 'pass', business: 'pass', stranger: 'pass', ...NEVER };
/** On the machine itself only, until staff sign in. */
const STAFF: Row = { screen: 'pass', clerk: 403, business: 403, stranger: 403, ...NEVER };
const BUSINESS: Row = { screen: 401, clerk: 401, business: 'pass', stranger: 401, ...NEVER };

const MATRIX: Record<string, Row> = {
  'local GET /': SCREEN_ONLY,
  'local GET /assets/*': SCREEN_ONLY,
  'local GET /citizen/socket': SCREEN_ONLY,
  'local GET /technician': SCREEN_ONLY,
  'local GET /technician/status': SCREEN_ONLY,
  'local POST /technician/enrolment': SCREEN_ONLY,
  // Forbidden outside trial mode, which this device is not in.
  'local POST /technician/trial-visit': { ...SCREEN_ONLY, screen: 403 },
  'lan GET /': ANYBODY,
  'lan GET /assets/*': ANYBODY,
  'lan GET /openapi.json': ANYBODY,
  'lan GET /staff/events': STAFF,
  'lan POST /staff/invitation': STAFF,
  'lan POST /staff/pause': STAFF,
  'lan POST /staff/resume': STAFF,
  'lan POST /staff/skip': STAFF,
  'lan GET /v1/events': BUSINESS,
  'lan GET /v1/visits/:id': BUSINESS,
  'lan POST /v1/visits': BUSINESS,
  'lan POST /v1/visits/:id/invitation': BUSINESS,
  'lan POST /v1/visits/:id/skip': BUSINESS,
  'lan POST /v1/window/pause': BUSINESS,
  'lan POST /v1/window/resume': BUSINESS,
};

let fixture: ApplianceFixture;
let servers: Servers;
let pagesDir: string;
const listeners = new Map<Listener, FastifyInstance>();
const routes = new Set<string>();

beforeAll(async () => {
  fixture = await openTestAppliance(sampleConfiguration({ clients: CLIENTS }));
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
  expect([...routes].sort()).toEqual(Object.keys(MATRIX).sort());
});

describe.each(Object.entries(MATRIX))('%s', (route, row) => {
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
