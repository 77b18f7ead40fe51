import type { VisitStateReply } from '../protocol/messages.ts';
import type { CentreContext } from './context.ts';
import { fromRecord, type GivenRating, settleVisit, type VisitRatings } from './standing-rating.ts';
import type { StoredRecord } from './storage/records.ts';

function given({ record, receivedAt }: StoredRecord): GivenRating[] {
  return record.kind === 'rating' ? [fromRecord(record.id, record.body, receivedAt)] : [];
}

/** What a device may know of one of its visits: never the level (reference-protocol §5, design §2.6). */
export function visitState(deviceId: string, visitId: string, context: CentreContext): VisitStateReply {
  const { records, phoneRatings } = context;
  const ratings = records.ratingsOf(deviceId, visitId).flatMap(given);
  const settled = settleVisit([...ratings, ...[phoneRatings.find(deviceId, visitId) ?? []].flat()]);
  if (settled === null) return { state: records.knowsVisit(deviceId, visitId) ? 'open' : 'unknown' };
  return { state: 'rated', channel: settled.standing.channel, ratedAt: settled.standing.ratedAt };
}

/** Every rated visit of every device, settled. */
export function settledVisits({ records, phoneRatings }: CentreContext): VisitRatings[] {
  const byVisit = new Map<string, GivenRating[]>();
  const put = (deviceId: string, rating: GivenRating) => {
    const key = `${deviceId}/${rating.visitId}`;
    byVisit.set(key, [...(byVisit.get(key) ?? []), rating]);
  };
  for (const stored of records.ratings()) for (const rating of given(stored)) put(stored.deviceId, rating);
  for (const { deviceId, rating } of phoneRatings.all()) put(deviceId, rating);
  return [...byVisit.values()].flatMap((ratings) => settleVisit(ratings) ?? []);
}
