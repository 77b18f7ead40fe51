import type { LedgerRecord, RatingBody } from '../../../device/ledger/record.ts';
import { deadlinesOf } from '../../../device/policy/deadlines.ts';
import { formatTime } from '../../../device/time.ts';
import { RULES } from '../device.ts';
import type { Complaint, DeviceHistory } from '../history.ts';
import type { Attempt } from '../network.ts';
import { complaint, type Evidence } from './evidence.ts';

/** Everything arrives once and unchanged, in time, at once where nothing hinders it, and in an order that the centre can use. */

/** @returns every broken promise, worst first */
export function checkDelivery(evidence: Evidence): Complaint[] {
  return [...checkArrived(evidence), ...checkOrder(evidence), ...checkWakes(evidence)];
}

/**
 * So long without any trouble before a deadline, and a record must have been delivered by it: the longest rest of the
 * retry layer, the longest deferral and the longest Retry-After of this simulation all fit in.
 */
const FAIR_CHANCE_MS = 40 * 60_000;

function checkArrived(evidence: Evidence): Complaint[] {
  const { history, device, records, everRecorded, held } = evidence;
  const own = new Map(everRecorded.map((record) => [record.id, record]));
  const strange = [...held.values()].find(({ record }) => own.get(record.id)?.hash !== record.hash);
  if (strange !== undefined) {
    return [complaint('unchanged', `the centre holds ${strange.record.id}, which the ledger never kept so`)];
  }
  return records.flatMap((record) => {
    const atMs = held.get(record.id)?.committedMs;
    const row = device.disk.image.rows.get(record.seq);
    if (history.damaged.has(record.id) && row?.code === 'unreadable') return [];
    if (atMs === undefined) return [complaint('counted once', `record ${record.seq} (${record.kind}) never arrived`)];
    if (row?.state !== 'delivered')
      return [complaint('counted once', `record ${record.seq} waits although it arrived`)];
    return checkDeadline(evidence, record, atMs);
  });
}

function checkDeadline({ history, startMs }: Evidence, record: LedgerRecord, arrivedMs: number): Complaint[] {
  const recordedMs = history.recordedMs.get(record.id);
  if (recordedMs === undefined || history.setAside.has(record.id)) return [];
  const dueMs = trueDueMs(record, history, startMs) - startMs;
  if (arrivedMs < dueMs) return [];
  const chanceMs = history.health.longestWithin(recordedMs, dueMs);
  if (chanceMs < FAIR_CHANCE_MS) return [];
  const lateH = ((arrivedMs - dueMs) / 3_600_000).toFixed(1);
  const detail = `record ${record.seq} (${record.kind}) was ${lateH} h late with ${Math.round(chanceMs / 60_000)} min to send it`;
  return [complaint('in time', detail)];
}

/** The legal date by true time: the device's own reckoning may rest on a clock that was wrong. */
function trueDueMs(record: LedgerRecord, history: DeviceHistory, startMs: number): number {
  const recordedAt = startMs + (history.recordedMs.get(record.id) ?? 0);
  const visitId = record.kind === 'event' ? '' : record.body.visitId;
  const servedAt = startMs + (history.stories.get(visitId)?.openedMs ?? recordedAt - startMs);
  const { pack, calendar } = RULES;
  const context = { pack, calendar, servedAt };
  if (record.kind === 'visit') {
    const body = { ...record.body, servedAt: formatTime(servedAt) };
    return deadlinesOf({ kind: 'visit', body, recordedAt }, context).earliest.dueAt;
  }
  if (record.kind === 'rating') {
    const body: RatingBody = { ...record.body, ratedAt: formatTime(recordedAt) };
    return deadlinesOf({ kind: 'rating', body, recordedAt }, context).earliest.dueAt;
  }
  if (record.kind === 'not_rated') {
    return deadlinesOf({ kind: 'not_rated', body: record.body, recordedAt }, context).earliest.dueAt;
  }
  return deadlinesOf({ kind: 'event', body: record.body, recordedAt }, context).earliest.dueAt;
}

/** A centre that must know a visit first is sent nothing of it before, but where the visit was refused and waits for a person. */
function checkOrder({ centre, device, history, everRecorded }: Evidence): Complaint[] {
  if (!centre.needsVisitFirst) return [];
  const early = everRecorded.find((record) => {
    if (record.kind !== 'rating' && record.kind !== 'not_rated') return false;
    const { visitId } = record.body;
    if (history.setAside.has(visitId) || history.damaged.has(visitId)) return false;
    return centre.cameFirst(device.deviceId, record.id, visitId);
  });
  return early === undefined
    ? []
    : [complaint('its visit first', `record ${early.seq} (${early.kind}) came before it`)];
}

/** In the product the next tick would send it; the tick of this simulation comes too seldom to hide a wake that was missed. */
const AT_ONCE_MS = 60_000;
/** Longer than the longest rest of the retry layer. */
const REST_MS = 15 * 60_000;

/** While all has been well for long enough, what is kept is on its way within a minute. */
function checkWakes({ history, records }: Evidence): Complaint[] {
  const attempts = history.attempts.flat().sort((a, b) => a.sentAtMs - b.sentAtMs);
  const sentMs = attempts.map(({ sentAtMs }) => sentAtMs);
  const slept = records.find(({ id }) => {
    const atMs = history.recordedMs.get(id);
    if (atMs === undefined || history.damaged.has(id)) return false;
    const next = sentMs[firstFrom(sentMs, atMs)] ?? Number.POSITIVE_INFINITY;
    if (next - atMs < AT_ONCE_MS) return false;
    const [fromMs, toMs] = [atMs - FAIR_CHANCE_MS, atMs + AT_ONCE_MS];
    if (history.health.longestWithin(fromMs, toMs) < toMs - fromMs) return false;
    return !attempts.some((attempt) => rested(attempt, atMs));
  });
  return slept === undefined ? [] : [complaint('at once', `nobody woke for record ${slept.seq} (${slept.kind})`)];
}

/** A rest after it may still have lasted, or begun before the record's minute was over. */
function rested({ came, endedAtMs }: Attempt, atMs: number): boolean {
  return came !== 'well' && endedAtMs > atMs - REST_MS && endedAtMs < atMs + AT_ONCE_MS;
}

/** Index of the first moment that is not before. @param moments ascending */
function firstFrom(moments: readonly number[], atMs: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moments[middle]! < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
