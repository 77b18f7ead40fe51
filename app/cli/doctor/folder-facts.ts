import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CodedError } from '../../../device/errors.ts';
import { findNamedIdentity, keysOf } from '../../../device/identity/identity-store.ts';
import { NO_TOOLS, tpmState, USUAL_TPM } from '../../../device/identity/keeping/tpm.ts';
import { loadWay } from '../../../device/identity/network-settings.ts';
import { loadProvisioning, type Provisioned } from '../../../device/identity/provisioning.ts';
import type { IdentityKey } from '../../../device/identity/suite/key.ts';
import { ledgerPaths } from '../../../device/ledger/paths.ts';
import { verifyLedger } from '../../../device/ledger/verify.ts';
import type { PeripheralSettings } from '../../../device/peripherals/settings.ts';
import { resolveCalendar } from '../../../device/policy/resolve.ts';
import { isLow, readDisk } from '../../../device/storage/disk-watch.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { authorityFacts } from '../../checks/authorities.ts';
import { type CentreProbe, probeCentre } from '../../checks/centre-probe.ts';
import type { Facts, Unusable } from '../../checks/facts.ts';
import { askSigned } from '../../checks/signed-question.ts';
import { versionFacts } from '../../checks/versions.ts';
import { codeOf, messageOf } from './check.ts';

const hintOf = (error: unknown): string => (error instanceof CodedError ? error.hint : 'Check disk and rights.');
const unusable = (error: unknown): Unusable => ({
  code: error instanceof CodedError ? error.code : '',
  fault: messageOf(error),
  hint: hintOf(error),
});

/** What the window alone can open is not to be seen from outside: there the device's own word counts. */
function keyOf(dir: string): { key: IdentityKey | null; fact: Facts['identity'] } {
  try {
    const found = findNamedIdentity(dir);
    if (found === null) return { key: null, fact: null };
    if (found.keptIn === 'system') return { key: null, fact: undefined };
    const fault = found.fault();
    if (fault !== null) return { key: null, fact: unusable(fault) };
    const { fingerprint, alg } = found.key;
    const lacksTools = found.keptIn === 'file' && tpmState(USUAL_TPM) === 'no_tools';
    const inFile = lacksTools ? NO_TOOLS : null;
    return { key: found.key, fact: { fingerprint, alg, keptIn: found.keptIn, inFile } };
  } catch (error) {
    return { key: null, fact: unusable(error) };
  }
}

async function provisioningOf(
  dir: string,
): Promise<{ provisioned: Provisioned | null; facts: Pick<Facts, 'configuration' | 'calendar'> }> {
  try {
    const provisioned = await loadProvisioning(dir);
    if (provisioned === null) return { provisioned, facts: { configuration: null } };
    const { deviceId, document } = provisioned;
    const { version, window, policy } = document;
    const configuration = { deviceId, window: window.number, version, policy: `${policy.id} ${policy.version}` };
    return { provisioned, facts: { configuration, calendar: resolveCalendar(document.calendar) } };
  } catch (error) {
    return { provisioned: null, facts: { configuration: unusable(error) } };
  }
}

async function walk(
  dir: string,
  provisioned: Provisioned | null,
  key: IdentityKey | null,
  nowMs: number,
): Promise<CentreProbe | null> {
  if (provisioned === null) return null;
  try {
    const way = loadWay(dir);
    const { version } = packageJson;
    const ask = key === null ? null : (signal: AbortSignal) => askSigned({ provisioned, key, way, version }, signal);
    const { baseUrl, deviceId } = provisioned;
    return await probeCentre({ baseUrl, deviceId, way, askSigned: ask }, nowMs);
  } catch (error) {
    // Unreadable settings have a line of their own; another way than the one set is not tried.
    if (error instanceof CodedError) return null;
    throw error;
  }
}

function integrityOf(dir: string, nowMs: number): Pick<Facts, 'integrity' | 'database'> {
  try {
    const { ok, fault, records, checked } = verifyLedger(dir, keysOf(dir));
    const problem = ok ? null : `record ${fault?.seq} is ${fault?.kind}: ${fault?.why}`;
    const { db, wal } = ledgerPaths(dir);
    const bytes = [db, wal].reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
    return { database: { bytes, records }, integrity: { at: nowMs, problem, fault, checked } };
  } catch (error) {
    if (codeOf(error) === 'ledger_missing') return { integrity: null };
    return { integrity: { at: nowMs, problem: `${messageOf(error)} ${hintOf(error)}` } };
  }
}

/** Of the nearest folder above that is there: the data folder may not be made yet. */
function presentFolder(dir: string): string {
  const isThere = statSync(dir, { throwIfNoEntry: false }) !== undefined;
  return isThere || dirname(dir) === dir ? dir : presentFolder(dirname(dir));
}

async function diskOf(dir: string): Promise<NonNullable<Facts['disk']>> {
  const disk = await readDisk(presentFolder(dir));
  // The reserve is the running device's: from outside nobody knows how large it should be.
  return { ...disk, isLow: isLow(disk, false), reserve: { heldBytes: 0, wantedBytes: 0 } };
}

/** The device's own certificate as it lies in the folder; a hall's is known to the running device alone. */
function lanOf(dir: string): Pick<Facts, 'lanCertificate'> {
  try {
    const read = (name: string) => new X509Certificate(readFileSync(join(dir, 'tls', name), 'utf8'));
    const validUntil = Date.parse(read('server.pem').validTo);
    const { fingerprint256: fingerprint } = read('authority.pem');
    return { lanCertificate: { fingerprint, validUntil, source: 'device', fault: null } };
  } catch {
    return {}; // not made yet, or torn: the next start makes it anew
  }
}

/** What a data folder tells without its device; changes nothing, and the device may run. */
export async function folderFacts(
  dir: string,
  nowMs: number,
): Promise<{ facts: Facts; peripherals: PeripheralSettings }> {
  const { key, fact: identity } = keyOf(dir);
  const { provisioned, facts: configured } = await provisioningOf(dir);
  const centre = await walk(dir, provisioned, key, nowMs);
  const writtenAt = statSync(ledgerPaths(dir).hint, { throwIfNoEntry: false })?.mtimeMs ?? null;
  const facts: Facts = {
    nowMs,
    versions: versionFacts(packageJson.version),
    ...(identity === undefined ? {} : { identity }),
    ...configured,
    ...(centre === null ? {} : { centre }),
    ...integrityOf(dir, nowMs),
    disk: await diskOf(dir),
    clock: { wallMs: nowMs, quality: null, offsetMs: centre?.offsetMs ?? null, boundMs: null, writtenAt },
    ...lanOf(dir),
    authorities: authorityFacts(dir),
  };
  return { facts, peripherals: provisioned?.document.settings.peripherals ?? {} };
}
