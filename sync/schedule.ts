import type { OutboxRecord } from '../device/ledger/outbox.ts';
import type { BatchOutcome } from './connectors/connector.ts';
import { gapMs, type Pace, paceAfterAnswer, paceAfterBusy, paceAfterOutage, pacedLimit, unhurried } from './pace.ts';
import { deferralMs, restMs } from './retry.ts';

/**
 * What the sending loop does next, and what each answer of the centre changes about it. Pure: a state goes in, the next
 * comes out. All times are monotonic milliseconds, for they are for waiting (design §3).
 */
export interface SendState {
  /** Connection failures since the centre last answered for a record. */
  failures: number;
  /** Nothing is sent before. */
  restUntilMs: number;
  /** Faults of our own side since a batch last went through to its settlement. */
  localFaults: number;
  /** How fast a backlog may go out. */
  pace: Pace;
  /** Records in the next batch. Halved to find a bad record or a size that passes, doubled by full success. */
  batchLimit: number;
  /** What the centre found too large is not tried again until then. */
  ceiling: { records: number; untilMs: number } | null;
  /** Records refused as malformed since the centre last took one. */
  malformedInARow: number;
  /** The last claim left nothing; it is repeated on a wake or when a deferred record may go again. */
  isIdle: boolean;
  /** When deferred records may go again: whole seconds, each once, ascending. */
  recheckAtMs: readonly number[];
  /** The centre disowned this device: nothing is sent until the connection changes (reference-protocol §4). */
  stopped: 'unknown_device' | 'revoked' | null;
}

export type NextStep =
  | { do: 'claim'; limit: number }
  /** Null: until somebody wakes the loop. */
  | { do: 'wait'; untilMs: number | null };

const FIRST_BATCH_LIMIT = 200;
/**
 * Records in a batch that asks whether the line is well again. One: a centre that comes back is asked by a whole region
 * at once, and what it has to refuse must weigh nothing (test/simulation/fleet).
 */
export const PROBE_LIMIT = 1;
/** How long a size that passed is kept to. A proxy's limit seldom changes within ten minutes. */
const CEILING_MS = 600_000;
/**
 * So many lone records called malformed with none taken in between, and it is rather the centre that is at fault:
 * further ones are put off, not refused, so that a centre's bad day does not set the whole ledger aside.
 */
export const MALFORMED_IN_A_ROW_LIMIT = 5;
const DOUBTED_RETRY_MS = 600_000;

export const freshSendState: SendState = {
  failures: 0,
  restUntilMs: 0,
  localFaults: 0,
  pace: unhurried,
  batchLimit: FIRST_BATCH_LIMIT,
  ceiling: null,
  malformedInARow: 0,
  isIdle: false,
  recheckAtMs: [],
  stopped: null,
};

/** @param maxRecords the connector's limit, 1 … 500 */
export function nextStep(state: SendState, nowMs: number, maxRecords: number): NextStep {
  if (state.stopped !== null) return { do: 'wait', untilMs: null };
  if (state.restUntilMs > nowMs) return { do: 'wait', untilMs: state.restUntilMs };
  const recheckAtMs = state.recheckAtMs[0] ?? null;
  const isRecheckDue = recheckAtMs !== null && recheckAtMs <= nowMs;
  if (state.isIdle && !isRecheckDue) return { do: 'wait', untilMs: recheckAtMs };
  const ceiling = state.ceiling !== null && state.ceiling.untilMs > nowMs ? state.ceiling.records : maxRecords;
  const probe = state.failures > 0 ? PROBE_LIMIT : maxRecords;
  const limit = Math.min(state.batchLimit, ceiling, maxRecords, probe, pacedLimit(state.pace));
  return { do: 'claim', limit: Math.max(1, limit) };
}

/** Whether the next batch may be claimed while one is on the wire: not while its answer decides what comes next. */
export function mayClaimAhead({ failures, pace, stopped }: SendState): boolean {
  return failures === 0 && pace.perS === null && stopped === null;
}

