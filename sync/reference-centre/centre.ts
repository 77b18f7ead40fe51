import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../device/clock.ts';
import type { VerifySm2 } from '../protocol/jws.ts';
import type { CentreKeys } from '../protocol/messages.ts';
import type { CentreContext } from './context.ts';
import { faultMenu, receiptWriter } from './faults.ts';
import { loadOrCreateKeys } from './keys.ts';
import { buildServer } from './server.ts';
import { codeStore } from './storage/codes.ts';
import { openDatabase } from './storage/database.ts';
import { deviceStore } from './storage/devices.ts';
import { phoneRatingStore } from './storage/phone-ratings.ts';
import { recordStore } from './storage/records.ts';
import { visitWatch } from './visit-watch.ts';

/** How long requests under way may take once the centre stops. */
const STOP_GRACE_MS = 2_000;

export interface ReferenceCentreOptions {
  /** Holds database and keys; made where it is missing. One centre per folder at a time. */
  dataDir: string;
  /** A loopback address unless `tls` is given: plain HTTP is for nothing else (reference-protocol §1). */
  host: string;
  /** Certificate chain and key, PEM. */
  tls?: { chain: string; key: string };
  /** 0 takes any free port. */
  port: number;
  /** The payload of §3 for one device; asked for at every enrolment and configuration request. */
  configuration(deviceId: string): object;
  /** One-time codes that enrol a device. A code already known keeps what became of it. */
  enrolmentCodes: readonly string[];
  /** How long a code is good from its first offer; without it, for ever. */
  codeValidForS?: number;
  /** Each enrolment waits (202) until `approve` is called for its code. */
  requireApproval?: boolean;
  /** Takes SM2 devices (§1) and checks them by this; without it their enrolment is refused. */
  verifySm2?: VerifySm2;
  clock: Clock;
}

export interface ReferenceCentre {
  /** Base URL without a slash at the end. */
  url: string;
  /** Public keys, as enrolment hands them over (§2). */
  keys: CentreKeys;
  /** A person's approval of an enrolment. @returns false where the code is unknown */
  approve(code: string): boolean;
  /** A one-time code by which a known device, revoked or not, gets a new key under its old id. */
  offerRenewal(code: string, deviceId: string): void;
  /** Every further request of the device is answered 401 `revoked`. */
  revoke(deviceId: string): void;
  /** Answers what is under way, at most 2 s, and closes the database. */
  close(): Promise<void>;
}

function buildContext(options: ReferenceCentreOptions): CentreContext {
  const { clock, dataDir } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const keys = loadOrCreateKeys(dataDir);
  const db = openDatabase(dataDir);
  const faults = faultMenu(clock);
  return {
    clock,
    db,
    keys,
    faults,
    codes: codeStore(db),
    devices: deviceStore(db),
    records: recordStore(db),
    phoneRatings: phoneRatingStore(db),
    watch: visitWatch(clock),
    verifySm2: options.verifySm2,
    configuration: (deviceId) => options.configuration(deviceId),
    writeReceipt: receiptWriter(faults, { key: keys.sig, kid: keys.sig.kid }),
  };
}

function offerCodes({ codes, clock }: CentreContext, options: ReferenceCentreOptions): void {
  const validMs = (options.codeValidForS ?? 0) * 1000;
  const expiresAt = validMs === 0 ? null : clock.wallMs() + validMs;
  for (const code of options.enrolmentCodes) codes.offer(code, expiresAt, options.requireApproval !== true);
}

/** Long polls and hung requests end first; they would keep the server open for ever. */
async function stop(app: FastifyInstance, { faults, watch, clock, db }: CentreContext): Promise<void> {
  watch.releaseAll();
  faults.release();
  const timer = clock.setTimer(STOP_GRACE_MS, () => app.server.closeAllConnections());
  await app.close().finally(() => timer.cancel());
  db.close();
}

const hostInUrl = (host: string) => (isIPv6(host) ? `[${host}]` : host);

/**
 * Starts the reference centre (reference-protocol §1–§8): listening when the promise resolves.
 * Everything that was answered before survives any crash; a start on the same folder goes on from it.
 * @throws CentreError `keys_unreadable | database_newer`; the listen error where the port is taken
 */
export async function startReferenceCentre(options: ReferenceCentreOptions): Promise<ReferenceCentre> {
  const context = buildContext(options);
  offerCodes(context, options);
  const app = await buildServer(context, options.tls);
  await app.listen({ host: options.host, port: options.port }).catch(async (cause: unknown) => {
    await stop(app, context);
    throw cause;
  });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${hostInUrl(options.host)}:${port}`,
    keys: context.keys.publicKeys,
    approve: (code) => context.codes.approve(code),
    offerRenewal: (code, deviceId) => context.codes.offerRenewal(code, deviceId, null),
    revoke: (deviceId) => context.devices.revoke(deviceId),
    close: () => stop(app, context),
  };
}
