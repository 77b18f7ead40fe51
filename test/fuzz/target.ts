import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentLink } from '../../app/processes/agent-link.ts';
import { applianceApi } from '../../app/processes/appliance-api.ts';
import { createLog } from '../../app/processes/log.ts';
import { startServers } from '../../app/server/servers.ts';
import { keysOf } from '../../device/identity/identity-store.ts';
import { lanCertificate } from '../../device/identity/tls/lan-certificate.ts';
import { hashPin } from '../../device/staff/pin-hash.ts';
import type { StaffDesk } from '../../device/staff/staff-desk.ts';
import { openTestAppliance, sampleConfiguration } from '../../device/testing/appliance-fixture.ts';

/** A device in service outside trial mode, with its real listeners: loopback with tokens, the hall's by TLS. */
export interface FuzzTarget {
  urls: { local: string; lan: string };
  /** PEM that the LAN listener's certificate hangs from. */
  authority: string;
  routes: Record<'local' | 'lan', string[]>;
  tokens: { page: string; console: string };
  businessKey: string;
  /** A cookie of each of the roster; signed in again where somebody signed out. */
  staffCookies: () => Promise<{ cookie: string }[]>;
  /** All that somebody may have no right to change, each part as one text. */
  state(): { records: string; ratings: string; screen: string; settings: string };
  /** Lets time pass at the device. */
  advance(ms: number): Promise<void>;
  faults: unknown[];
  close(): Promise<void>;
}

const FILES = ['provisioning.json', 'network.json', 'enrolment.json', 'technician-access.json'];
const tokens = { page: 'p'.repeat(43), console: 'c'.repeat(43) };
const businessKey = 'a-key-of-the-hall';

const PIN = '246810';

/** One of each role, with a PIN. */
async function roster() {
  const roles = { 'S-2': 'paper_entry', 'S-3': 'paper_review' };
  const pinHash = await hashPin(PIN);
  const staff = ['S-1', 'S-2', 'S-3'].map((id, n) => ({ id, number: `000${n}`, name: '甲', post: '受理岗', pinHash }));
  return { staff, settings: { roles, scopes: { hall: ['visits', 'reminders'] } } };
}

/** One sign-in at a time, whoever asks: the desk takes no crowd. */
function staffSessions(desk: () => StaffDesk): FuzzTarget['staffCookies'] {
  const sessions = new Map<string, string>();
  const renew = async () => {
    for (const number of ['0000', '0001', '0002']) {
      const known = sessions.get(number);
      if (known !== undefined && desk().session(known) !== null) continue;
      sessions.set(number, (await desk().signIn(number, PIN)).token);
    }
    return [...sessions.values()].map((token) => ({ cookie: `pingjiaqi_session=${token}` }));
  };
  let last = Promise.resolve<{ cookie: string }[]>([]);
  return () => {
    last = last.then(renew);
    return last;
  };
}

export async function openFuzzTarget(): Promise<FuzzTarget> {
  const clients = [{ id: 'hall', name: '大厅', keySha256: createHash('sha256').update(businessKey).digest('hex') }];
  const device = await openTestAppliance(sampleConfiguration({ clients, ...(await roster()) }));
  const pagesDir = mkdtempSync(join(tmpdir(), 'fuzz-pages-'));
  for (const page of ['citizen', 'staff', 'technician', 'assets']) mkdirSync(join(pagesDir, page));
  for (const page of ['citizen', 'staff', 'technician']) writeFileSync(join(pagesDir, page, 'index.html'), page);
  const { dataDir } = device;
  const names = ['127.0.0.1', 'localhost'];
  const tls = await lanCertificate({ dataDir, keys: keysOf(dataDir), names, nowMs: Date.now(), hall: null });
  const log = createLog('fuzz', 'silent');
  const link = new AgentLink({ appliance: device.appliance, clock: device.clock, log, version: '0' });
  const api = applianceApi({
    appliance: device.appliance,
    link,
    settings: { PINGJIAQI_TRIAL: false },
    version: '0',
  });
  const routes: FuzzTarget['routes'] = { local: [], lan: [] };
  const servers = await startServers({
    api,
    logger: log,
    pagesDir,
    localPort: 0,
    lanPort: 0,
    lanHost: '0.0.0.0',
    lanTls: tls,
    localTokens: tokens,
    onListener: (name, server) =>
      void server.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) if (one !== 'HEAD') routes[name].push(`${one} ${url}`);
      }),
  });
  const read = (file: string) => (existsSync(join(dataDir, file)) ? readFileSync(join(dataDir, file), 'utf8') : '');
  return {
    urls: { local: servers.urls.citizen, lan: servers.urls.staff.replace('0.0.0.0', '127.0.0.1') },
    authority: tls.authority ?? '',
    routes,
    tokens,
    businessKey,
    staffCookies: staffSessions(() => device.appliance.desks().staff),
    state() {
      // A wrong PIN leaves its trace, as it must; a visit, a rating and a setting are what must not come.
      const records = device.records().filter(({ kind }) => kind !== 'event');
      return {
        records: JSON.stringify(records),
        ratings: JSON.stringify(records.filter(({ kind }) => kind === 'rating')),
        screen: JSON.stringify(device.appliance.citizenView()),
        settings: JSON.stringify(FILES.map(read)),
      };
    },
    advance: (ms) => device.clock.advance(ms),
    faults: device.faults,
    async close() {
      link.stop();
      await servers.close();
      await device.close();
      rmSync(pagesDir, { recursive: true });
    },
  };
}
