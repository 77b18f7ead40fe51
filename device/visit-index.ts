import { hash } from 'node:crypto';
import { z } from 'zod';

/** What the device remembers of its visits beside the records, by named texts of the ledger's device state. */

/** One service, one visit: from case and service number to the visit. */
export const caseKey = (caseNo: string, serviceNo: number) =>
  `case:${hash('sha256', `${caseNo}\n${serviceNo}`, 'hex')}`;

/** From the visit back to its case. */
export const VISITS = 'visit:';
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

/** When a UUIDv7 was made, ms since 1970. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Where a UUIDv7 made at that moment begins: its first 48 bits are the time (RFC 9562 §5.7). @param ms since 1970 */
export function firstIdOf(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
