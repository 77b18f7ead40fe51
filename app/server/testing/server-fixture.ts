import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplianceFixture, openTestAppliance } from '../../../device/testing/appliance-fixture.ts';
import { AgentLink } from '../../processes/agent-link.ts';
import { applianceApi } from '../../processes/appliance-api.ts';
import { createLog } from '../../processes/log.ts';
import type { LocalTokens } from '../local/local-gate.ts';
import { type Servers, startServers } from '../servers.ts';

/** A device in service with its real servers, outside trial mode unless told. For tests. */
export interface ServerFixture {
  device: ApplianceFixture;
  servers: Servers;
  /** Every route of the LAN listener, as `POST /staff/skip`. */
  routes: string[];
  /** @param path on the LAN listener */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The cookie of a new session. */
  signIn(number: string, pin: string): Promise<{ cookie: string }>;
  close(): Promise<void>;
}

export interface ServerFixtureOptions {
  /** Default false. */
  trial?: boolean;
  /** Of the loopback listener; left out or null: no gate. */
  localTokens?: LocalTokens | null;
}

export async function openServerFixture(
  configuration: Record<string, unknown>,
  { trial = false, localTokens = null }: ServerFixtureOptions = {},
): Promise<ServerFixture> {
  const device = await openTestAppliance(configuration, { trial });
  const pagesDir = mkdtempSync(join(tmpdir(), 'pages-'));
  for (const page of ['citizen', 'staff', 'technician', 'assets']) mkdirSync(join(pagesDir, page));
  for (const page of ['citizen', 'staff', 'technician'])
    writeFileSync(join(pagesDir, page, 'index.html'), `<p>${page}`);
  const log = createLog('test', 'silent');
  const link = new AgentLink({ appliance: device.appliance, clock: device.clock, log, version: '0' });
  const settings = { PINGJIAQI_TRIAL: trial };
  const api = applianceApi({ appliance: device.appliance, link, settings, version: '0' });
  const ports = { localPort: 0, lanPort: 0, lanHost: '127.0.0.1', lanTls: null, localTokens };
  const routes: string[] = [];
  const servers = await startServers({
    api,
    logger: log,
    pagesDir,
    ...ports,
    onListener(name, server) {
      if (name === 'lan')
        server.addHook('onRoute', ({ method, url }) => {
          for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
        });
    },
  });
  const send: ServerFixture['send'] = (method, path, body, headers = {}) =>
    fetch(new URL(path, servers.urls.api), {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    device,
    servers,
    routes,
    send,
    async signIn(number, pin) {
      const answer = await send('POST', '/session', { number, pin });
      const [cookie = ''] = answer.headers.getSetCookie();
      return { cookie: cookie.split(';')[0] ?? '' };
    },
    async close() {
      link.stop();
      await servers.close();
      await device.close();
      rmSync(pagesDir, { recursive: true });
    },
  };
}
