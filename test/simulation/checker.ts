import { GENESIS_HASH, hashRecord } from '../../device/ledger/chain.ts';
import { LEVELS, type LedgerRecord, type RatingBody } from '../../device/ledger/record.ts';
import { deadlinesOf } from '../../device/policy/deadlines.ts';
import { formatTime } from '../../device/time.ts';
import type { SimulatedCentre } from './centre.ts';
import type { Held } from './centre-store.ts';
import { RULES, type SimulatedDevice } from './device.ts';
import type { Complaint, DeviceHistory, Shown, Story } from './history.ts';
import type { Attempt } from './network.ts';

/** Holds the history of a run against the promises of design §2. */

export interface Case {
  device: SimulatedDevice;
  history: DeviceHistory;
  centre: SimulatedCentre;
  startMs: number;
  endMs: number;
}

/**
 * So long without any trouble before a deadline, and a record must have been delivered by it: the longest rest of the
 * retry layer, the longest deferral and the longest Retry-After of this simulation all fit in.
 */
const FAIR_CHANCE_MS = 40 * 60_000;

type RatingRecord = Extract<LedgerRecord, { kind: 'rating' }>;
const isRating = (record: LedgerRecord): record is RatingRecord => record.kind === 'rating';

/** @returns every broken promise, worst first */
export function check(run: Case): Complaint[] {
  const { history, centre, device } = run;
  const held = centre.store.all().filter(({ deviceId }) => deviceId === device.deviceId);
  const records = [...device.disk.image.rows.values()].map(({ record }) => record);
  return [
    ...checkThanked(run),
    ...checkInvented(history, records),
    ...checkEndings(device, records),
    ...checkChain(records),
    ...checkDelivery(run, records, held),
    ...checkAcknowledged(history, records),
    ...checkBooks(records),
    ...checkReplays(run, records, held),
    ...history.complaints,
    ...history.attempts.flatMap(checkRests),
    ...checkStorm(history.attempts.flat()),
  ];
}

const complaint = (promise: string, detail: string): Complaint => ({ promise, detail });

function checkThanked({ history, centre, device }: Case): Complaint[] {
  return [...history.stories.values()].flatMap((story) => {
    const standing = centre.standing(device.deviceId, story.visitId);
    const ratings = centre.store.given(device.deviceId, story.visitId);
    const last = ratings.toSorted((a, b) => a.revision - b.revision).at(-1);
    const { promised, phoneLevel, visitId } = story;
    const isDamaged = [...history.damaged].some(
      (id) => device.disk.image.rows.get(device.disk.image.seqById.get(id) ?? 0)?.record.kind === 'rating',
    );
    if (isDamaged) return [];
    if (promised === null && phoneLevel === null) return [];
    if (standing === null) return [complaint('thanked means kept', `visit ${visitId} is counted nowhere`)];
    if (promised === null) {
      const isRight = standing.channel !== 'phone' || standing.level === phoneLevel;
      return isRight ? [] : [complaint('the right grade', `visit ${visitId}: the phone gave ${phoneLevel}`)];
    }
    if (last === undefined) return [complaint('thanked means kept', `visit ${visitId} has no rating of the device`)];
    const isKept = last.revision > promised.revision || sameWords(last, promised);
    if (!isKept) return [complaint('thanked means kept', `${visitId}: ${text(last)} instead of ${text(promised)}`)];
    if (standing.channel !== 'phone' && standing.id !== last.id) {
      return [complaint('the right grade', `visit ${visitId}: ${text(standing)} stands before ${text(last)}`)];
    }
    return checkLastGesture(story, last.level);
  });
}

type Words = Pick<Shown, 'level' | 'tags' | 'revision'> & { comment: string | null };

const text = ({ level, tags, comment, revision }: Words): string =>
  JSON.stringify({ level, tags, comment: comment ?? '', revision });

function sameWords(rating: Words, promised: Shown): boolean {
  return text(rating) === text({ ...promised });
}

/** The grade that counts is the one that the citizen chose last, whatever died in between. */
function checkLastGesture({ gestures, visitId }: Story, level: number): Complaint[] {
  const lastTaken = gestures.findLastIndex((gesture) => gesture.taken === true);
  const possible = gestures.slice(Math.max(0, lastTaken)).filter(({ taken }) => taken !== false);
  if (possible.some((gesture) => gesture.level === level)) return [];
  return [complaint('the right grade', `visit ${visitId}: ${level} counts, ${possible.at(-1)?.level} was given last`)];
}

function checkInvented({ stories, recordedMs }: DeviceHistory, records: readonly LedgerRecord[]): Complaint[] {
  return records.filter(isRating).flatMap(({ id, body }) => {
    const given = stories.get(body.visitId)?.gestures ?? [];
    const atMs = recordedMs.get(id) ?? Number.POSITIVE_INFINITY;
    const isGiven = given.some(
      (gesture) => gesture.level === body.level && gesture.atMs <= atMs && gesture.taken !== false,
    );
    return isGiven ? [] : [complaint('never invented', `record ${id}: nobody gave ${body.level} for ${body.visitId}`)];
  });
}

/** Every visit ends as exactly one of a rating and a "not rated", but those still at the window. */
function checkEndings(device: SimulatedDevice, records: readonly LedgerRecord[]): Complaint[] {
  const { current = null, waiting = [] } = device.window?.state.context ?? {};
  const open = new Set([current, ...waiting].map((visit) => visit?.visitId));
  const byVisit = Map.groupBy(records, (record) => (record.kind === 'event' ? '' : record.body.visitId));
  byVisit.delete('');
  return [...byVisit].flatMap(([visitId, own]) => {
    const ends = own.filter(({ kind }) => kind === 'not_rated').length + (own.some(isRating) ? 1 : 0);
    const isRight = ends === 1 || (ends === 0 && open.has(visitId));
    return isRight ? [] : [complaint('one ending each', `visit ${visitId} ended ${ends} times`)];
  });
}