/** Something was appended, or a minute passed. A rest is not cut short by it. */
export function afterWake(state: SendState): SendState {
  return { ...state, isIdle: false };
}

/** The claim found nothing to send, or took all that there was. */
export function afterLastClaim(state: SendState, nowMs: number): SendState {
  return { ...state, isIdle: true, recheckAtMs: state.recheckAtMs.filter((atMs) => atMs > nowMs) };
}

/** Deferred records are looked for by the second, and so many seconds ahead; the rest waits for the minute's tick. */
const RECHECK_MS = 1_000;
const MAX_RECHECKS = 200;

/**
 * The outbox has written down which records wait, and from now on they do: a look before that would come too early and
 * not be repeated. Every one of the moments is kept, since with the earliest alone the later ones would be forgotten.
 */
export function afterDeferrals(state: SendState, deferred: Results['deferred'], nowMs: number): SendState {
  if (deferred.length === 0) return state;
  const seconds = deferred.map(({ retryAfterMs }) => Math.ceil((nowMs + retryAfterMs) / RECHECK_MS) * RECHECK_MS);
  const all = [...new Set([...state.recheckAtMs, ...seconds])].sort((a, b) => a - b);
  return { ...state, recheckAtMs: all.slice(0, MAX_RECHECKS) };
}

/** Another connection: what was learned about the old one is forgotten, but the outbox's deferred records still wait. */
export function afterReset({ recheckAtMs }: SendState): SendState {
  return { ...freshSendState, recheckAtMs };
}

/**
 * How long the loop rests when its own side failed: the port, or a ledger that is full and cannot keep a receipt. A
 * local matter, so no jitter is needed; but each try costs the centre a batch, so the rests double to two minutes.
 */
const LOCAL_REST_MS = 2_000;
const LOCAL_REST_CAP_MS = 120_000;

/** Outbox or connector threw; nothing is known about the batch. */
export function afterLocalFault(state: SendState, nowMs: number): SendState {
  const localFaults = state.localFaults + 1;
  const longMs = LOCAL_REST_MS * 2 ** Math.min(localFaults - 1, 30);
  return { ...state, localFaults, restUntilMs: nowMs + Math.min(longMs, LOCAL_REST_CAP_MS) };
}

/** The outbox did what it was asked. */
export function afterLocalSuccess(state: SendState): SendState {
  return state.localFaults === 0 ? state : { ...state, localFaults: 0 };
}

/**
 * How long until the earliest date of a batch that can still be met, ms; null where none can. What is missed is sent
 * like anything else: hurry saves it no more, and would crowd out those whose dates it could save.
 */
export function urgentSlackMs(records: readonly Pick<OutboxRecord, 'dueAt'>[], trueMs: number): number | null {
  const earliest = Math.min(...records.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > trueMs));
  return Number.isFinite(earliest) ? earliest - trueMs : null;
}

export interface OutcomeContext {
  nowMs: number;
  /** How many records the batch had. */
  sent: number;
  /** From its leaving to its answer, ms. */
  tookMs: number;
  /** From `urgentSlackMs`. */
  slackMs: number | null;
  /** 0 ≤ random < 1 */
  random: number;
}

/** The state after a centre's answer, or its absence. */
export function afterOutcome(state: SendState, outcome: BatchOutcome, context: OutcomeContext): SendState {
  switch (outcome.kind) {
    case 'unauthorised':
      return { ...state, stopped: outcome.code };
    case 'too_large':
      return afterTooLarge(state, context);
    case 'malformed':
      return afterMalformed(state, context);
    case 'settled':
      return afterResults(state, outcome, context);
    case 'busy':
      return afterFailure({ ...state, pace: paceAfterBusy(state.pace) }, context, outcome.retryAfterMs);
    case 'down':
    case 'not_the_centre':
      return afterFailure({ ...state, pace: paceAfterOutage(state.pace) }, context, null);
  }
}

