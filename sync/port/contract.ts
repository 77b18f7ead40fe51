import { z } from 'zod';
import { hashSchema, SHA256, timeSchema, UUID_V7, uuidSchema } from '../../device/ledger/record.ts';
import { hasPlainId, listAtSight } from '../protocol/at-sight.ts';

/**
 * The contract between appliance and agent: every call and notification, both ways, with its validator (style guide §10).
 * Both processes come from one build, so a message that fails here is a defect, and is reported as one.
 */

const countSchema = z.int().min(0);
const wallMsSchema = z.number().min(0);
const nothing = z.null();
const CALL_LIMIT_MS = 30_000;

/** A public key as it travels (reference-protocol §2): members beyond these are kept, they belong to the key's kind. */
const jwkSchema = z.looseObject({ kty: z.string().min(1).max(16) });
export type Jwk = z.infer<typeof jwkSchema>;

const connectionSchema = z.strictObject({
  deviceId: z.string().min(1).max(128),
  baseUrl: z.string().min(1).max(2048),
  centreKeys: z.strictObject({ keys: z.array(jwkSchema).max(32) }),
  /** Of the device's key. */
  alg: z.enum(['ed25519', 'sm2-sm3']),
});
/** Where this device delivers, and whose receipts count. */
export type DeviceConnection = z.infer<typeof connectionSchema>;

/** How one sending of a batch ended; `settled`: the centre answered for its records. */
export const ATTEMPT_OUTCOMES = [
  'settled',
  'down',
  'busy',
  'not_the_centre',
  'unauthorised',
  'too_large',
  'malformed',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export const NO_ATTEMPTS: Readonly<Record<AttemptOutcome, number>> = {
  settled: 0,
  down: 0,
  busy: 0,
  not_the_centre: 0,
  unauthorised: 0,
  too_large: 0,
  malformed: 0,
};

const linkReportSchema = z.strictObject({
  state: z.enum(['starting', 'online', 'offline', 'not_the_centre', 'refused']),
  /** Since when it is so. */
  since: timeSchema,
  /** One sentence for a technician; null while all is well. */
  detail: z.string().max(1000).nullable(),
  /** Centre's clock minus ours; null until the centre told its time. */
  clockOffsetMs: z.int().nullable(),
  /** The true offset is at most so far from `clockOffsetMs`; null until the centre told its time. */
  clockBoundMs: countSchema.nullable(),
  lastReceiptAt: timeSchema.nullable(),
  /** Records per second that settled batches made lately; null until one did. */
  perS: z.number().min(0).nullable(),
  /** Batches sent since this agent started, by how they ended. */
  attempts: z.record(z.enum(ATTEMPT_OUTCOMES), countSchema),
});
export type LinkReport = z.infer<typeof linkReportSchema>;

const enrolRequestSchema = z.strictObject({
  baseUrl: z.string().min(1).max(2048),
  code: z.string().min(1).max(256),
  publicKey: jwkSchema,
  hardware: z.strictObject({
    model: z.string().max(128),
    serial: z.string().max(128),
    software: z.string().max(128),
  }),
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

const enrolOutcomeSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('enrolled'),
    deviceId: z.string().min(1).max(128),
    centreKeys: z.strictObject({ keys: z.array(jwkSchema).min(1).max(32) }),
    /** Compact JWS of reference-protocol §3; the appliance verifies it before it uses it. */
    configuration: z.string().min(1),
  }),
  z.strictObject({ outcome: z.literal('waiting'), retryAfterS: countSchema }),
  z.strictObject({ outcome: z.literal('refused'), code: z.string(), message: z.string() }),
  z.strictObject({ outcome: z.literal('unreachable'), detail: z.string() }),
]);
export type EnrolOutcome = z.infer<typeof enrolOutcomeSchema>;

export const outboxRecordSchema = z.strictObject({
  id: uuidSchema,
  seq: z.int().min(1),
  hash: hashSchema,
  dueAt: z.number(),
  attempts: countSchema,
  json: z.string().min(2),
});

const isCount = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;

/** As many members as are read by name, so there are no others. */
export function isPlainOutboxRecord(value: unknown): boolean {
  if (!hasPlainId(value) || Object.keys(value).length !== 6) return false;
  const { seq, hash, dueAt, attempts, json } = value as Record<string, unknown>;
  return (
    isCount(seq, 1) &&
    typeof hash === 'string' &&
    SHA256.test(hash) &&
    Number.isFinite(dueAt) &&
    isCount(attempts, 0) &&
    typeof json === 'string' &&
    json.length >= 2
  );
}

export const isPlainId = (value: unknown): boolean => typeof value === 'string' && UUID_V7.test(value);

const receiptSchema = z.strictObject({
  batchId: uuidSchema,
  receivedAt: timeSchema,
  count: z.int().min(1),
  root: hashSchema,
  jws: z.string().min(1),
});

