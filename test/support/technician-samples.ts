import type { Facts } from '../../app/checks/facts.ts';
import { findingsOf } from '../../app/checks/findings.ts';
import type { DeliveryState } from '../../app/server/technician/delivery.ts';
import type { TechnicianStatus } from '../../app/server/technician/status.ts';
import { PORT_HINTS } from '../../device/peripherals/port/port-error.ts';
import { NO_ATTEMPTS } from '../../sync/device-port.ts';

/** States of the technician's page; the lines come from the product's own rules, from facts written down here. */

const time = (text: string) => Date.parse(`2026-11-22T${text}.000+08:00`);
const NOW = time('10:20:00');
const DAY_MS = 86_400_000;

const delivery: DeliveryState = {
  standing: 'fine',
  pending: 0,
  deferred: 0,
  refused: 0,
  atRisk: 0,
  critical: 0,
  missed: 0,
  undated: 0,
  oldestPendingAt: null,
  nextLegalDueAt: null,
  leastSlackMs: null,
  perS: 410,
  attempts: { ...NO_ATTEMPTS, settled: 214, down: 2 },
  clock: { quality: 'synced', offsetMs: 140, boundMs: 12 },
};

/** A device with which all is well. */
export const wellFacts = {
  nowMs: NOW,
  versions: { software: '0.1.0', node: 'v24.21.0', sqlite: '3.54.1', system: 'Linux 6.1.0 x64' },
  identity: {
    fingerprint: 'k7mZ1mQ0b2Q9n3o5p7r9t1v3x5z7B9D1F3H5J7L9N1P',
    alg: 'ed25519',
    keptIn: 'file',
    inFile: null,
  },
  configuration: { deviceId: 'dev-150102-a07', window: 'A-07', version: 3, policy: 'neimenggu-2022 2022.1' },
  calendar: { version: 'china-2025-2026', coveredYears: [2025, 2026] },
  line: { state: 'online', since: '2026-11-22T08:31:07.000+08:00', detail: null },
  centre: {
    at: NOW - 60_000,
    host: 'centre.example',
    port: 443,
    via: null,
    dns: { addresses: ['192.0.2.10', '2001:db8::10'] },
    tcp: { open: true },
    tls: { protocol: 'TLSv1.3' },
    answer: { isCentre: true, status: 401, type: 'application/json' },
    signature: { kind: 'good', version: 3 },
    offsetMs: 140,
    certificateUntil: NOW + 200 * DAY_MS,
  },
  delivery,
  receipts: { delivered: 1284, lastAt: '2026-11-22T10:15:31.402+08:00' },
  refusals: {},
  canary: { isSupported: true, day: '2026-11-22', reached: [1, 2, 3, 4, 5], refused: [], waiting: [] },
  manifest: { confirmedAt: time('03:12:00'), found: [] },
  database: { bytes: 3_400_000, records: 1284 },
  integrity: { at: time('03:10:00'), problem: null },
  disk: {
    freeBytes: 41e9,
    totalBytes: 64e9,
    isLow: false,
    reserve: { heldBytes: 67_108_864, wantedBytes: 67_108_864 },
  },
  clock: { wallMs: NOW, quality: 'synced', offsetMs: 140, boundMs: 12, writtenAt: null },
  peripherals: [
    { family: 'keypad', path: '/dev/serial/by-id/pad-0', state: 'ready', hint: null, counters: {} },
    { family: 'idCard', path: '/dev/serial/by-id/sdt-0', state: 'closed', hint: null, counters: { cardsRead: 3 } },
    { family: 'printer', path: '/dev/usb/lp0', state: 'ready', hint: null, counters: { printed: 41, notPrinted: 0 } },
  ],
  window: { frames: 'painted', recovered: 0, last: null },
  screen: { panel: { widthPx: 1280, heightPx: 800 }, viewport: { width: 1280, height: 800, ratio: 1 }, dpi: 149 },
  voice: { volumePercent: 60, packs: 2, faults: [] },
  tests: {
    touch: { at: time('09:40:00'), passed: true },
    colours: { at: time('09:41:00'), passed: true },
    sound: { at: time('09:42:00'), passed: true },
  },
  lanCertificate: {
    fingerprint: '3F:9C:1B:7A:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB',
    validUntil: NOW + 380 * DAY_MS,
    source: 'device',
    fault: null,
  },
  authorities: [
    {
      fingerprint: '11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00',
      validUntil: NOW + 900 * DAY_MS,
    },
  ],
  warnings: [],
} as const satisfies Facts;

function statusOf(facts: Facts, change: Partial<TechnicianStatus> = {}): TechnicianStatus {
  const { pending, deferred, refused } = facts.delivery ?? delivery;
  return {
    trial: true,
    version: '0.1.0',
    checks: findingsOf(facts),
    checkedAt: '2026-11-22T10:20:00.000+08:00',
    provisioned: true,
    busy: false,
    device: {
      deviceId: 'dev-150102-a07',
      keyFingerprint: wellFacts.identity.fingerprint,
      centre: 'https://centre.example',
    },
    window: { hall: '青城市政务服务中心', number: 'A-07', name: '不动产登记' },
    policy: { id: 'neimenggu-2022', version: '2022.1' },
    ledger: { seq: 1284, head: `sha256:${'5ac0'.repeat(16)}`, pending, deferred, refused, delivered: 1284 },
    delivery: facts.delivery ?? delivery,
    nextDueAt: null,
    link: { state: 'online', since: '2026-11-22T08:31:07.000+08:00', detail: null },
    lastReceiptAt: '2026-11-22T10:15:31.402+08:00',
    peripherals: [...(facts.peripherals ?? [])],
    peripheralEvents: [],
    warnings: [...(facts.warnings ?? [])],
    ...change,
  };
}

