import { z } from 'zod';
import { uuidSchema } from './record.ts';

/**
 * Some centres take a rating only where they know its visit. The record of a visit has the visit's own id
 * (device/visit/facts.ts), so what must go before a record can be found by one look-up.
 */

/** What is read of a record; whatever else it holds is not looked at. */
const followerSchema = z.object({
  kind: z.enum(['rating', 'not_rated']),
  body: z.object({ visitId: uuidSchema }),
});

/** The visit that a record is of; null for visits themselves and for events. @param json the record's text */
export function visitFollowedBy(json: string): string | null {
  return followerSchema.safeParse(JSON.parse(json)).data?.body.visitId ?? null;
}

/**
 * Puts each visit directly before the first record of it, and leaves the order else: it is then as if the visit had the
 * date of the most urgent of its records, which is the best order there is under that condition (E. L. Lawler, 1973).
 * @param due in the order of their dates
 * @param visitOf the row that must go before this one; null: nothing must, since it is delivered, refused (it may
 * never go, and its rating must not wait for ever) or of older software; `held`: it cannot go now, and so neither can this
 */
export function* visitsFirst<Row extends { seq: number }>(
  due: Iterable<Row>,
  visitOf: (row: Row) => Row | 'held' | null,
): Generator<Row> {
  const ahead = new Set<number>();
  for (const row of due) {
    if (ahead.has(row.seq)) continue;
    const visit = visitOf(row);
    if (visit === 'held') continue;
    if (visit !== null && !ahead.has(visit.seq)) {
      ahead.add(visit.seq);
      yield visit;
    }
    yield row;
  }
}
