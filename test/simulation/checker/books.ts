import { GENESIS_HASH, hashRecord } from '../../../device/ledger/chain.ts';
import { LEVELS, type LedgerRecord } from '../../../device/ledger/record.ts';
import type { Complaint, Cut } from '../history.ts';
import { complaint, type Evidence, knownOf } from './evidence.ts';

/** The ledger as a book: its chain, test records, what is sent again, and what is told of a disk that is older than the centre. */

/** @returns every broken promise, worst first */
export function checkBooks(evidence: Evidence): Complaint[] {
  const { history, records } = evidence;
  return [
    ...checkChain({ seq: 0, hash: GENESIS_HASH }, records),
    ...history.cuts.flatMap((cut) => checkChain(cut.from, cut.records)),
    ...history.cuts.flatMap((cut) => checkOldDisk(cut, evidence)),
    ...checkAlarms(evidence),
    ...checkCanaries(evidence),
    ...checkReplays(evidence),
  ];
}

function checkChain(from: { seq: number; hash: string }, records: readonly LedgerRecord[]): Complaint[] {
  let prev = from.hash;
  for (const [index, record] of records.toSorted((a, b) => a.seq - b.seq).entries()) {
    const isLinked = record.seq === from.seq + index + 1 && record.prev === prev && hashRecord(record) === record.hash;
    if (!isLinked) return [complaint('a chain without a gap', `record ${record.seq} does not follow the one before`)];
    prev = record.hash;
  }
  return [];
}

/** Test records are one of each grade a day. */
function checkCanaries({ records }: Evidence): Complaint[] {
  const events = records.flatMap((record) => (record.kind === 'event' ? [record.body] : []));
  const days = Map.groupBy(
    events.filter(({ type }) => type === 'canary'),
    ({ detail }) => detail.day,
  );
  const timeless = records.find(
    ({ kind, body, clock }) => kind === 'event' && body.type === 'canary' && clock.quality === 'unset',
  );
  if (timeless !== undefined) return [complaint('five equal grades', `test record ${timeless.seq} is of no day`)];
  const odd = [...days].find(([, sent]) => sent.map(({ detail }) => detail.level).join() !== LEVELS.join());
  return odd === undefined ? [] : [complaint('five equal grades', `test records of ${odd[0]} are not one of each`)];
}

/**
 * What has a receipt has arrived: it is sent again because a restore took it away, or a cache gave an old answer, and
 * never because it was called delivered before it was there.
 */
function checkReplays({ history, records, held }: Evidence): Complaint[] {
  return records.flatMap((event) => {
    if (event.kind !== 'event' || event.body.type !== 'centre_missing') return [];
    const { records: again, fromSeq, toSeq } = event.body.detail;
    const atMs = history.recordedMs.get(event.id) ?? 0;
    const named = records.filter(({ seq }) => seq >= Number(fromSeq) && seq <= Number(toSeq));
    const known = named.filter(({ id }) => (held.get(id)?.committedMs ?? Number.POSITIVE_INFINITY) <= atMs).length;
    if (known >= Number(again)) return [];
    return [complaint('no receipt, no delivery', `${again} of ${fromSeq}–${toSeq} go again, ${known} had arrived`)];
  });
}

/** Up to which number each kind of report says that the centre holds what this ledger does not. */
const NAMED_UP_TO: Record<string, string> = { ledger_behind_centre: 'centreSeq', ledger_forked: 'toSeq' };
const ALARMS = [...Object.keys(NAMED_UP_TO), 'records_lost'];

/**
 * An older disk was put in place: what the centre had of the newer one is still there, unchanged, and the device tells of
 * it at least as far as the centre could know of it. Numbers above that were on the replaced disk and nowhere else.
 */
function checkOldDisk(cut: Cut, evidence: Evidence): Complaint[] {
  const { history, records, held } = evidence;
  const gone = cut.records.find(({ id }) => cut.delivered.has(id) && !held.has(id));
  if (gone !== undefined) return [complaint('never overwritten', `record ${gone.seq} is no longer at the centre`)];
  const highest = knownOf(cut, evidence).at(-1)?.seq ?? 0;
  const named = records.flatMap(({ id, kind, body }) => {
    const isLater = kind === 'event' && (history.recordedMs.get(id) ?? 0) > cut.atMs;
    return isLater ? [Number(body.detail[NAMED_UP_TO[body.type] ?? ''] ?? 0)] : [];
  });
  if (Math.max(0, ...named) >= highest) return [];
  const told = `the centre holds another history up to ${highest}, the device tells of ${Math.max(0, ...named)}`;
  return [complaint('no silent rollback', told)];
}

/** Nobody is called behind the centre, or of two histories, unless an older disk was put in place; and nothing is lost here. */
function checkAlarms(evidence: Evidence): Complaint[] {
  const { history, everRecorded } = evidence;
  return everRecorded.flatMap(({ id, kind, body }) => {
    if (kind !== 'event' || !ALARMS.includes(body.type)) return [];
    const atMs = history.recordedMs.get(id) ?? 0;
    const isTrue = history.cuts.some((cut) => cut.atMs < atMs && knownOf(cut, evidence).length > 0);
    if (isTrue && body.type !== 'records_lost') return [];
    return [complaint('no false alarm', `${body.type} ${JSON.stringify(body.detail)}`)];
  });
}
