import type { BatchOutcome } from '../../../sync/connectors/connector.ts';
import {
  afterLastClaim,
  afterOutcome,
  afterWake,
  freshSendState,
  nextStep,
  type SendState,
} from '../../../sync/schedule.ts';

/** What one device of a fleet goes by: the product's own rules, or those that first come to mind. */
export interface Rules {
  readonly name: string;
  /** @returns how many records to send now, or when to ask again (null: when something new is there) */
  next(device: number, nowMs: number): { send: number } | { waitUntilMs: number | null };
  woken(device: number): void;
  foundNothing(device: number, nowMs: number): void;
  answered(device: number, reply: Reply): void;
}

export interface Reply {
  came: 'settled' | 'down' | 'busy';
  nowMs: number;
  sent: number;
  tookMs: number;
  /** Of the earliest record waiting; null where none can still be met. */
  slackMs: number | null;
  retryAfterMs: number | null;
  /** 0 ≤ random < 1 */
  random: number;
}

/** The protocol's own limit (reference-protocol §4). */
const MAX_RECORDS = 500;
/** One record stands for all: the rules only look whether there is any. */
const SOME = ['delivered'];

function outcomeOf({ came, retryAfterMs }: Reply): BatchOutcome {
  if (came === 'busy') return { kind: 'busy', detail: '', retryAfterMs };
  if (came === 'down') return { kind: 'down', detail: '' };
  return { kind: 'settled', receipt: null, delivered: SOME, deferred: [], refused: [] };
}

/** schedule.ts and what it stands on. */
export function ourRules(devices: number): Rules {
  const states: SendState[] = Array.from({ length: devices }, () => freshSendState);
  const of = (device: number): SendState => states[device] ?? freshSendState;
  return {
    name: 'ours',
    next(device, nowMs) {
      const step = nextStep(of(device), nowMs, MAX_RECORDS);
      return step.do === 'claim' ? { send: step.limit } : { waitUntilMs: step.untilMs };
    },
    woken(device) {
      states[device] = afterWake(of(device));
    },
    foundNothing(device, nowMs) {
      states[device] = afterLastClaim(of(device), nowMs);
    },
    answered(device, reply) {
      states[device] = afterOutcome(of(device), outcomeOf(reply), reply);
    },
  };
}

const NAIVE_FIRST_MS = 1_000;
const NAIVE_CAP_MS = 600_000;

/** Doubling from a second to ten minutes, everything at once when the line is back, deaf to `Retry-After`. */
export function naiveRules(devices: number): Rules {
  const failures = new Int32Array(devices);
  const restUntilMs = new Float64Array(devices);
  return {
    name: 'naive exponential backoff',
    next(device, nowMs) {
      const untilMs = restUntilMs[device] ?? 0;
      return untilMs > nowMs ? { waitUntilMs: untilMs } : { send: MAX_RECORDS };
    },
    woken: () => undefined,
    foundNothing: () => undefined,
    answered(device, { came, nowMs }) {
      const count = came === 'settled' ? 0 : (failures[device] ?? 0) + 1;
      failures[device] = count;
      restUntilMs[device] = count === 0 ? nowMs : nowMs + Math.min(NAIVE_CAP_MS, NAIVE_FIRST_MS * 2 ** (count - 1));
    },
  };
}
