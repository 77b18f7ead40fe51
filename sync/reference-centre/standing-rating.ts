import type { RatingBody } from '../../device/ledger/record.ts';
import { formatTime, parseTime } from '../../device/time.ts';
import type { StandingRating } from '../protocol/messages.ts';

/** Which rating of a visit stands (reference-protocol §4, §5). Pure: arrival order never matters. */

/** One rating as it was given, on the device (a revision) or on a phone. `id` only orders what is otherwise equal. */
export interface GivenRating extends StandingRating {
  id: string;
}

export interface VisitRatings {
  standing: GivenRating;
  /** What was outlived: earlier revisions, and all of the side that came second. */
  superseded: GivenRating[];
}

/** A rating record of the device. @param receivedAt ms since 1970, the centre's clock */
export function fromRecord(id: string, body: RatingBody, receivedAt: number): GivenRating {
  const { visitId, caseNo, serviceNo, level, channel, tags, comment, revision, ratedAt } = body;
  const given = { visitId, caseNo, serviceNo, level, channel, tags, comment, revision, ratedAt };
  return { id, ...given, receivedAt: formatTime(receivedAt) };
}

/** As `GET /inspect/ratings` shows it (§8). */
export function toStanding({ id: _id, ...rating }: GivenRating): StandingRating {
  return rating;
}

/** By revision; two of the same number (a restored device) by time, then id, so that every centre agrees. */
function byRevision(a: GivenRating, b: GivenRating): number {
  return a.revision - b.revision || parseTime(a.ratedAt) - parseTime(b.ratedAt) || (a.id < b.id ? -1 : 1);
}

/**
 * §5: the first by `ratedAt`. The device's side dates from its earliest revision: a citizen who adds reasons does not
 * lose the place that the tap had. At the same instant the device stands; it was the one at the window.
 */
function phoneCameFirst(device: GivenRating[], phone: GivenRating): boolean {
  const first = device[0];
  return first === undefined || parseTime(phone.ratedAt) < parseTime(first.ratedAt);
}

/**
 * Decides one visit.
 * @param ratings all ratings of one visit, in any order; at most one with channel `phone`
 * @returns null where there is none
 */
export function settleVisit(ratings: readonly GivenRating[]): VisitRatings | null {
  const device = ratings.filter((rating) => rating.channel !== 'phone').sort(byRevision);
  const phone = ratings.find((rating) => rating.channel === 'phone');
  const standing = phone !== undefined && phoneCameFirst(device, phone) ? phone : device.at(-1);
  if (standing === undefined) return null;
  return { standing, superseded: ratings.filter((rating) => rating !== standing) };
}