function checkChain(records: readonly LedgerRecord[]): Complaint[] {
  let prev = GENESIS_HASH;
  for (const [index, record] of records.toSorted((a, b) => a.seq - b.seq).entries()) {
    const isLinked = record.seq === index + 1 && record.prev === prev && hashRecord(record) === record.hash;
    if (!isLinked) return [complaint('a chain without a gap', `record ${record.seq} does not follow the one before`)];
    prev = record.hash;
  }
  return [];
}

function checkDelivery(run: Case, records: readonly LedgerRecord[], held: readonly Held[]): Complaint[] {
  const { history, device } = run;
  const own = new Map(records.map((record) => [record.id, record]));
  const strange = held.filter(({ record }) => own.get(record.id)?.hash !== record.hash);
  if (strange[0] !== undefined) {
    return [complaint('unchanged', `the centre holds ${strange[0].record.id}, which the ledger never kept so`)];
  }
  const arrivedMs = new Map(held.map(({ record, committedMs }) => [record.id, committedMs]));
  return records.flatMap((record) => {
    const atMs = arrivedMs.get(record.id);
    const row = device.disk.image.rows.get(record.seq);
    if (history.damaged.has(record.id) && row?.code === 'unreadable') return [];
    if (atMs === undefined) return [complaint('counted once', `record ${record.seq} (${record.kind}) never arrived`)];
    if (row?.state !== 'delivered')
      return [complaint('counted once', `record ${record.seq} waits although it arrived`)];
    return checkDeadline(run, record, atMs);
  });
}

function checkDeadline({ history, startMs }: Case, record: LedgerRecord, arrivedMs: number): Complaint[] {
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

/** What a business system was told is open is in the ledger. */
function checkAcknowledged({ stories }: DeviceHistory, records: readonly LedgerRecord[]): Complaint[] {
  const visits = new Set(records.flatMap((record) => (record.kind === 'visit' ? [record.body.visitId] : [])));
  const lost = [...stories.values()].filter((story) => story.isAcknowledged && !visits.has(story.visitId));
  return lost.map(({ visitId }) => complaint('thanked means kept', `visit ${visitId} was opened and is nowhere`));
}

/** Nobody put a ledger back here, so none may be called older than the centre; test records are one of each grade a day. */
function checkBooks(records: readonly LedgerRecord[]): Complaint[] {
  const events = records.flatMap((record) => (record.kind === 'event' ? [record.body] : []));
  const alarm = events.find(({ type }) => FALSE_ALARMS.includes(type));
  if (alarm !== undefined) return [complaint('no false alarm', `${alarm.type} ${JSON.stringify(alarm.detail)}`)];
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
function checkReplays({ history }: Case, records: readonly LedgerRecord[], held: readonly Held[]): Complaint[] {
  const arrivedMs = new Map(held.map(({ record, committedMs }) => [record.id, committedMs]));
  return records.flatMap((event) => {
    if (event.kind !== 'event' || event.body.type !== 'centre_missing') return [];
    const { records: again, fromSeq, toSeq } = event.body.detail;
    const atMs = history.recordedMs.get(event.id) ?? 0;
    const named = records.filter(({ seq }) => seq >= Number(fromSeq) && seq <= Number(toSeq));
    const known = named.filter(({ id }) => (arrivedMs.get(id) ?? Number.POSITIVE_INFINITY) <= atMs).length;
    if (known >= Number(again)) return [];
    return [complaint('no receipt, no delivery', `${again} of ${fromSeq}–${toSeq} go again, ${known} had arrived`)];
  });
}

const FALSE_ALARMS = ['ledger_behind_centre', 'ledger_forked', 'records_lost'];

const SAME_REST_MS = 5;
const SHORTEST_REST_MS = 400;
const FEW = 4;

/** Failures in a row are followed by rests, and equal failures by unequal ones: a region must not come back as one. */
function checkRests(attempts: readonly Attempt[]): Complaint[] {
  const rests = new Map<number, number[]>();
  let failures = 0;
  for (const [index, { came, endedAtMs }] of attempts.entries()) {
    failures = came === 'well' ? 0 : failures + 1;
    const next = attempts[index + 1];
    if (came !== 'failed' || next === undefined) continue;
    const restMs = next.sentAtMs - endedAtMs;
    if (restMs < SHORTEST_REST_MS) return [complaint('no storms', `${restMs.toFixed(0)} ms of rest after a failure`)];
    rests.set(failures, [...(rests.get(failures) ?? []), restMs]);
  }
  const equal = [...rests].find(
    ([, list]) => list.length >= FEW && Math.max(...list) - Math.min(...list) < SAME_REST_MS,
  );
  return equal === undefined
    ? []
    : [complaint('no lockstep', `failure ${equal[0]} is always followed by ${equal[1][0]} ms`)];
}

const HOUR_MS = 3_600_000;
/** A device whose date ends today tries every 15 s on average, and signs twice where a proxy repeats it. */
const BATCHES_AN_HOUR = 700;

/** Whatever fails and however often: a device is no burden to a centre. */
function checkStorm(attempts: readonly Attempt[]): Complaint[] {
  const last = attempts.find(
    ({ sentAtMs }, index) =>
      sentAtMs - (attempts[index - BATCHES_AN_HOUR]?.sentAtMs ?? Number.NEGATIVE_INFINITY) < HOUR_MS,
  );
  if (last === undefined) return [];
  return [
    complaint('no storms', `more than ${BATCHES_AN_HOUR} batches in the hour before ${last.sentAtMs.toFixed(0)} ms`),
  ];
}
