import { z } from 'zod';

/** The record of reference-protocol §4: shapes and limits, shared by device, agent and centre. Pure. */

export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const RFC3339_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)$/;
export const SHA256 = /^sha256:[0-9a-f]{64}$/;

export const uuidSchema = z.string().regex(UUID_V7, 'a UUIDv7 in lower case');
export const timeSchema = z
  .string()
  .regex(RFC3339_MS, 'an RFC 3339 time with milliseconds and offset, like 2026-11-22T10:15:30.123+08:00')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'a time that exists');
export const hashSchema = z.string().regex(SHA256, 'sha256: and 64 lower-case hex digits');

/** 满意度等级: 5 非常满意 … 1 非常不满意. */
export const LEVELS = [5, 4, 3, 2, 1] as const;
export const levelSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
export type Level = z.infer<typeof levelSchema>;

/** Opaque to us, but it travels in a QR code of at most 400 bytes (§5), so printable ASCII only. */
export const caseNoSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, '1 to 64 printable ASCII characters without spaces');
export const serviceNoSchema = z.int().min(1).max(9999);

export const clockBlockSchema = z.strictObject({
  quality: z.enum(['synced', 'holdover', 'unset']),
  offsetMs: z.int(),
  bootId: z.uuid(),
  monotonicMs: z.int().min(0),
});
export type ClockBlock = z.infer<typeof clockBlockSchema>;

export const visitBodySchema = z.strictObject({
  visitId: uuidSchema,
  caseNo: caseNoSchema,
  serviceNo: serviceNoSchema,
  itemCode: z.string().min(1).max(64),
  itemName: z.string().min(1).max(200),
  window: z.string().min(1).max(32),
  staffId: z.string().min(1).max(64),
  servedAt: timeSchema,
  trigger: z.enum(['business', 'staff', 'queue', 'scan', 'self']),
});

export const ratingBodySchema = z.strictObject({
  visitId: uuidSchema,
  caseNo: caseNoSchema,
  serviceNo: serviceNoSchema,
  level: levelSchema,
  channel: z.enum(['touch', 'keypad', 'paper']),
  tags: z.array(z.string().min(1).max(16)).max(100),
  catalogueVersion: z.string().min(1).max(64),
  comment: z.string().max(500).nullable(),
  ratedAt: timeSchema,
  revision: z.int().min(1),
  supersedes: uuidSchema.nullable(),
  layout: z.string().min(1).max(64),
  language: z.string().min(1).max(35),
  policy: z.strictObject({ id: z.string().min(1).max(64), version: z.string().min(1).max(64) }),
  /** A JWE to the centre's key where the policy demands real names, else null. */
  rater: z.string().max(8192).nullable(),
});

export const notRatedReasonSchema = z.enum(['declined', 'timeout', 'skipped', 'paused', 'rated_elsewhere']);
export const notRatedBodySchema = z.strictObject({
  visitId: uuidSchema,
  caseNo: caseNoSchema,
  serviceNo: serviceNoSchema,
  reason: notRatedReasonSchema,
  detail: z.string().max(200).nullable(),
});

export const eventBodySchema = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9_]{1,63}$/),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export type VisitBody = z.infer<typeof visitBodySchema>;
export type RatingBody = z.infer<typeof ratingBodySchema>;
export type NotRatedBody = z.infer<typeof notRatedBodySchema>;
export type EventBody = z.infer<typeof eventBodySchema>;

const head = {
  id: uuidSchema,
  seq: z.int().min(1),
  prev: hashSchema,
  hash: hashSchema,
  recordedAt: timeSchema,
  clock: clockBlockSchema,
};

export const recordSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...head, kind: z.literal('visit'), body: visitBodySchema }),
  z.strictObject({ ...head, kind: z.literal('rating'), body: ratingBodySchema }),
  z.strictObject({ ...head, kind: z.literal('not_rated'), body: notRatedBodySchema }),
  z.strictObject({ ...head, kind: z.literal('event'), body: eventBodySchema }),
]);
export type LedgerRecord = z.infer<typeof recordSchema>;

/** What a caller asks the ledger to keep: the fact alone; id, seq, chain and clock are the ledger's. */
export type RecordFact =
  | { kind: 'visit'; body: VisitBody }
  | { kind: 'rating'; body: RatingBody }
  | { kind: 'not_rated'; body: NotRatedBody }
  | { kind: 'event'; body: EventBody };
