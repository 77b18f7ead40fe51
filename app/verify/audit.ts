import { createHash, type Hash } from 'node:crypto';
import { verifySignature } from '../../device/identity/suite/suite.ts';
import { hashRecord } from '../../device/ledger/chain.ts';
import { explainedBy } from '../../device/ledger/gaps.ts';
import type { LedgerRecord } from '../../device/ledger/record.ts';
import { type ChainEntry, judgeChain } from './chain.ts';
import { type Finding, MAX_FINDINGS } from './finding.ts';
import {
  type AuditedReceipt,
  type AuditedRecord,
  type AuditSignature,
  type HeadLine,
  headLineSchema,
  type KeySet,
  lineSchema,
  signedText,
} from './format.ts';
import { parseLine, type RawLine, rawLines } from './lines.ts';
import { type JudgedReceipt, judgeReceipt } from './receipts.ts';

export interface AuditReport {
  ok: boolean;
  head: HeadLine;
  /** `file`: given by hand. `export`: found in what is being checked, so it proves the centre's word to nobody else. */
  keySource: 'file' | 'export';
  /** In the order of the chain, then receipts, then the signature; at most `MAX_FINDINGS`. */
  findings: Finding[];
  records: number;
  kinds: Record<string, number>;
  receipts: number;
  /** Records that a good receipt proves. */
  proved: number;
  /** Numbers of the records that none does, ascending. */
  unproved: number[];
  /** Receipts whose list of records was not kept. */
  withoutLeaves: number;
  /** Hashes under good receipts whose record is not in this export. */
  foreignLeaves: number;
}

/** The file is no export of ours, so that nothing can be said about it. */
export class NoExport extends Error {}

interface Gathered {
  head: HeadLine | null;
  entries: ChainEntry[];
  kinds: Record<string, number>;
  receipts: JudgedReceipt[];
  signature: { line: number; said: AuditSignature; lines: number; sha256: string } | null;
  unreadable: Finding[];
  digest: Hash;
}

/**
 * Checks an export from its first byte to its last.
 * @param centreKeys given by hand; null to take those in the export
 * @throws NoExport where the first line is not an export's
 */
export async function auditExport(file: AsyncIterable<Buffer>, centreKeys: KeySet | null): Promise<AuditReport> {
  const gathered = empty();
  for await (const line of rawLines(file)) take(line, gathered, centreKeys);
  if (gathered.head === null) throw new NoExport();
  return reportOf(gathered, gathered.head, centreKeys === null ? 'export' : 'file');
}

function empty(): Gathered {
  const digest = createHash('sha256');
  return { head: null, entries: [], kinds: {}, receipts: [], signature: null, unreadable: [], digest };
}

function take(line: RawLine, gathered: Gathered, centreKeys: KeySet | null): void {
  const value = parseLine(line);
  if (gathered.head === null) {
    const head = headLineSchema.safeParse(value).data;
    if (head === undefined) throw new NoExport();
    gathered.head = head;
  } else {
    takeBody(line, value, gathered, centreKeys ?? gathered.head.centreKeys);
  }
  gathered.digest.update(line.bytes);
}

function takeBody(line: RawLine, value: unknown, gathered: Gathered, keys: KeySet): void {
  const content = lineSchema.safeParse(value).data;
  if (content === undefined || gathered.signature !== null) {
    const code = content === undefined ? 'line' : 'after_signature';
    if (gathered.unreadable.length < MAX_FINDINGS) {
      gathered.unreadable.push({ kind: 'unreadable', code, seq: null, line: line.number, values: {} });
    }
  } else if ('record' in content) {
    gathered.entries.push(entryOf(content.record, line.number));
    gathered.kinds[content.record.kind] = (gathered.kinds[content.record.kind] ?? 0) + 1;
  } else if ('receipt' in content) {
    gathered.receipts.push(judgeReceipt(content.receipt satisfies AuditedReceipt, line.number, keys));
  } else {
    const sha256 = `sha256:${gathered.digest.copy().digest('hex')}`;
    gathered.signature = { line: line.number, said: content.signature, lines: line.number - 1, sha256 };
  }
}

function entryOf(record: AuditedRecord, line: number): ChainEntry {
  const { seq, hash, prev } = record;
  const whole = record as unknown as LedgerRecord;
  return { line, seq, hash, prev, sound: hashRecord(whole) === hash, gap: gapOf(whole) };
}

/** Numbers of a gap are only what the record says; whether it says so under its hash is judged with the record. */
function gapOf(record: LedgerRecord): ChainEntry['gap'] {
  return record.kind === 'event' && typeof record.body.detail === 'object' && record.body.detail !== null
    ? explainedBy(record)
    : null;
}

function judgeSignature({ signature }: Gathered, head: HeadLine): Finding[] {
  const fault = (code: string, kind: Finding['kind'] = 'signature'): Finding[] => [
    { kind, code, seq: null, line: signature?.line ?? null, values: {} },
  ];
  if (signature === null) return fault('signature_missing', 'truncated');
  const { said, lines, sha256 } = signature;
  if (said.lines !== lines || said.sha256 !== sha256) return fault('signature_bytes');
  const value = Buffer.from(said.value, 'base64url');
  return verifySignature(head.devicePublicKey, signedText(said), value) ? [] : fault('signature_wrong');
}

/** How many records the device itself says it has no more: lost and explained, or past retention. */
function absences(entries: readonly ChainEntry[], { purged }: HeadLine): number {
  const lost = entries.flatMap(({ gap, sound }) => (sound && gap !== null ? [gap] : []));
  return [...purged, ...lost].reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0);
}

/** What the centre holds and the device denies: the sign of a chain that was written anew. */
function foreign(count: number): Finding {
  return { kind: 'receipt', code: 'receipt_foreign', seq: null, line: null, values: { count } };
}

function reportOf(gathered: Gathered, head: HeadLine, keySource: AuditReport['keySource']): AuditReport {
  const { entries, receipts, kinds } = gathered;
  const proves = new Set(receipts.flatMap(({ proves: hashes }) => hashes));
  const unproved = entries.filter(({ hash, sound }) => !sound || !proves.has(hash)).map(({ seq }) => seq);
  const present = new Set(entries.map(({ hash }) => hash));
  const foreignLeaves = [...proves].filter((hash) => !present.has(hash)).length;
  const findings = [
    ...judgeChain(entries, head),
    ...gathered.unreadable,
    ...receipts.flatMap(({ finding }) => finding ?? []),
    ...(foreignLeaves > absences(entries, head) ? [foreign(foreignLeaves)] : []),
    ...judgeSignature(gathered, head),
  ];
  return {
    ok: findings.length === 0,
    head,
    keySource,
    findings: findings.slice(0, MAX_FINDINGS),
    records: entries.length,
    kinds,
    receipts: receipts.length,
    proved: entries.length - unproved.length,
    unproved,
    withoutLeaves: receipts.filter(({ withoutLeaves }) => withoutLeaves).length,
    foreignLeaves,
  };
}
