import { GENESIS_HASH } from '../../device/ledger/chain.ts';
import { type Gap, subtract } from '../../device/ledger/gaps.ts';
import { type Finding, MAX_FINDINGS } from './finding.ts';
import type { HeadLine } from './format.ts';

/** What the walk needs of a record. */
export interface ChainEntry {
  line: number;
  seq: number;
  hash: string;
  prev: string;
  /** Whether the content fits the hash. */
  sound: boolean;
  /** The gap that this record explains (an event of the device). */
  gap: Gap | null;
}

interface Place {
  seq: number;
  hash: string;
}

type Ends = Pick<HeadLine, 'head' | 'purged'>;

/**
 * Walks the chain in the order of the file: numbers without a gap, each record with the hash of the one before, its
 * content under its own hash, the last one as the head line says. Pure.
 * @returns the faults in that order, at most `MAX_FINDINGS`; the first one names the first bad record
 */
export function judgeChain(entries: readonly ChainEntry[], ends: Ends): Finding[] {
  const covers = [...ends.purged, ...entries.flatMap(({ sound, gap }) => (sound && gap !== null ? [gap] : []))];
  const findings: Finding[] = [];
  let last: Place & { line?: number } = { seq: 0, hash: GENESIS_HASH };
  for (const [index, entry] of entries.entries()) {
    const later = entries.slice(index + 1, index + 2)[0];
    const continued = (later?.prev ?? ends.head.hash) === entry.hash;
    const found = judgePlace(entry, last, covers, entries, index) ?? judgeLink(entry, last, ends, continued);
    findings.push(...[found, judgeContent(entry)].filter((finding) => finding !== null));
    if (findings.length >= MAX_FINDINGS) return findings;
    if (entry.seq > last.seq) last = entry;
  }
  return [...findings, ...judgeEnd(last, ends, covers)];
}

function judgeContent({ sound, seq, line }: ChainEntry): Finding | null {
  return sound ? null : { kind: 'edited', code: 'content', seq, line, values: { seq } };
}

function judgePlace(
  { seq, line }: ChainEntry,
  last: Place,
  covers: readonly Gap[],
  entries: readonly ChainEntry[],
  index: number,
): Finding | null {
  if (seq <= last.seq) return { kind: 'reordered', code: 'behind', seq, line, values: { seq, last: last.seq } };
  const missing = missingIn(last.seq + 1, seq - 1, covers);
  if (missing === undefined) return null;
  const { fromSeq, toSeq } = missing;
  const later = entries.slice(index + 1).find((other) => other.seq >= fromSeq && other.seq <= toSeq);
  if (later === undefined) {
    return { kind: 'removed', code: 'missing', seq: fromSeq, line: null, values: { fromSeq, toSeq, before: seq } };
  }
  return { kind: 'reordered', code: 'ahead', seq, line, values: { seq, expected: fromSeq } };
}

function missingIn(fromSeq: number, toSeq: number, covers: readonly Gap[]): Gap | undefined {
  return fromSeq > toSeq ? undefined : subtract({ fromSeq, toSeq }, covers)[0];
}

/**
 * Two neighbours that do not fit: whoever changed one of them and its hash could not change what the record behind it
 * says. So the one that the rest of the chain confirms is right, and the other one was changed.
 */
function judgeLink(entry: ChainEntry, last: Place & { line?: number }, ends: Ends, continued: boolean): Finding | null {
  const isNext = entry.seq === last.seq + 1;
  const link = isNext ? last.hash : ends.purged.find(({ toSeq }) => toSeq === entry.seq - 1)?.hash;
  if (link === undefined || entry.prev === link) return null;
  const changed = isNext && continued && last.seq > 0 ? last : entry;
  const values = { seq: changed.seq, other: changed === entry ? last.seq : entry.seq };
  return { kind: 'edited', code: 'link', seq: changed.seq, line: changed.line ?? null, values };
}

function judgeEnd(last: Place & { line?: number }, { head }: Ends, covers: readonly Gap[]): Finding[] {
  const line = last.line ?? null;
  if (last.seq > head.seq) {
    return [{ kind: 'edited', code: 'beyond', seq: last.seq, line, values: { seq: last.seq, head: head.seq } }];
  }
  if (last.seq === head.seq) {
    if (last.hash === head.hash) return [];
    return [{ kind: 'edited', code: 'head', seq: last.seq, line, values: { seq: last.seq } }];
  }
  const fromSeq = missingIn(last.seq + 1, head.seq, covers)?.fromSeq ?? last.seq + 1;
  return [{ kind: 'truncated', code: 'cut', seq: fromSeq, line: null, values: { last: last.seq, head: head.seq } }];
}
