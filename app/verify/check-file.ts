import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs';
import { fingerprintOf, publicJwkSchema } from '../../device/identity/suite/key.ts';
import { type AuditReport, auditExport, NoExport } from './audit.ts';
import { checkDeviceFile, kindOf } from './device-file.ts';
import { type KeySet, keySetSchema } from './format.ts';
import { describeDeviceFile, describeReport, type Language, say, type TextKey } from './report.ts';

/** Checks whichever file of a device somebody brings; for the auditor's program and for `pingjiaqi verify FILE`. */

export interface CheckOptions {
  file: string;
  /** File with the key of the centre; of an export alone. */
  centreKey?: string | undefined;
  /** That the device's key must have. */
  fingerprint?: string | undefined;
}

export interface CheckedFile {
  ok: boolean;
  /** Plain data for scripts. */
  report: object;
  describe: (language: Language) => string;
}

/** What keeps a check from being made; said in both languages. */
export class CannotCheck extends Error {
  constructor(key: TextKey, values: Record<string, string>) {
    super(`${say('zh', key, values)}\n${say('en', key, values)}`);
  }
}

const SNIFFED_BYTES = 256;

export function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function orCannotRead<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CannotCheck('error.read', { path, detail: detailOf(error) });
  }
}

/** An export may be larger than any memory, so it is not read to see what it is. */
function firstBytes(path: string): string {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(SNIFFED_BYTES);
    return bytes.toString('utf8', 0, readSync(handle, bytes));
  } finally {
    closeSync(handle);
  }
}

function readKeys(path: string): KeySet {
  const text = orCannotRead(path, () => readFileSync(path, 'utf8'));
  try {
    const value: unknown = JSON.parse(text);
    const set = keySetSchema.parse(
      typeof value === 'object' && value !== null && 'keys' in value ? value : { keys: [value] },
    );
    if (set.keys.some(({ crv, use }) => crv === 'Ed25519' && use !== 'enc')) return set;
  } catch {
    // Whatever it is, it is no key; said below.
  }
  throw new CannotCheck('error.key', { path });
}

async function audited({ file, centreKey }: CheckOptions): Promise<AuditReport> {
  const keys = centreKey === undefined ? null : readKeys(centreKey);
  try {
    return await auditExport(createReadStream(file), keys);
  } catch (error) {
    if (error instanceof NoExport) throw new CannotCheck('error.noExport', { path: file });
    throw new CannotCheck('error.read', { path: file, detail: detailOf(error) });
  }
}

function fingerprintIn({ head }: AuditReport): string {
  const key = publicJwkSchema.safeParse(head.devicePublicKey).data;
  return key === undefined ? '?' : fingerprintOf(key);
}

/** A key of somebody else signs as well as the device's own. */
function heldAgainst(report: AuditReport, wanted: string | undefined): AuditReport {
  if (wanted === undefined || wanted === fingerprintIn(report)) return report;
  const finding = { kind: 'signature' as const, code: 'device_other', seq: null, line: 1, values: {} };
  return { ...report, ok: false, findings: [...report.findings, finding] };
}

/** @throws CannotCheck */
export async function checkFile(options: CheckOptions): Promise<CheckedFile> {
  const { file, fingerprint: wanted } = options;
  const kind = orCannotRead(file, () => kindOf(firstBytes(file)));
  if (kind !== null) {
    const report = checkDeviceFile(
      kind,
      orCannotRead(file, () => readFileSync(file)),
      wanted ?? null,
    );
    return { ok: report.ok, report, describe: (language) => describeDeviceFile(language, report) };
  }
  const report = heldAgainst(await audited(options), wanted);
  const fingerprint = fingerprintIn(report);
  const describe = (language: Language) => describeReport(language, report, fingerprint);
  return { ok: report.ok, report: { ...report, fingerprint }, describe };
}
