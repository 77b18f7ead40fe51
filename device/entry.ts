import type { RecordFact } from './ledger/record.ts';
import { deadlinesOf } from './policy/deadlines.ts';
import type { Rules } from './rules.ts';
import { eventFact } from './visit/facts.ts';
import type { FactToKeep } from './visit/model.ts';

/** One thing to append: the fact, when late delivery would harm, and the id where it was chosen beforehand. */
export interface WindowEntry {
  fact: RecordFact;
  dueAt: number;
  marginMs: number;
  id?: string;
}

/** @param now the wall clock, and the time by which statutory days are counted, ms since 1970 */
export function entryOf(
  { fact, id, servedAt }: FactToKeep,
  rules: Rules,
  { wallMs, dateMs }: { wallMs: number; dateMs: number },
): WindowEntry {
  const { pack, calendar } = rules;
  const context = { pack, calendar, servedAt, shiftMs: dateMs - wallMs };
  const { earliest } = deadlinesOf({ ...fact, recordedAt: dateMs }, context);
  const { dueAt, marginMs } = earliest;
  return { fact, dueAt, marginMs, ...(id === null ? {} : { id }) };
}

export type EventDetail = Record<string, string | number | boolean | null>;

/** A device fact that must leave a trace (reference-protocol §4, `event`). */
export function eventEntry(type: string, detail: EventDetail, rules: Rules, recordedAt: number): WindowEntry {
  // A date of the house: no day of the law hangs on it.
  return entryOf(eventFact(type, detail), rules, { wallMs: recordedAt, dateMs: recordedAt });
}
