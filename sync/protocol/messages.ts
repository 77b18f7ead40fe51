import { z } from 'zod';
import { GENESIS_HASH } from '../../device/ledger/chain.ts';
import {
  caseNoSchema,
  clockBlockSchema,
  hashSchema,
  levelSchema,
  serviceNoSchema,
  timeSchema,
  uuidSchema,
} from '../../device/ledger/record.ts';
import { hasPlainId, isPlainResult, listAtSight } from './at-sight.ts';

/**
 * Every request and reply of reference-protocol §2–§8. What the centre parses is strict; what the device parses
 * tolerates keys it does not know and never needs one that the page does not name.
 */

/** §4: at most so many records, and so many bytes unpacked, in one batch. */
export const MAX_BATCH_RECORDS = 500;
export const MAX_BATCH_BYTES = 1_048_576;
/** §1: how far `created` may be from the centre's clock, either way. */
export const SIGNATURE_WINDOW_S = 300;
/** §5: the token's limit, so that the QR stays coarse enough to scan. */
export const MAX_TOKEN_BYTES = 400;

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'base64url without padding');
/** 32 bytes, the length of every public coordinate we use. */
const coordinate = base64url.length(43);
const compactJwsSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/, 'a compact JWS: three base64url parts joined by dots');

// ── §2 enrolment ─────────────────────────────────────────────────────────────────────────────────────────────────

/** A device's signing key: Ed25519 (RFC 8037), or SM2 where the region demands 国密. */
const deviceKeySchema = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate }),
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('SM2'), x: coordinate, y: coordinate }),
]);
export type DeviceKey = z.infer<typeof deviceKeySchema>;

/** A centre's key. Kinds that a reader does not know are passed over, as RFC 7517 §5 asks, so the kind stays open. */
const centreKeySchema = z.looseObject({
  kty: z.string(),
  kid: z.string().min(1),
  use: z.enum(['sig', 'enc']),
  crv: z.string().exactOptional(),
  x: z.string().exactOptional(),
  y: z.string().exactOptional(),
});
export const centreKeysSchema = z.object({ keys: z.array(centreKeySchema).min(1) });
export type CentreKey = z.infer<typeof centreKeySchema>;
export type CentreKeys = z.infer<typeof centreKeysSchema>;

export const enrolmentRequestSchema = z.strictObject({
  code: z.string().min(1).max(256),
  publicKey: deviceKeySchema,
  hardware: z.strictObject({
    model: z.string().max(200),
    serial: z.string().max(200),
    software: z.string().max(200),
  }),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

/** 201 */
export const enrolledReplySchema = z.object({
  /** A UUIDv7 by the page's head; any plain name of another centre's making serves us as well. */
  deviceId: z.string().regex(/^[\x21-\x7e]{1,64}$/, '1 to 64 printable ASCII characters'),
  centreKeys: centreKeysSchema,
  configuration: compactJwsSchema,
});
/** 202: a person has to approve; the same request again after so many seconds. */
export const enrolmentPendingReplySchema = z.object({ retryAfterS: z.number().min(0) });
/** 403 */
const enrolmentRefusalCodeSchema = z.enum(['code_unknown', 'code_used', 'code_expired']);
export const enrolmentRefusedReplySchema = z.object({ code: enrolmentRefusalCodeSchema });
export type EnrolledReply = z.infer<typeof enrolledReplySchema>;

// ── §3 configuration ─────────────────────────────────────────────────────────────────────────────────────────────

/** 200; the payload's own schema is in device/identity/configuration.ts. */
export const configurationReplySchema = z.object({ configuration: compactJwsSchema });

// ── §4 records ───────────────────────────────────────────────────────────────────────────────────────────────────

export const namedRecordSchema = z.looseObject({ id: uuidSchema });

/** The envelope alone: each record is judged by itself, so that one bad record never refuses its neighbours. */
export const batchRequestSchema = z.strictObject({
  batchId: uuidSchema,
  sentAt: timeSchema,
  records: listAtSight(namedRecordSchema, hasPlainId),
});

const outcomeSchema = z.enum(['accepted', 'duplicate', 'deferred', 'refused']);

export const recordResultSchema = z.object({
  id: uuidSchema,
  outcome: outcomeSchema,
  code: z.string().exactOptional(),
  message: z.string().exactOptional(),
  retryAfterS: z.number().min(0).exactOptional(),
});
export type RecordResult = z.infer<typeof recordResultSchema>;

export const batchReplySchema = z.object({
  batchId: uuidSchema,
  serverTime: timeSchema,
  results: listAtSight(recordResultSchema, isPlainResult),
  receipt: compactJwsSchema.nullable(),
});
export type BatchReply = z.infer<typeof batchReplySchema>;

/** The payload of a receipt's JWS. */
export const receiptSchema = z.object({
  batchId: uuidSchema,
  receivedAt: timeSchema,
  count: z.int().min(1),
  root: hashSchema,
});
export type Receipt = z.infer<typeof receiptSchema>;

// ── whole-request answers (§1, §4) ───────────────────────────────────────────────────────────────────────────────

/**
 * Any 4xx or 5xx body of a centre. The page names `malformed`, `stale_signature`, `unknown_device`, `revoked` and
 * `too_large`; the status decides where a centre says something else.
 */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string().exactOptional(),
  serverTime: timeSchema.exactOptional(),
});

