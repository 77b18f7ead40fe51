import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import axios from 'axios';
import { CompactSign, importJWK } from 'jose';
import { trialConfiguration } from '../../app/processes/trial-configuration.ts';
import { systemClock } from '../../device/clock.ts';
import { issueAuthority, issueServer } from '../../device/identity/tls/issue.ts';
import { builtinCalendar, builtinCatalogue, builtinPacks } from '../../device/policy/builtin.ts';
import { type ReferenceCentre, startReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { loadOrCreateKeys } from '../../sync/reference-centre/keys.ts';

/** What is there before the technician comes: a centre with an authority of its own, and the hall's business system. */

const POLICY = 'neimenggu-2022';
const HOST = '127.0.0.1';

export interface Hall {
  /** What the centre's operator wrote onto the stick. */
  order: { baseUrl: string; code: string; ca?: string[] };
  /** A person at the centre compares the fingerprint and agrees. */
  approve(): void;
  /** Everything that a device asks is refused, or not any more. */
  setDown(isDown: boolean): Promise<void>;
  /** Grades that stand, by case. */
  ratings(): Promise<{ caseNo: string; level: number }[]>;
  /** The next configuration, as the centre would hand it over on a stick. @param settings of the window, beside those in force */
  nextConfiguration(settings: Record<string, unknown>): Promise<string>;
  /** A one-time code by which the device gets a new key. */
  renewalCode(deviceId: string): string;
  /** Nothing of the device is taken any more under the key that it has. */
  revoke(deviceId: string): void;
  /** Takes what was carried out of a device. @returns the receipts file */
  takeBundle(content: string): Promise<string>;
  close(): Promise<void>;
}

export interface HallOptions {
  dataDir: string;
  /** HTTPS under an authority that nobody else knows; plain HTTP on this machine else, for an order that is typed. */
  isPrivate: boolean;
  needsApproval: boolean;
  /** What the centre says is plugged in at this window. */
  peripherals: Record<string, unknown>;
  business: BusinessSystem;
}

async function privateAuthority() {
  const [root, server] = [newKey(), newKey()];
  const authority = await issueAuthority(root.jwk, 'the authority of this centre alone');
  const given = { authority, authorityJwk: root.jwk, jwk: server.jwk, names: [HOST], nowMs: Date.now() };
  return { authority, tls: { chain: await issueServer(given), key: server.pem } };
}

function newKey(): { jwk: JsonWebKey; pem: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    jwk: privateKey.export({ format: 'jwk' }) as JsonWebKey,
    pem: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
  };
}

export async function openHall(options: HallOptions): Promise<Hall> {
  const secure = options.isPrivate ? await privateAuthority() : null;
  const code = newCode();
  const inForce: InForce = { version: 1, settings: { peripherals: options.peripherals } };
  const centre = await startCentre(options, secure?.tls, code, inForce);
  const http = axios.create({
    baseURL: centre.url,
    ...(secure === null ? {} : { httpsAgent: new Agent({ ca: secure.authority }) }),
  });
  return {
    order: { baseUrl: centre.url, code, ...(secure === null ? {} : { ca: [secure.authority] }) },
    approve() {
      if (!centre.approve(code)) throw new Error('the centre knows no such code');
    },
    async nextConfiguration(settings) {
      inForce.version += 1;
      Object.assign(inForce.settings, settings);
      const { sig } = loadOrCreateKeys(options.dataDir);
      const document = documentOf(options, centre.url, inForce);
      const signer = new CompactSign(new TextEncoder().encode(JSON.stringify(document)));
      return signer.setProtectedHeader({ alg: 'EdDSA', kid: sig.kid }).sign(await importJWK(sig, 'EdDSA'));
    },
    renewalCode(deviceId) {
      const renewal = newCode();
      centre.offerRenewal(renewal, deviceId);
      return renewal;
    },
    revoke: (deviceId) => centre.revoke(deviceId),
    setDown: async (isDown) => void (await http.post('/inspect/faults', { mode: isDown ? 'down' : 'none' })),
    ratings: async () => (await http.get<{ caseNo: string; level: number }[]>('/inspect/ratings')).data,
    takeBundle: async (content) =>
      String((await http.post('/v1/bundles', Buffer.from(content), { responseType: 'text' })).data),
    close: () => centre.close(),
  };
}

const newCode = () => randomBytes(4).toString('hex').toUpperCase();

/** What the centre has signed last. */
interface InForce {
  version: number;
  settings: Record<string, unknown>;
}

/** As a centre sends them, of this year and what follows, so that the self-test finds nothing to do on any day of the play. */
function daysOff(): Record<string, 'rest'> {
  const year = new Date(systemClock.wallMs()).getUTCFullYear();
  const days = [year, year + 1, year + 2].flatMap((one) => FIXED_DAYS.map((day) => [`${one}-${day}`, 'rest'] as const));
  return Object.fromEntries(days);
}
const FIXED_DAYS = ['01-01', '05-01', '05-02', '10-01', '10-02', '10-03'];

function documentOf({ business }: HallOptions, baseUrl: string, { version, settings }: InForce) {
  return {
    ...trialConfiguration({
      baseUrl,
      policyId: POLICY,
      policyVersion: builtinPacks.get(POLICY)?.version ?? '1',
      catalogueVersion: builtinCatalogue.version,
      calendarVersion: builtinCalendar.version,
    }),
    version,
    calendar: { version: 'hall-1', days: daysOff() },
    clients: [business.client],
    settings,
  };
}

function startCentre(
  options: HallOptions,
  tls: { chain: string; key: string } | undefined,
  code: string,
  inForce: InForce,
) {
  const address = { baseUrl: '' };
  const starting = startReferenceCentre({
    dataDir: options.dataDir,
    host: HOST,
    port: 0,
    ...(tls === undefined ? {} : { tls }),
    enrolmentCodes: [code],
    requireApproval: options.needsApproval,
    clock: systemClock,
    configuration: () => documentOf(options, address.baseUrl, inForce),
  });
  return starting.then((centre: ReferenceCentre) => {
    address.baseUrl = centre.url;
    return centre;
  });
}

/** The 办件 system of the hall: its key, and what it asks of a device by TLS. */
export class BusinessSystem {
  readonly #key = randomBytes(24).toString('base64url');
  #cases = 0;

  get client(): { id: string; name: string; keySha256: string } {
    return { id: 'hall', name: '办件系统', keySha256: createHash('sha256').update(this.#key).digest('hex') };
  }

  /**
   * Opens a case and asks for a rating. It trusts the device's own authority, as README.md says.
   * @param api base URL of the device in the hall's network
   * @returns the case's number
   */
  async openCase(api: string, dataDir: string): Promise<string> {
    const caseNo = `TECHNICIAN-${++this.#cases}`;
    const url = new URL('/v1/visits', api);
    url.hostname = HOST;
    const visit = { caseNo, itemCode: 'T-001', itemName: '居民身份证换领', staffId: 'trial-1', invite: true };
    const httpsAgent = new Agent({ ca: readFileSync(join(dataDir, 'tls', 'authority.pem')) });
    await axios.post(url.href, visit, { httpsAgent, headers: { authorization: `Bearer ${this.#key}` } });
    return caseNo;
  }
}
