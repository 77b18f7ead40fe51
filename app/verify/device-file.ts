import { z } from 'zod';
import { fingerprintOf, type PublicJwk, publicJwkSchema, SUITES } from '../../device/identity/suite/key.ts';
import { verifySignature } from '../../device/identity/suite/suite.ts';
import { canonicalJson } from '../../device/ledger/canonical-json.ts';

/**
 * The two files that a device signs beside its export: the acceptance report (验收报告, HTML with the signature in its last
 * line) and the support bundle (JSON). Pure.
 */

/** What the last line of a report begins with; the signature is over every byte before it. */
export const SIGNATURE_MARK = '<!-- pingjiaqi-signature ';
const MARK_END = ' -->\n';

export type DeviceFileKind = 'report' | 'bundle';

export interface DeviceFileReport {
  kind: DeviceFileKind;
  ok: boolean;
  /** Of the key that is named in the file; null where none is. */
  fingerprint: string | null;
  /** As the bundle says it; null on a bare device, and of a report, which is for reading. */
  deviceId: string | null;
  /** Codes, in texts.json under `fault.`. */
  faults: string[];
}

const signatureSchema = z.strictObject({ alg: z.enum(SUITES), publicKey: publicJwkSchema, value: z.string().max(200) });
type Signature = z.infer<typeof signatureSchema>;

const bundleSchema = z.strictObject({
  bundle: z.looseObject({ madeAt: z.string(), deviceId: z.string().nullable() }),
  signature: z.unknown(),
});

/** By its first bytes; null: it is neither. */
export function kindOf(head: string): DeviceFileKind | null {
  if (/^\s*<!doctype html>/i.test(head)) return 'report';
  return /^\s*\{\s*"bundle"\s*:/.test(head) ? 'bundle' : null;
}

const algOf = ({ crv }: PublicJwk) => (crv === 'SM2' ? 'sm2-sm3' : 'ed25519');

function judge(signature: Signature, bytes: Uint8Array): string[] {
  const { alg, publicKey, value } = signature;
  const holds = alg === algOf(publicKey) && verifySignature(publicKey, bytes, Buffer.from(value, 'base64url'));
  return holds ? [] : ['signed_otherwise'];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // what is no JSON is no signature and no bundle either; said below
  }
}

const without = (kind: DeviceFileKind, fault: string): DeviceFileReport => ({
  kind,
  ok: false,
  fingerprint: null,
  deviceId: null,
  faults: [fault],
});

/** Signed anew by somebody else, a report would still name the device's own key among its lines; they may end in it. */
const names = (report: Buffer, fingerprint: string) =>
  report.toString('utf8').replaceAll('<wbr>', '').includes(fingerprint);

function checkReport(file: Buffer): DeviceFileReport {
  const at = file.lastIndexOf(SIGNATURE_MARK);
  const line = at < 0 ? '' : file.subarray(at).toString('utf8');
  const end = line.indexOf(MARK_END);
  const signature = signatureSchema.safeParse(parsed(line.slice(SIGNATURE_MARK.length, end))).data;
  if (end < 0 || signature === undefined) return without('report', 'unsigned');
  const text = file.subarray(0, at);
  const fingerprint = fingerprintOf(signature.publicKey);
  const faults = [
    ...judge(signature, text),
    ...(line.length === end + MARK_END.length ? [] : ['after_signed']),
    ...(names(text, fingerprint) ? [] : ['names_another']),
  ];
  return { kind: 'report', ok: faults.length === 0, fingerprint, deviceId: null, faults };
}

/** A member that stands twice is read differently by a person and a program: only what our programs write is taken. */
function isAsWritten(text: string, value: unknown): boolean {
  const trimmed = text.trimEnd();
  return trimmed === JSON.stringify(value) || trimmed === JSON.stringify(value, null, 2);
}

function checkBundle(file: Buffer): DeviceFileReport {
  const text = file.toString('utf8');
  const value = parsed(text);
  const made = bundleSchema.safeParse(value).data;
  if (made === undefined || !isAsWritten(text, value)) return without('bundle', 'not_as_written');
  const signature = signatureSchema.safeParse(made.signature).data;
  const { deviceId } = made.bundle;
  if (signature === undefined) return { ...without('bundle', 'unsigned'), deviceId };
  const faults = judge(signature, Buffer.from(canonicalJson(made.bundle)));
  return { kind: 'bundle', ok: faults.length === 0, fingerprint: fingerprintOf(signature.publicKey), deviceId, faults };
}

/** @param wanted the fingerprint that the device's key must have; null: the reader compares it */
export function checkDeviceFile(kind: DeviceFileKind, file: Buffer, wanted: string | null): DeviceFileReport {
  const report = kind === 'report' ? checkReport(file) : checkBundle(file);
  if (wanted === null || wanted === report.fingerprint) return report;
  return { ...report, ok: false, faults: [...report.faults, 'device_other'] };
}