function afterFailure(state: SendState, context: OutcomeContext, retryAfterMs: number | null): SendState {
  const failures = state.failures + 1;
  const { nowMs, slackMs, random } = context;
  return { ...state, failures, restUntilMs: nowMs + restMs({ failures, slackMs, retryAfterMs, random }) };
}

/** A lone record is put aside, so only a batch that can be halved leaves a mark. */
function afterTooLarge(state: SendState, { sent, nowMs }: OutcomeContext): SendState {
  if (sent === 1) return { ...state, failures: 0 };
  const records = Math.floor(sent / 2);
  return { ...state, failures: 0, batchLimit: records, ceiling: { records, untilMs: nowMs + CEILING_MS } };
}

function afterMalformed(state: SendState, context: OutcomeContext): SendState {
  if (context.sent > 1) return { ...state, failures: 0, batchLimit: Math.floor(context.sent / 2) };
  const malformedInARow = state.malformedInARow + 1;
  if (malformedInARow <= MALFORMED_IN_A_ROW_LIMIT) return { ...state, failures: 0, malformedInARow };
  return { ...afterFailure(state, context, null), malformedInARow };
}

type Results = Extract<BatchOutcome, { kind: 'settled' }>;

function afterResults(state: SendState, results: Results, context: OutcomeContext): SendState {
  const answered = results.delivered.length + results.deferred.length + results.refused.length;
  // Everything would come back with the next claim, at once and for ever.
  if (answered === 0) return afterFailure(state, context, null);
  const isFull = context.sent >= state.batchLimit;
  const pace = paceAfterAnswer(state.pace, { records: context.sent, tookMs: context.tookMs });
  return {
    ...state,
    failures: 0,
    pace,
    restUntilMs: context.nowMs + gapMs(pace, context.sent, context.random),
    batchLimit: isFull ? state.batchLimit * 2 : state.batchLimit,
    malformedInARow: results.delivered.length > 0 ? 0 : state.malformedInARow,
  };
}

/**
 * What to write into the outbox for a lone record that a centre would not even read; null where the batch was larger,
 * or the answer is none about records.
 * @param state before `afterOutcome`
 */
export function loneVerdict(state: SendState, outcome: BatchOutcome, records: readonly OutboxRecord[]): Results | null {
  const [record] = records;
  if (records.length !== 1 || !record) return null;
  if (outcome.kind !== 'malformed' && outcome.kind !== 'too_large') return null;
  const { kind: code, detail: message } = outcome;
  const none: Results = { kind: 'settled', receipt: null, delivered: [], deferred: [], refused: [] };
  if (code === 'malformed' && state.malformedInARow >= MALFORMED_IN_A_ROW_LIMIT) {
    return { ...none, deferred: [{ id: record.id, retryAfterMs: DOUBTED_RETRY_MS, code }] };
  }
  return { ...none, refused: [{ id: record.id, code, message }] };
}

/**
 * The answer with its deferrals as we keep them: a record that is put off again and again comes back less and less
 * often, so that any number of dead ones leave the line to the living.
 */
export function patiently(
  outcome: BatchOutcome,
  records: readonly OutboxRecord[],
  { nowMs, random }: { nowMs: number; random: () => number },
): BatchOutcome {
  if (outcome.kind !== 'settled' || outcome.deferred.length === 0) return outcome;
  const byId = new Map(records.map((record) => [record.id, record]));
  const deferred = outcome.deferred.map((one) => {
    const { attempts = 0, dueAt = nowMs } = byId.get(one.id) ?? {};
    const retryAfterMs = deferralMs({ askedMs: one.retryAfterMs, attempts, slackMs: dueAt - nowMs, random: random() });
    return { ...one, retryAfterMs };
  });
  return { ...outcome, deferred };
}