/** 401 with a clock to correct by; only this shape may make a device sign again at once. */
export const staleSignatureSchema = z.object({ code: z.literal('stale_signature'), serverTime: timeSchema });

// ── §5 phone rating ──────────────────────────────────────────────────────────────────────────────────────────────

/** The payload of the token in the QR code, signed by the device's key. `x`: seconds since 1970. */
export const phoneTokenSchema = z.strictObject({
  v: z.literal(1),
  d: uuidSchema,
  w: z.string().min(1).max(32),
  i: uuidSchema,
  c: caseNoSchema,
  n: serviceNoSchema,
  x: z.int().min(0),
});
export type PhoneToken = z.infer<typeof phoneTokenSchema>;

const channelSchema = z.enum(['touch', 'keypad', 'paper', 'phone']);

/** Never the level (§5, design §2.6). A channel the device does not know must not hide that a visit is rated. */
export const visitStateReplySchema = z.object({
  state: z.enum(['open', 'rated', 'unknown']),
  channel: z.string().exactOptional(),
  ratedAt: timeSchema.exactOptional(),
});
export type VisitStateReply = z.infer<typeof visitStateReplySchema>;

// ── §6 completeness ──────────────────────────────────────────────────────────────────────────────────────────────

export const manifestSchema = z
  .strictObject({
    fromSeq: z.int().min(1),
    toSeq: z.int().min(1),
    head: hashSchema,
    count: z.int().min(1),
  })
  .refine((manifest) => manifest.fromSeq <= manifest.toSeq, { path: ['toSeq'], message: 'not before fromSeq' });
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestReplySchema = z.object({
  missing: z.array(z.tuple([z.int().min(1), z.int().min(1)])),
  headMatches: z.boolean(),
});

/** `seq` 0 with the genesis hash: a device that has no record yet. `atRisk`: records whose legal date is near. */
export const heartbeatSchema = z
  .strictObject({
    seq: z.int().min(0),
    head: hashSchema,
    pending: z.int().min(0),
    oldestPendingAt: timeSchema.nullable(),
    nextDeadlineAt: timeSchema.nullable(),
    atRisk: z.int().min(0),
    clock: clockBlockSchema,
    health: z.record(z.string(), z.unknown()),
    version: z.string().min(1).max(64),
  })
  .refine((beat) => beat.seq > 0 || beat.head === GENESIS_HASH, { path: ['head'], message: '64 zeros for seq 0' });
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** The page fixes no body, so a JSON object is all that a device may ask for. */
export const heartbeatReplySchema = z.object({ serverTime: timeSchema.exactOptional() });

// ── §8 inspection ────────────────────────────────────────────────────────────────────────────────────────────────

const faultModeSchema = z.enum([
  'none',
  'down',
  'hang',
  'portal_html',
  'lost_ack',
  'wrong_receipt',
  'drop_half',
  'status_500',
  'status_429',
  'refuse_levels',
]);

export const faultSchema = z
  .strictObject({
    mode: faultModeSchema,
    levels: z.array(levelSchema).exactOptional(),
    /** Seconds until the centre is well again; without it, until the next order. */
    forS: z.number().positive().max(86_400).exactOptional(),
  })
  .refine((fault) => fault.mode !== 'refuse_levels' || (fault.levels?.length ?? 0) > 0, {
    path: ['levels'],
    message: 'the levels to refuse, for example [1, 2]',
  });
export type Fault = z.infer<typeof faultSchema>;

export const phoneRatingSchema = z.strictObject({
  token: z.string().min(1).max(4096),
  level: levelSchema,
  tags: z.array(z.string().min(1).max(16)).max(100).exactOptional(),
  comment: z.string().max(500).nullable().exactOptional(),
});
export type PhoneRating = z.infer<typeof phoneRatingSchema>;

export const phoneRatingReplySchema = z.object({ visitId: uuidSchema, state: z.literal('rated') });

const standingRatingSchema = z.object({
  visitId: uuidSchema,
  caseNo: caseNoSchema,
  serviceNo: serviceNoSchema,
  level: levelSchema,
  channel: channelSchema,
  tags: z.array(z.string()),
  comment: z.string().nullable(),
  revision: z.int().min(1),
  ratedAt: timeSchema,
  receivedAt: timeSchema,
});
export type StandingRating = z.infer<typeof standingRatingSchema>;
export const inspectRatingsSchema = z.array(standingRatingSchema);

const inspectedRecordSchema = z.object({
  deviceId: uuidSchema,
  seq: z.int().min(1),
  id: uuidSchema,
  kind: z.string(),
  hash: hashSchema,
  receivedAt: timeSchema,
  record: z.record(z.string(), z.unknown()),
});
export const inspectRecordsSchema = z.array(inspectedRecordSchema);