const settlementSchema = z.strictObject({
  leaseId: z.string().min(1),
  receipt: receiptSchema.nullable(),
  delivered: listAtSight(uuidSchema, isPlainId, { max: 500 }),
  deferred: z.array(z.strictObject({ id: uuidSchema, retryAfterMs: countSchema, code: z.string().max(64) })).max(500),
  refused: z
    .array(z.strictObject({ id: uuidSchema, code: z.string().max(64), message: z.string().max(1000) }))
    .max(500),
});

const countsSchema = z.strictObject({
  pending: countSchema,
  deferred: countSchema,
  refused: countSchema,
  delivered: countSchema,
  oldestPendingAt: wallMsSchema.nullable(),
  nextDueAt: z.number().nullable(),
  nextLegalDueAt: z.number().nullable(),
  headSeq: countSchema,
  headHash: hashSchema,
});

/** Dates are whole days and kinds of margin few: some thousand groups are years of backlog. */
const dueGroupsSchema = z
  .array(z.strictObject({ dueAt: z.number(), marginMs: z.number().min(0), records: z.int().min(1) }))
  .max(10_000);

const seqSchema = z.int().min(1);
const rangeBounds = { fromSeq: seqSchema, toSeq: seqSchema };
const manifestPlanSchema = z.strictObject({
  receipt: countSchema,
  headSeq: countSchema,
  headHash: hashSchema,
  ranges: z.array(z.strictObject({ ...rangeBounds, head: hashSchema, count: seqSchema })).max(2),
});
/** What the centre is asked to confirm (reference-protocol §6); device/manifest.ts says what each member means. */
export type ManifestPlan = z.infer<typeof manifestPlanSchema>;

/** Of one manifest; more are told with the next one. */
export const MAX_MISSING_RANGES = 1000;
const missingSchema = z.array(z.tuple([seqSchema, seqSchema])).max(MAX_MISSING_RANGES);
const manifestAnswerSchema = z.strictObject({
  receipt: countSchema,
  ranges: z.array(z.strictObject({ ...rangeBounds, missing: missingSchema, headMatches: z.boolean() })).max(2),
  centreSeq: seqSchema.nullable(),
});
export type ManifestAnswer = z.infer<typeof manifestAnswerSchema>;
const keptOffsetSchema = z.strictObject({ offsetMs: z.int(), boundMs: countSchema.nullable() });

const offerReplySchema = z.strictObject({
  accepted: z.boolean(),
  code: z.string().max(64).optional(),
  version: z.int().min(1).nullable(),
});
export type OfferReply = z.infer<typeof offerReplySchema>;

const call = <Q extends z.ZodType, A extends z.ZodType>(request: Q, reply: A, timeLimitMs = CALL_LIMIT_MS) => ({
  request,
  reply,
  timeLimitMs,
});

/** Agent → appliance: the outbox, the connection, and what the agent learned from the centre. */
export const toAppliance = {
  calls: {
    claim: call(
      z.strictObject({
        limit: z.int().min(1).max(500),
        maxBytes: z.int().min(1),
        visitsFirst: z.boolean().optional(),
        /** Leases that the agent still works on; it knows nothing of any other. */
        holding: z.array(z.string().min(1)).max(8),
      }),
      z
        .strictObject({
          leaseId: z.string().min(1),
          records: listAtSight(outboxRecordSchema, isPlainOutboxRecord, { min: 1, max: 500 }),
          isLast: z.boolean(),
        })
        .nullable(),
    ),
    settle: call(settlementSchema, nothing),
    release: call(z.strictObject({ leaseId: z.string().min(1) }), nothing),
    counts: call(nothing, countsSchema),
    dueGroups: call(z.strictObject({ untilMs: z.number() }), dueGroupsSchema),
    connection: call(nothing, connectionSchema.nullable()),
    /** What is known of the centre's clock from before. */
    keptOffset: call(nothing, keptOffsetSchema.nullable()),
    offerConfiguration: call(z.strictObject({ jws: z.string().min(1), etag: z.string() }), offerReplySchema),
    ratedElsewhere: call(z.strictObject({ visitId: uuidSchema, ratedAt: timeSchema }), nothing),
    reportLink: call(linkReportSchema, nothing),
    provesDelivery: call(z.boolean(), nothing),
    manifestPlan: call(nothing, manifestPlanSchema.nullable()),
    manifestAnswer: call(manifestAnswerSchema, z.strictObject({ more: z.boolean() })),
  },
  notes: {},
};

/** A centre may take a minute to answer an enrolment; HTTP's own limit is shorter and comes first. */
const ENROL_LIMIT_MS = 60_000;

/** Appliance → agent: something was appended, the connection changed, a citizen may be rating by phone; enrolment. */
export const toAgent = {
  calls: { enrol: call(enrolRequestSchema, enrolOutcomeSchema, ENROL_LIMIT_MS) },
  notes: {
    wake: nothing,
    connectionChanged: nothing,
    visitInvited: z.strictObject({ visitId: uuidSchema }),
    visitClosed: z.strictObject({ visitId: uuidSchema }),
  },
};
