import type { NotRatedBody } from '../ledger/record.ts';
import { formatTime } from '../time.ts';
import type { FactToKeep, KeptRating, Meta, OpenVisit } from './model.ts';

/** From what happened at the window to the bodies of reference-protocol §4. Pure. */

export function visitFact(visit: OpenVisit): FactToKeep {
  const { servedAt, inviteAtOnce: _screenOnly, reratingOf: _inEvent, ...body } = visit;
  // Under the visit's own id, so that whoever sends its rating finds it (ledger/visits-first.ts).
  const id = visit.visitId;
  return { fact: { kind: 'visit', body: { ...body, servedAt: formatTime(servedAt) } }, id, servedAt };
}

/** The visit; and for a 追评, whose link the body has no field for, an event that names both visits. */
export function visitFacts(visit: OpenVisit): FactToKeep[] {
  const { visitId, reratingOf = null } = visit;
  const link = reratingOf === null ? [] : [eventFact('re_rating', { visitId, earlierVisitId: reratingOf })];
  return [visitFact(visit), ...link];
}

/** The next revision: `rating` is what it will be, `before` what it supersedes. */
export function ratingFact(visit: OpenVisit, rating: KeptRating, before: KeptRating | null, meta: Meta): FactToKeep {
  return {
    id: rating.recordId,
    servedAt: visit.servedAt,
    fact: {
      kind: 'rating',
      body: {
        visitId: visit.visitId,
        caseNo: visit.caseNo,
        serviceNo: visit.serviceNo,
        level: rating.level,
        channel: rating.channel,
        tags: rating.tags,
        catalogueVersion: meta.catalogueVersion,
        comment: rating.comment === '' ? null : rating.comment,
        ratedAt: formatTime(meta.wallMs),
        revision: rating.revision,
        supersedes: before?.recordId ?? null,
        layout: meta.layout,
        language: rating.language,
        policy: meta.policy,
        rater: rating.rater ?? null,
      },
    },
  };
}

export function notRatedFact(visit: OpenVisit, reason: NotRatedBody['reason'], detail: string | null): FactToKeep {
  const { visitId, caseNo, serviceNo } = visit;
  const body = { visitId, caseNo, serviceNo, reason, detail };
  return { fact: { kind: 'not_rated', body }, id: null, servedAt: visit.servedAt };
}

export function eventFact(type: string, detail: Record<string, string | number | boolean | null>): FactToKeep {
  return { fact: { kind: 'event', body: { type, detail } }, id: null, servedAt: null };
}
