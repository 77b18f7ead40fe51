import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Appliance } from '../../device/appliance.ts';
import { writeDurably } from '../../device/durable-file.ts';
import { canonicalJson } from '../../device/ledger/canonical-json.ts';
import { formatTime } from '../../device/time.ts';
import type { TechnicianStatus } from '../server/technician/status.ts';
import { logFolder } from './log.ts';
import { mask, maskLogLine } from './mask.ts';

/** What a technician sends to whoever can help: enough to find a fault, nothing that names a person or a grade. */
export interface SupportBundle {
  /** `madeAt` RFC 3339; `deviceId` null on a bare device. */
  bundle: { madeAt: string; deviceId: string | null } & Record<string, unknown>;
  /**
   * Over the canonical JSON (RFC 8785) of `bundle` by the device's key: nobody changed it on the way. Null where the key
   * does not sign: who has to find out why needs the bundle all the same.
   */
  signature: { alg: string; publicKey: object; value: string } | null;
}

/** Named by device and time, so that those of a hall lie beside each other in one folder. */
export function supportFileName({ bundle: { deviceId, madeAt } }: Pick<SupportBundle, 'bundle'>): string {
  const device = (deviceId ?? 'bare').replace(/[^\w.-]+/g, '_').slice(0, 64);
  const time = madeAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `pingjiaqi-support-${device}-${time}.json`;
}

const LAST_EVENTS = 200;
const LAST_RECORDS = 5000;
const MAX_LOG_LINES = 2000;

function logLines(dataDir: string): Record<string, unknown[]> {
  const folder = logFolder(dataDir);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /\.log(\.\d+)?$/.test(name));
  } catch {
    return {}; // a device that writes no files has its log in the system's journal
  }
  return Object.fromEntries(
    names.map((name) => {
      const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').slice(-MAX_LOG_LINES);
      return [name, lines.map(maskLogLine)];
    }),
  );
}

/** Of the configuration only what says which one it is: no person, no key, no hash of one, no item's name. */
function configurationOf(appliance: Appliance) {
  const provisioned = appliance.provisioned();
  if (provisioned === null) return null;
  const { version, window, policy, catalogue, calendar, items, staff, clients } = provisioned.document;
  return {
    version,
    windowNumber: window.number,
    regionCode: window.regionCode,
    policy: { id: policy.id, version: policy.version },
    catalogue: { version: catalogue.version },
    calendar: { version: calendar.version },
    counts: { items: items.length, staff: staff.length, clients: clients.length },
    centre: provisioned.baseUrl,
  };
}

function events(appliance: Appliance) {
  const head = appliance.ledger.head().seq;
  const records = appliance.ledger.read(Math.max(1, head - LAST_RECORDS + 1), LAST_RECORDS);
  return records
    .flatMap(({ kind, seq, recordedAt, body }) => (kind === 'event' ? [{ seq, recordedAt, ...body }] : []))
    .slice(-LAST_EVENTS);
}

/** @param nowMs ms since 1970 */
export function supportBundle(appliance: Appliance, status: TechnicianStatus, nowMs: number): SupportBundle {
  const bundle = {
    madeAt: formatTime(nowMs),
    deviceId: appliance.provisioned()?.deviceId ?? null,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    health: mask(status),
    configuration: mask(configurationOf(appliance)),
    events: mask(events(appliance)),
    logs: logLines(appliance.dataDir),
  };
  if (appliance.keyKeeping().fault !== null) return { bundle, signature: null };
  const { alg, publicJwk, sign } = appliance.key;
  const value = sign(Buffer.from(canonicalJson(bundle))).toString('base64url');
  return { bundle, signature: { alg, publicKey: publicJwk, value } };
}

/**
 * A power cut leaves the whole file or none.
 * @param folder such as that of a stick
 * @returns the path written
 */
export function writeSupportBundle(folder: string, made: SupportBundle): string {
  const path = join(folder, supportFileName(made));
  writeDurably(path, `${JSON.stringify(made, null, 2)}\n`);
  return path;
}
