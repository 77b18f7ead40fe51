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
import { openTestAppliance, sampleConfiguration } from '../../device/testing/appliance-fixture.ts';

/** A device in service outside trial mode, with its real listeners: loopback with tokens, the hall's by TLS. */
export interface FuzzTarget {
  urls: { local: string; lan: string };
  /** PEM that the LAN listener's certificate hangs from. */
  authority: string;
  routes: Record<'local' | 'lan', string[]>;
  tokens: { page: string; console: string };
  businessKey: string;
  /** All that nobody without rights may change. */
  fingerprint(): string;
  faults: unknown[];
  close(): Promise<void>;
}

const FILES = ['provisioning.json', 'network.json', 'enrolment.json', 'technician-access.json'];
const tokens = { page: 'p'.repeat(43), console: 'c'.repeat(43) };
const businessKey = 'a-key-of-the-hall';

export async function openFuzzTarget(): Promise<FuzzTarget> {
  const clients = [{ id: 'hall', name: '大厅', keySha256: createHash('sha256').update(businessKey).digest('hex') }];
  const device = await openTestAppliance(sampleConfiguration({ clients }));
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
    fingerprint: () =>
      JSON.stringify({
        // A wrong PIN leaves its trace, as it must; a visit, a rating and a setting are what must not come.
        records: device.records().filter(({ kind }) => kind !== 'event'),
        screen: device.appliance.citizenView(),
        files: FILES.map(read),
      }),
    faults: device.faults,
    async close() {
      link.stop();
      await servers.close();
      await device.close();
      rmSync(pagesDir, { recursive: true });
    },
  };
}
