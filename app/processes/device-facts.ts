import { statSync } from 'node:fs';
import type { Appliance } from '../../device/appliance.ts';
import { lastCheck } from '../../device/check-log.ts';
import { systemClock } from '../../device/clock.ts';
import type { LanCertificate } from '../../device/identity/tls/lan-certificate.ts';
import { ledgerPaths } from '../../device/ledger/paths.ts';
import type { TestLog } from '../../device/test-log.ts';
import { authorityFacts } from '../checks/authorities.ts';
import type { Facts } from '../checks/facts.ts';
import { versionFacts } from '../checks/versions.ts';
import { RECYCLED } from '../window-watch/contract.ts';
import type { AgentLink } from './agent-link.ts';
import type { CentreLook } from './centre-look.ts';
import type { ApplianceEnvironment } from './settings.ts';
import type { WindowRecord } from './window-record.ts';

export interface DeviceFactsParts {
  appliance: Appliance;
  link: AgentLink;
  look: CentreLook;
  tests: TestLog;
  window: WindowRecord;
  version: string;
  /** ms since 1970: a small file was checked whole when it was opened. */
  startedAt: number;
  /** Null in trial mode on loopback. */
  lanCertificate: () => LanCertificate | null;
  /** What the window's shell said of the key store of the system; undefined where no shell runs. */
  systemStore: ApplianceEnvironment['PINGJIAQI_SYSTEM_STORE'];
  voiceFaults: readonly string[];
}

/** One refused list says enough of the reasons; the count is of all. */
const REASONS_OF = 1000;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function refusalsOf({ ledger }: Appliance): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of ledger.outbox.refused(REASONS_OF)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function integrityOf({ ledger }: Appliance, startedAt: number): NonNullable<Facts['integrity']> {
  const last = lastCheck(ledger);
  const atStart = ledger.report.fileCheck === 'passed' ? startedAt : null;
  if (last === null || (atStart !== null && atStart > last.at)) return { at: atStart, problem: null };
  return last;
}

function configurationOf(appliance: Appliance): NonNullable<Facts['configuration']> | null {
  const provisioned = appliance.provisioned();
  if (provisioned === null) {
    const { startFault } = appliance.commissioning;
    return startFault === null ? null : { code: startFault.code, fault: startFault.text, hint: '' };
  }
  const { deviceId, document } = provisioned;
  const pack = appliance.rules()?.pack;
  const policy = pack === undefined ? null : `${pack.id} ${pack.version}`;
  return { deviceId, window: document.window.number, version: document.version, policy };
}

function identityOf({ appliance, systemStore }: DeviceFactsParts): NonNullable<Facts['identity']> {
  const { fingerprint, alg } = appliance.key;
  const { keptIn, fault, inFile } = appliance.keyKeeping();
  if (fault !== null) return { code: fault.code, fault: fault.message, hint: fault.hint };
  const lacksKeyring = systemStore !== undefined && systemStore !== 'holds';
  return { fingerprint, alg, keptIn, inFile: keptIn === 'file' ? (inFile?.message ?? null) : null, lacksKeyring };
}

function lanFact(certificate: LanCertificate | null): NonNullable<Facts['lanCertificate']> | null {
  if (certificate === null) return null;
  const { fingerprint, validUntil, source, fault } = certificate;
  return { fingerprint, validUntil, source, fault };
}

function windowFact(window: WindowRecord): NonNullable<Facts['window']> {
  const { frames, recoveries, last } = window.view();
  const troubles = recoveries.filter(({ reason }) => reason !== RECYCLED);
  return { frames, recovered: troubles.reduce((sum, { count }) => sum + count, 0), last };
}

/** Nothing before a page told of its viewport. */
function screenFact({ panel: { panel, viewport, dpi } }: WindowRecord): Pick<Facts, 'screen'> {
  return panel === null || viewport === null ? {} : { screen: { panel, viewport, dpi } };
}

/** Everything that this device knows of itself now. Opens nothing and waits for nobody. */
export async function deviceFacts(parts: DeviceFactsParts): Promise<Facts & Required<Pick<Facts, 'delivery'>>> {
  const { appliance, link, look } = parts;
  const { delivered, headSeq } = await appliance.outbox.counts();
  const { packs, volumePercent } = appliance.voice();
  const paths = ledgerPaths(appliance.dataDir);
  const isInService = appliance.provisioned() !== null;
  const rules = appliance.rules();
  return {
    nowMs: appliance.time.dateMs(),
    versions: versionFacts(parts.version),
    identity: identityOf(parts),
    configuration: configurationOf(appliance),
    ...(rules === null ? {} : { calendar: rules.calendar }),
    line: link.report,
    ...(isInService ? { centre: look.glance() } : {}),
    delivery: await link.delivery(),
    receipts: { delivered, lastAt: link.report?.lastReceiptAt ?? null },
    refusals: refusalsOf(appliance),
    ...(isInService ? { canary: appliance.canary.view() } : {}),
    manifest: {
      confirmedAt: appliance.manifests.doneAt,
      found: appliance.manifests.warnings().map(({ code }) => code),
    },
    database: { bytes: sizeOf(paths.db) + sizeOf(paths.wal), records: headSeq },
    integrity: integrityOf(appliance, parts.startedAt),
    disk: appliance.diskState(),
    clock: { wallMs: systemClock.wallMs(), writtenAt: null, ...appliance.time.state() },
    peripherals: appliance.peripherals.status(),
    window: windowFact(parts.window),
    ...screenFact(parts.window),
    voice: { volumePercent, packs: packs.length, faults: parts.voiceFaults },
    tests: parts.tests.results(),
    lanCertificate: lanFact(parts.lanCertificate()),
    authorities: authorityFacts(appliance.dataDir),
    warnings: appliance.warnings().filter(({ code }) => code !== appliance.commissioning.startFault?.code),
  };
}