export const technicianWell: TechnicianStatus = statusOf(wellFacts);

const [keypad, , printer] = wellFacts.peripherals;

/** A login page in the way, and what follows from it. */
const portalFacts: Facts = {
  ...wellFacts,
  line: { state: 'not_the_centre', since: '2026-11-22T09:02:44.000+08:00', detail: 'HTTP 200, text/html' },
  centre: {
    at: NOW,
    host: 'centre.example',
    port: 443,
    via: null,
    dns: { addresses: ['10.0.0.1'] },
    tcp: { open: true },
    tls: { protocol: 'TLSv1.2' },
    answer: { isCentre: false, status: 200, type: 'text/html' },
    certificateUntil: NOW + 20 * DAY_MS,
  },
  delivery: {
    ...delivery,
    standing: 'critical',
    critical: 12,
    pending: 212,
    oldestPendingAt: time('09:02:00'),
    nextLegalDueAt: Date.parse('2026-11-30T00:00:00.000+08:00'),
  },
  peripherals: [{ ...keypad, state: 'lost' }, printer],
};

/** As much as can go wrong at once. */
export const ruinFacts: Facts = {
  ...portalFacts,
  versions: { ...wellFacts.versions, node: 'v20.20.2' },
  configuration: {
    code: 'provisioning_unreadable',
    fault: 'provisioning.json cannot be read',
    hint: 'Enrol the device again.',
  },
  centre: {
    at: NOW,
    host: 'centre.example',
    port: 443,
    via: 'proxy.hall.example:3128',
    dns: { addresses: ['10.0.0.9'] },
    tcp: { open: true },
    proxy: { passed: true },
    tls: { fault: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    certificateUntil: NOW - DAY_MS,
  },
  delivery: { ...delivery, ...portalFacts.delivery, standing: 'missed', missed: 3, deferred: 9, refused: 2 },
  receipts: { delivered: 0, lastAt: null },
  calendar: { version: 'china-2025', coveredYears: [2025] },
  refusals: { content_mismatch: 1, malformed: 1 },
  canary: { isSupported: true, day: '2026-11-21', reached: [3, 4, 5], refused: [1], waiting: [2] },
  manifest: { confirmedAt: time('03:12:00') - 9 * DAY_MS, found: ['ledger_behind_centre'] },
  integrity: {
    at: time('03:10:00'),
    problem: 'record 812 is edited: its content, hash or seal was changed',
    fault: { seq: 812, kind: 'edited' },
  },
  disk: { freeBytes: 90e6, totalBytes: 64e9, isLow: true, reserve: { heldBytes: 0, wantedBytes: 67_108_864 } },
  clock: { wallMs: 0, quality: 'unset', offsetMs: null, boundMs: null, writtenAt: null },
  peripherals: [
    { ...keypad, state: 'lost' },
    { ...printer, hint: 'Put in a new roll of paper.' },
    { family: 'idCard', path: '/dev/none', state: 'failed', hint: PORT_HINTS.missing, counters: {} },
    { family: 'queue', path: 'udp:0.0.0.0:8001', state: 'reopening', hint: null, counters: { foreign: 12 } },
  ],
  window: { frames: 'silent', recovered: 12, last: { reason: 'no-frames', at: 0 } },
  screen: { panel: { widthPx: 1280, heightPx: 800 }, viewport: { width: 1280, height: 800, ratio: 1 }, dpi: 189 },
  voice: { volumePercent: 0, packs: 0, faults: [] },
  tests: {
    touch: { at: time('09:40:00'), passed: false },
    colours: { at: time('09:41:00'), passed: false },
    sound: { at: time('09:42:00'), passed: false },
    card: { at: time('09:43:00'), passed: false },
    print: { at: time('09:43:00'), passed: false },
  },
  lanCertificate: { ...wellFacts.lanCertificate, source: 'hall', validUntil: NOW - DAY_MS },
  authorities: [{ ...wellFacts.authorities[0], validUntil: NOW + 9 * DAY_MS }],
  warnings: [
    { code: 'policy_version_differs', text: 'The centre names policy version 2; this device has 1 and uses it.' },
  ],
};

/** Every state of the technician's page by the name of its picture. */
export const technicianSamples: Record<string, TechnicianStatus> = {
  well: technicianWell,
  'one-fault': statusOf({ ...wellFacts, peripherals: [{ ...keypad, state: 'lost' }] }),
  troubled: statusOf(portalFacts),
  ruin: statusOf(ruinFacts, { trial: false }),
  new: statusOf(
    {
      nowMs: NOW,
      versions: wellFacts.versions,
      identity: wellFacts.identity,
      configuration: null,
      line: null,
      delivery,
      database: { bytes: 90_000, records: 0 },
      integrity: wellFacts.integrity,
      disk: wellFacts.disk,
      clock: wellFacts.clock,
      peripherals: [],
    },
    {
      provisioned: false,
      device: null,
      window: null,
      policy: null,
      link: null,
      lastReceiptAt: null,
      ledger: { seq: 0, head: `sha256:${'0'.repeat(64)}`, pending: 0, deferred: 0, refused: 0, delivered: 0 },
    },
  ),
};
