import unnamedItem from '../../assets/unnamed-item.json' with { type: 'json' };
import { UNKNOWN_STAFF } from '../attached/visit-request.ts';
import type { Rules } from '../rules.ts';
import { formatTime, shanghaiDay, startOfShanghaiDay } from '../time.ts';
import { visitFact } from '../visit/facts.ts';
import type { FactToKeep } from '../visit/model.ts';
import type { PaperEntry } from './entry.ts';

/**
 * From two readings that agree to the facts of reference-protocol §4. Pure. The paper's day becomes `ratedAt`, the day
 * of entry is the record's own `recordedAt`, so both are kept and neither stands for the other.
 */

/** The visit that a form rates. `servedAt` in ms since 1970. */
export interface RatedVisit {
  visitId: string;
  caseNo: string;
  serviceNo: number;
  servedAt: number;
}

/** Paper names a day and no time: the service's own moment on its day, else where the day begins. ms since 1970. */
export function ratedAtOf(paperDate: string, servedAt: number | null): number {
  return servedAt !== null && shanghaiDay(servedAt) === paperDate ? servedAt : startOfShanghaiDay(paperDate);
}

/** A visit for a form whose case had none here: the form says at which window, and no more. */
export function paperVisit(visit: RatedVisit, window: string): FactToKeep {
  return visitFact({
    ...visit,
    itemCode: unnamedItem.code,
    itemName: unnamedItem.name,
    window,
    staffId: UNKNOWN_STAFF,
    trigger: 'self',
    inviteAtOnce: false,
  });
}

export function paperRating(visit: RatedVisit, entry: PaperEntry, { pack, catalogue }: Rules): FactToKeep {
  const { visitId, caseNo, serviceNo, servedAt } = visit;
  const { level, comment, paperDate } = entry;
  return {
    id: null,
    servedAt,
    fact: {
      kind: 'rating',
      body: {
        visitId,
        caseNo,
        serviceNo,
        level,
        channel: 'paper',
        tags: [],
        catalogueVersion: catalogue.version,
        comment: comment === '' ? null : comment,
        ratedAt: formatTime(ratedAtOf(paperDate, servedAt)),
        revision: 1,
        supersedes: null,
        layout: 'paper',
        language: 'zh-CN',
        policy: { id: pack.id, version: pack.version },
        rater: null,
      },
    },
  };
}
