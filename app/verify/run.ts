import { createReadStream, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fingerprintOf, publicJwkSchema } from '../../device/identity/suite/key.ts';
import { type AuditReport, auditExport, NoExport } from './audit.ts';
import { type KeySet, keySetSchema } from './format.ts';
import help from './help.txt?raw';
import { describeReport, type Language, say, type TextKey } from './report.ts';

export interface Output {
  out: (text: string) => void;
  err: (text: string) => void;
}

interface Flags {
  file: string;
  centreKey: string | undefined;
  fingerprint: string | undefined;
  languages: readonly Language[];
  json: boolean;
}

/** What keeps a check from being made; said in both languages. */
class CannotCheck extends Error {
  readonly key: TextKey;
  readonly values: Record<string, string>;

  constructor(key: TextKey, values: Record<string, string>) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

const LANGUAGES: Record<string, readonly Language[]> = { zh: ['zh'], en: ['en'], both: ['zh', 'en'] };

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Null: the help was asked for. */
function readFlags(args: string[]): Flags | null {
  const { values, positionals } = parsed(args);
  if (values.help === true) return null;
  const [file, ...more] = positionals;
  const languages = LANGUAGES[values.lang ?? 'both'];
  if (file === undefined || more.length > 0) throw new CannotCheck('error.usage', { detail: 'FILE (--help)' });
  if (languages === undefined) throw new CannotCheck('error.usage', { detail: '--lang zh|en' });
  const { 'centre-key': centreKey, fingerprint, json = false } = values;
  return { file, centreKey, fingerprint, languages, json };
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    'centre-key': text,
    fingerprint: text,
    lang: text,
    json: flag,
    help: { ...flag, short: 'h' },
  } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new CannotCheck('error.usage', { detail: detailOf(error) });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CannotCheck('error.read', { path, detail: detailOf(error) });
  }
}

function readKeys(path: string): KeySet {
  const text = readText(path);
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

async function check({ file, centreKey }: Flags): Promise<AuditReport> {
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

/**
 * The whole program but for the process around it.
 * @param args without Node and the script
 * @returns the exit code: 0 passed, 1 not passed, 2 could not be checked
 */
export async function run(args: string[], { out, err }: Output): Promise<0 | 1 | 2> {
  try {
    const flags = readFlags(args);
    if (flags === null) {
      out(help);
      return 0;
    }
    const report = heldAgainst(await check(flags), flags.fingerprint);
    const fingerprint = fingerprintIn(report);
    if (flags.json) out(`${JSON.stringify({ ...report, fingerprint })}\n`);
    else out(flags.languages.map((language) => describeReport(language, report, fingerprint)).join('\n'));
    return report.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    err(`${say('zh', error.key, error.values)}\n${say('en', error.key, error.values)}\n`);
    return 2;
  }
}
