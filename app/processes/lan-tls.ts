import { hostname, networkInterfaces } from 'node:os';
import type { Logger } from 'pino';
import { systemClock } from '../../device/clock.ts';
import { keysOf } from '../../device/identity/identity-store.ts';
import { type LanCertificate, lanCertificate } from '../../device/identity/tls/lan-certificate.ts';
import type { ApplianceEnvironment } from './settings.ts';

/** How often names, addresses and the end of the certificate are looked at; an address may come and go with a cable. */
const LOOK_EVERY_MS = 3_600_000;
const LOOPBACK = '127.0.0.1';
const DNS_NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

type Settings = Pick<
  ApplianceEnvironment,
  | 'PINGJIAQI_DATA'
  | 'PINGJIAQI_TRIAL'
  | 'PINGJIAQI_LAN_HOST'
  | 'PINGJIAQI_LAN_NAMES'
  | 'PINGJIAQI_LAN_CERTIFICATE'
  | 'PINGJIAQI_LAN_KEY'
>;

export interface LanTls {
  /** Null: every address. */
  host: string | null;
  /** Null in trial mode on loopback, where `curl` and a browser must work without any preparation (design §7). */
  readonly certificate: LanCertificate | null;
  /** Looks from time to time, and tells of each certificate that replaced the one before. */
  keepFresh(renewed: (certificate: LanCertificate) => void): void;
  stop(): void;
}

/** Link-local addresses mean something on one cable only, and a certificate cannot name the cable. */
function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'));
}

function namesOf({ PINGJIAQI_LAN_NAMES: given }: Settings): string[] {
  const named = [...given, hostname(), 'localhost'].map((name) => name.toLowerCase());
  return [...new Set([...named.filter((name) => DNS_NAME.test(name)), ...addresses()])];
}

function hallFiles({ PINGJIAQI_LAN_CERTIFICATE: certificate, PINGJIAQI_LAN_KEY: key }: Settings) {
  return certificate === undefined || key === undefined ? null : { certificate, key };
}

/** The certificate of the LAN listener, kept fresh while the process lives. */
export async function openLanTls(settings: Settings, log: Pick<Logger, 'warn' | 'error' | 'info'>): Promise<LanTls> {
  const host = settings.PINGJIAQI_LAN_HOST ?? (settings.PINGJIAQI_TRIAL ? LOOPBACK : null);
  if (settings.PINGJIAQI_TRIAL && host === LOOPBACK) {
    return { host, certificate: null, keepFresh: () => undefined, stop: () => undefined };
  }
  const look = () =>
    lanCertificate({
      dataDir: settings.PINGJIAQI_DATA,
      keys: keysOf(settings.PINGJIAQI_DATA),
      names: namesOf(settings),
      nowMs: systemClock.wallMs(),
      hall: hallFiles(settings),
    });
  let certificate = await look();
  if (certificate.fault !== null) log.error({ fault: certificate.fault }, 'the certificate of the hall is not used');
  let timer: { cancel(): void } | null = null;
  const lookAgain = async (renewed: (next: LanCertificate) => void) => {
    const next = await look();
    if (next.chain === certificate.chain) return;
    certificate = next;
    log.info({ validUntil: next.validUntil, names: next.names.length }, 'the LAN certificate was renewed');
    renewed(next);
  };
  const keepFresh: LanTls['keepFresh'] = (renewed) => {
    timer = systemClock.setTimer(LOOK_EVERY_MS, () => {
      keepFresh(renewed);
      lookAgain(renewed).catch((error: unknown) => log.error({ err: error }, 'the LAN certificate was not renewed'));
    });
  };
  return {
    host,
    get certificate() {
      return certificate;
    },
    keepFresh,
    stop: () => timer?.cancel(),
  };
}
