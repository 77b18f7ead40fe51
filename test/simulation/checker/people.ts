import type { Complaint, Shown, Story } from '../history.ts';
import { complaint, type Evidence, isRating } from './evidence.ts';

/** What citizens, clerks and business systems were promised at the window. */

/** @returns every broken promise, worst first */
export function checkPeople(evidence: Evidence): Complaint[] {
  return [
    ...checkThanked(evidence),
    ...checkInvented(evidence),
    ...checkEndings(evidence),
    ...checkAcknowledged(evidence),
  ];
}

function checkThanked(evidence: Evidence): Complaint[] {
  const { history, centre, device } = evidence;
  return [...history.stories.values()].flatMap((story) => {
    const standing = centre.standing(device.deviceId, story.visitId);
    const ratings = centre.store.given(device.deviceId, story.visitId);
    const last = ratings.toSorted((a, b) => a.revision - b.revision).at(-1);
    const { promised, phoneLevel, visitId } = story;
    const isDamaged = [...history.damaged].some(
      (id) => device.disk.image.rows.get(device.disk.image.seqById.get(id) ?? 0)?.record.kind === 'rating',
    );
    if (isDamaged || wentWithDisk(visitId, evidence)) return [];
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

/** A rating of it was on no disk but the one that somebody replaced by an older one: see `checkOldDisks`. */
function wentWithDisk(visitId: string, { history, held }: Evidence): boolean {
  return history.cuts.some(({ records }) =>
    records.some((record) => isRating(record) && record.body.visitId === visitId && !held.has(record.id)),
  );
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

function checkInvented({ history: { stories, recordedMs }, everRecorded }: Evidence): Complaint[] {
  return everRecorded.filter(isRating).flatMap(({ id, body }) => {
    const given = stories.get(body.visitId)?.gestures ?? [];
    const atMs = recordedMs.get(id) ?? Number.POSITIVE_INFINITY;
    const isGiven = given.some(
      (gesture) => gesture.level === body.level && gesture.atMs <= atMs && gesture.taken !== false,
    );
    return isGiven ? [] : [complaint('never invented', `record ${id}: nobody gave ${body.level} for ${body.visitId}`)];
  });
}

/** Every visit ends as exactly one of a rating and a "not rated", but those still at the window. */
function checkEndings({ device, records }: Evidence): Complaint[] {
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

/** What a business system was told is open is in the ledger. */
function checkAcknowledged({ history: { stories }, everRecorded }: Evidence): Complaint[] {
  const visits = new Set(everRecorded.flatMap((record) => (record.kind === 'visit' ? [record.body.visitId] : [])));
  const lost = [...stories.values()].filter((story) => story.isAcknowledged && !visits.has(story.visitId));
  return lost.map(({ visitId }) => complaint('thanked means kept', `visit ${visitId} was opened and is nowhere`));
}
