import { hash } from 'node:crypto';
import { z } from 'zod';
import type { FactToKeep } from './visit/model.ts';
import type { WindowStore } from './window-options.ts';

/** What the device remembers of its visits beside the records, by named texts of the ledger's device state. */

/** One service, one visit: from case and service number to the visit. */
export const caseKey = (caseNo: string, serviceNo: number) =>
  `case:${hash('sha256', `${caseNo}\n${serviceNo}`, 'hex')}`;

/** From the visit back to its case. */
const VISITS = 'visit:';
export const visitKey = (visitId: string) => `${VISITS}${visitId}`;

/** When the business system closed the case (办结), ms since 1970. */
export const closedKey = (visitId: string) => `closed:${visitId}`;

/** A visit that ended here without a rating. Written with its end, so a tap costs nothing more. */
export const UNRATED = 'unrated:';
export const unratedKey = (visitId: string) => `${UNRATED}${visitId}`;

export const unratedSchema = z.strictObject({
  caseNo: z.string(),
  serviceNo: z.int(),
  /** ms since 1970. */
  servedAt: z.number(),
  reason: z.enum(['declined', 'timeout', 'skipped', 'paused', 'rated_elsewhere']),
  detail: z.string().nullable(),
});
export type Unrated = z.infer<typeof unratedSchema>;

/** Visits that end without a rating are remembered with their end: a reminder or a paper form may still bring one. */
export function unratedOf(facts: readonly FactToKeep[]): Record<string, string> {
  const state: Record<string, string> = {};
  for (const { fact, servedAt } of facts) {
    if (fact.kind !== 'not_rated' || fact.body.reason === 'rated_elsewhere') continue;
    const { visitId, caseNo, serviceNo, reason, detail } = fact.body;
    state[unratedKey(visitId)] = JSON.stringify({
      caseNo,
      serviceNo,
      servedAt: servedAt ?? 0,
      reason,
      detail,
    } satisfies Unrated);
  }
  return state;
}

/** When a UUIDv7 was made, ms since 1970. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Where a UUIDv7 made at that moment begins: its first 48 bits are the time (RFC 9562 §5.7). @param ms since 1970 */
export function firstIdOf(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** Bounds one transaction of the night. */
const FORGET_AT_ONCE = 500;

/** As `Window.forgetVisits`, in `store`. @throws the store's error: nothing is forgotten then */
export function forgetVisits(store: WindowStore, beforeMs: number): boolean {
  const old = store.stateKeys(VISITS, visitKey(firstIdOf(beforeMs)), FORGET_AT_ONCE);
  if (old.length === 0) return false;
  const keys = old.flatMap((key) => {
    const visitId = key.slice(VISITS.length);
    return [key, store.state(key) ?? key, closedKey(visitId), unratedKey(visitId)];
  });
  store.append([], { state: Object.fromEntries(keys.map((key) => [key, null])) });
  return old.length === FORGET_AT_ONCE;
}
