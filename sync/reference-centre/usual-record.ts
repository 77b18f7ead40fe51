import {
  type ClockBlock,
  type LedgerRecord,
  type NotRatedBody,
  type RatingBody,
  RFC3339_MS,
  SHA256,
  UUID_V7,
  type VisitBody,
} from '../../device/ledger/record.ts';

/**
 * The records that every device sends, told at sight. A batch has five hundred, and the schema of record.ts and the
 * general canonical form cost more than all else that is done with them. Whatever is not plainly right here goes to
 * those, which alone refuse: by test, what passes here passes there and has this text. Pure.
 *
 * Each part is read by name and written anew, its members in the order of RFC 8785 §3.2.3; null where it is unusual.
 */

/** As many members as are read by name, so there are no others: what is missing reads as undefined, which nothing takes. */
function has(value: unknown, members: number): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).length === members;
}

/** In UTF-16 units: never fewer than the characters that the schema counts. */
const isText = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'string' && value.length >= min && value.length <= max;
const isLike = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value);
const isTime = (value: unknown): boolean => isLike(value, RFC3339_MS) && !Number.isNaN(Date.parse(value as string));
const isInteger = (value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): boolean =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;

const CASE_NO = /^[\x21-\x7e]{1,64}$/;
/** RFC 9562, as `crypto.randomUUID` and the kernel write it. */
const BOOT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const TRIGGERS: readonly unknown[] = ['business', 'staff', 'queue', 'scan', 'self'];
const CHANNELS: readonly unknown[] = ['touch', 'keypad', 'paper'];
const REASONS: readonly unknown[] = ['declined', 'timeout', 'skipped', 'paused', 'rated_elsewhere'];
const QUALITIES: readonly unknown[] = ['synced', 'holdover', 'unset'];

const isCase = ({ visitId, caseNo, serviceNo }: Record<string, unknown>): boolean =>
  isLike(visitId, UUID_V7) && isLike(caseNo, CASE_NO) && isInteger(serviceNo, 1, 9999);

function usualVisit(body: unknown): VisitBody | null {
  if (!has(body, 9) || !isCase(body)) return null;
  const { caseNo, itemCode, itemName, servedAt, serviceNo, staffId, trigger, visitId, window } = body as VisitBody;
  const isUsual =
    isText(itemCode, 1, 64) &&
    isText(itemName, 1, 200) &&
    isText(window, 1, 32) &&
    isText(staffId, 1, 64) &&
    isTime(servedAt) &&
    TRIGGERS.includes(trigger);
  return isUsual ? { caseNo, itemCode, itemName, servedAt, serviceNo, staffId, trigger, visitId, window } : null;
}

function isRating(body: Record<string, unknown>, policy: Record<string, unknown>): boolean {
  const { tags } = body;
  return (
    isCase(body) &&
    isInteger(body.level, 1, 5) &&
    CHANNELS.includes(body.channel) &&
    Array.isArray(tags) &&
    tags.length <= 100 &&
    tags.every((tag) => isText(tag, 1, 16)) &&
    isText(body.catalogueVersion, 1, 64) &&
    (body.comment === null || isText(body.comment, 0, 500)) &&
    isTime(body.ratedAt) &&
    isInteger(body.revision, 1) &&
    (body.supersedes === null || isLike(body.supersedes, UUID_V7)) &&
    isText(body.layout, 1, 64) &&
    isText(body.language, 1, 35) &&
    isText(policy.id, 1, 64) &&
    isText(policy.version, 1, 64) &&
    (body.rater === null || isText(body.rater, 0, 8192))
  );
}

function usualRating(body: unknown): RatingBody | null {
  if (!has(body, 15) || !has(body.policy, 2) || !isRating(body, body.policy)) return null;
  const rating = body as RatingBody;
  return {
    caseNo: rating.caseNo,
    catalogueVersion: rating.catalogueVersion,
    channel: rating.channel,
    comment: rating.comment,
    language: rating.language,
    layout: rating.layout,
    level: rating.level,
    policy: { id: rating.policy.id, version: rating.policy.version },
    ratedAt: rating.ratedAt,
    rater: rating.rater,
    revision: rating.revision,
    serviceNo: rating.serviceNo,
    supersedes: rating.supersedes,
    tags: rating.tags,
    visitId: rating.visitId,
  };
}

function usualNotRated(body: unknown): NotRatedBody | null {
  if (!has(body, 5) || !isCase(body)) return null;
  const { caseNo, detail, reason, serviceNo, visitId } = body as NotRatedBody;
  const isUsual = REASONS.includes(reason) && (detail === null || isText(detail, 0, 200));
  return isUsual ? { caseNo, detail, reason, serviceNo, visitId } : null;
}

/** Events are few, and their details free. */
function usualBody(kind: unknown, body: unknown): object | null {
  if (kind === 'rating') return usualRating(body);
  if (kind === 'visit') return usualVisit(body);
  return kind === 'not_rated' ? usualNotRated(body) : null;
}

function usualClock(clock: unknown): ClockBlock | null {
  if (!has(clock, 4)) return null;
  const { bootId, monotonicMs, offsetMs, quality } = clock as ClockBlock;
  const isUsual =
    isLike(bootId, BOOT_ID) &&
    isInteger(monotonicMs, 0) &&
    isInteger(offsetMs, Number.MIN_SAFE_INTEGER) &&
    QUALITIES.includes(quality);
  return isUsual ? { bootId, monotonicMs, offsetMs, quality } : null;
}

/**
 * @param value parsed from JSON
 * @returns the record, and the canonical JSON of it without its hash, which that hash is over (reference-protocol §4);
 * null where it is not for this file to say
 */
export function usualRecord(value: object): { record: LedgerRecord; canonical: string } | null {
  if (!has(value, 8)) return null;
  const { id, kind, prev, recordedAt, seq } = value;
  const isUsual =
    isLike(id, UUID_V7) &&
    isInteger(seq, 1) &&
    isLike(prev, SHA256) &&
    isLike(value.hash, SHA256) &&
    isTime(recordedAt);
  const body = isUsual ? usualBody(kind, value.body) : null;
  const clock = body === null ? null : usualClock(value.clock);
  if (clock === null) return null;
  const canonical = JSON.stringify({ body, clock, id, kind, prev, recordedAt, seq });
  // Half of a surrogate pair has no canonical form (§3.2.2.2) and is written like this; or a text that speaks of one.
  return canonical.includes('\\ud') ? null : { record: value as unknown as LedgerRecord, canonical };
}
