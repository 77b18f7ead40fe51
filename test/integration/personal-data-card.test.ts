import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactDecrypt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exportBundles } from '../../app/evacuation/bundles.ts';
import { AgentLink } from '../../app/processes/agent-link.ts';
import { applianceApi } from '../../app/processes/appliance-api.ts';
import { createLog, logFolder } from '../../app/processes/log.ts';
import { type Servers, startServers } from '../../app/server/servers.ts';
import neimenggu from '../../assets/policy-packs/neimenggu-2022.json' with { type: 'json' };
import { Appliance } from '../../device/appliance.ts';
import { systemClock } from '../../device/clock.ts';
import { createSerialPortOpener } from '../../device/peripherals/port/serialport-opener.ts';
import {
  applianceOptions,
  CENTRE_KEYS,
  CENTRE_SEALING_KEY,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { SdtReader } from '../serial/sdt-reader.ts';
import { CitizenClient } from '../support/citizen-client.ts';
import { type Leak, leaksIn, leaksInFolder } from '../support/leak-scan.ts';

/**
 * The rater's own card, read over a real line where the policy asks the device (内蒙古 第十三条): name and number must be
 * nowhere unsealed, on no disk, in no log and on no wire but the reader's own (design §2.7).
 */

/** What stands on the simulated card: a person who does not exist. */
const MARKERS = { name: '测试甲', number: '999999190001019992', address: '测试路' };

const ASKS_DEVICE = {
  ...neimenggu,
  raterIdentity: { realName: { value: true, article: '第十三条' }, by: { value: 'device', article: '第十三条' } },
};

describe('a rater’s card', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'card-leaks-'));
  const out = mkdtempSync(join(tmpdir(), 'card-export-'));
  const faults: unknown[] = [];
  let reader: SdtReader;
  let appliance: Appliance;
  let servers: Servers;
  let page: CitizenClient;
  let visitId: string;
  let staffTraffic = '';
  const stopListening = new AbortController();
  let listening: Promise<void>;

  beforeAll(async () => {
    reader = await SdtReader.open();
    appliance = await Appliance.open({
      ...applianceOptions(dataDir, systemClock, faults),
      trial: true,
      peripherals: { opener: createSerialPortOpener(systemClock), keypadProfiles: new Map() },
    });
    await enrol();
    servers = await serve();
    page = new CitizenClient(servers.urls.citizen);
    listening = listenAsStaff().catch((error: unknown) => {
      if (!stopListening.signal.aborted) throw error;
    });
  });

  afterAll(async () => {
    stopListening.abort();
    await listening;
    page.close();
    await servers.close();
    await appliance.close();
    await reader.line.close();
    for (const folder of [dataDir, out]) rmSync(folder, { recursive: true });
  });

  async function enrol(): Promise<void> {
    const configuration = sampleConfiguration({
      settings: { peripherals: { idCard: { path: reader.line.path } } },
      policy: { id: 'neimenggu-2022', version: '1', document: ASKS_DEVICE },
    });
    const given = { deviceId: 'device-1', baseUrl: 'https://centre.example', centreKeys: CENTRE_KEYS };
    await appliance.commissioning.enrolled({ ...given, configuration: signConfiguration(configuration) });
  }

  async function serve(): Promise<Servers> {
    const pagesDir = join(out, 'pages');
    for (const name of ['citizen', 'staff', 'technician', 'assets'])
      mkdirSync(join(pagesDir, name), { recursive: true });
    const log = createLog('appliance', 'debug', { folder: logFolder(dataDir) });
    const link = new AgentLink({ appliance, clock: systemClock, log, version: '0' });
    const api = applianceApi({ appliance, link, settings: { PINGJIAQI_TRIAL: true }, version: '0' });
    const ports = { localPort: 0, lanPort: 0, lanHost: '127.0.0.1', lanTls: null, localTokens: null };
    return startServers({ api, logger: log, pagesDir, ...ports });
  }

  async function listenAsStaff(): Promise<void> {
    const stream = await fetch(new URL('/staff/events', servers.urls.staff), { signal: stopListening.signal });
    for await (const chunk of stream.body ?? []) staffTraffic += Buffer.from(chunk as Uint8Array).toString('utf8');
  }

  const until = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 20 });
  const raterOf = () => appliance.attached.raterCard.sealedFor(visitId);
  const ratings = () => appliance.ledger.read(1, 1_000).flatMap(({ kind, body }) => (kind === 'rating' ? [body] : []));

  it('is read over the line and goes to the centre sealed, with the rating', async () => {
    const item = { itemCode: 'I-1', itemName: '居民身份证换领', staffId: 'S-1', servedAt: null };
    const visit = { caseNo: 'C-1', serviceNo: 1, ...item, trigger: 'business' as const, inviteAtOnce: true };
    visitId = appliance.openVisit(visit, null);
    reader.lay('A');
    await until(() => expect(raterOf()).not.toBe(null));
    await page.see((view) => view.screen === 'inviting' && view.visitId === visitId);
    const words = { tags: [], comment: `我是${MARKERS.name}，${MARKERS.number}`, language: 'zh-CN' };
    await page.send({ type: 'rate', visitId, level: 2, language: 'zh-CN' });
    await page.send({ type: 'revise', visitId, level: 2, ...words });
    expect(await page.send({ type: 'submit', visitId })).toMatchObject({ kept: true });
    const [first] = ratings();
    const { plaintext } = await compactDecrypt(String(first?.rater), CENTRE_SEALING_KEY);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({
      name: MARKERS.name,
      number: MARKERS.number,
    });
  });

  it('leaves nothing on the disk: database, its log, files, logs', () => {
    expect(leaksInFolder(dataDir, MARKERS)).toEqual([]);
  });

  it('is in nothing that is sent: screen, staff traffic, QR, status, reports, measures, support bundle', async () => {
    const paths = ['/technician/status', '/technician/support-bundle', '/technician/peripheral-report', '/metrics'];
    for (const path of [...paths, '/technician/traffic']) {
      const answer = await fetch(new URL(path, servers.urls.technician));
      expect(answer.status, path).toBe(200);
      expect(leaksIn(path, Buffer.from(await answer.arrayBuffer()), MARKERS)).toEqual([]);
    }
    expect(staffTraffic).toContain('data:');
    expect(leaksIn('staff traffic', Buffer.from(staffTraffic), MARKERS)).toEqual([]);
    expect(leaksIn('screen', Buffer.from(JSON.stringify(page.view)), MARKERS)).toEqual([]);
  });

  it('is in nothing that is carried out', async () => {
    const target = join(out, 'stick');
    mkdirSync(target);
    const { records } = await exportBundles({ dataDir, target });
    expect(records).toBeGreaterThan(0);
    expect(leaksInFolder(target, MARKERS)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('would be found: the scan knows the card in the spelling of the reader’s own line', () => {
    const planted: Leak[] = [{ where: 'line', marker: 'name' }];
    const line = Buffer.concat([Buffer.from('frame'), Buffer.from(MARKERS.name, 'utf16le')]);
    expect(leaksIn('line', line, MARKERS)).toEqual(planted);
  });
});
