import type { Clock } from '../device/clock.ts';
import type { ClaimedBatch, Outbox } from '../device/ledger/outbox.ts';
import type { BatchOutcome, BatchResults, Connector } from './connectors/connector.ts';
import { describeError } from './errors.ts';
import { type Link, linkOf } from './link.ts';
import type { Log } from './log.ts';
import {
  afterEmptyClaim,
  afterLocalFault,
  afterLocalSuccess,
  afterOutcome,
  afterWake,
  freshSendState,
  loneVerdict,
  nextStep,
  urgentSlackMs,
} from './schedule.ts';
import type { TrustClock } from './trust-clock.ts';
import { createWaker } from './waker.ts';

/** The sending loop: claim, send, settle; one batch in flight. */
export interface Drain {
  /** Something may be there to send. */
  wake(): void;
  /** The connection changed: whatever was learned about the old one is forgotten. */
  reset(): void;
  /** The centre said elsewhere that it does not accept this device: nothing is sent until `reset`. */
  disown(code: 'unknown_device' | 'revoked'): void;
  readonly isStopped: boolean;
  /** The last batch did not get through; a heartbeat that did says nothing against it. */
  readonly isInTrouble: boolean;
  /** Lets the batch under way end for a moment, then gives it up and releases it. Resolves when no lease is held. */
  stop(): Promise<void>;
}

export interface DrainParts {
  outbox: Outbox;
  /** Null while there is none: the device is not provisioned. */
  connector(): Connector | null;
  clock: Clock;
  trustClock: TrustClock;
  random: () => number;
  link: Link;
  log: Log;
}

/** Leaves three of the five seconds of an orderly stop to everybody else. */
const STOP_GRACE_MS = 2_000;

export function startDrain(parts: DrainParts): Drain {
  const { outbox, clock, log, link } = parts;
  const waker = createWaker(clock);
  const abort = new AbortController();
  let state = freshSendState;
  /** Counted, because a wake during a claim that finds nothing must not be forgotten. */
  let wakes = 0;
  let connections = 0;
  let isStopping = false;

  function conclude(batch: ClaimedBatch, outcome: BatchOutcome, sentAtMs: number): void {
    const nowMs = clock.monotonicMs();
    link.attempted(outcome, { records: batch.records.length, tookMs: nowMs - sentAtMs });
    const slackMs = urgentSlackMs(batch.records, parts.trustClock.nowMs());
    state = afterOutcome(state, outcome, { nowMs, sent: batch.records.length, slackMs, random: parts.random() });
    link.set(linkOf(outcome));
    if (outcome.kind !== 'settled') {
      log.info({ outcome: outcome.kind, detail: outcome.detail, records: batch.records.length }, 'a batch came back');
    }
  }

  async function write(leaseId: string, results: BatchResults | null): Promise<void> {
    if (results === null) return outbox.release(leaseId);
    const { receipt, delivered, deferred, refused } = results;
    await outbox.settle({ leaseId, receipt, delivered, deferred, refused });
    if (receipt !== null) link.receiptCame(receipt.receivedAt);
  }

  async function deliver(connector: Connector, batch: ClaimedBatch): Promise<void> {
    const connection = connections;
    const sentAtMs = clock.monotonicMs();
    const outcome = await connector.sendBatch(batch.records, abort.signal);
    const results = outcome.kind === 'settled' ? outcome : loneVerdict(state, outcome, batch.records);
    // What an old connection says about itself is no news; its receipts are as good as any.
    if (connection === connections && !isStopping) conclude(batch, outcome, sentAtMs);
    await write(batch.leaseId, results);
  }

  async function giveBack(leaseId: string): Promise<void> {
    try {
      await outbox.release(leaseId);
    } catch (error) {
      // The appliance ends our leases itself when the port closes or when we claim again.
      log.warn({ error: describeError(error) }, 'a batch could not be given back');
    }
  }

  async function turn(connector: Connector, limit: number): Promise<void> {
    const wakesBefore = wakes;
    let batch: ClaimedBatch | null = null;
    try {
      // A comma goes between two records.
      batch = await outbox.claim({ limit, maxBytes: Math.max(1, connector.limits.bytes - limit) });
      if (batch !== null && isStopping) await outbox.release(batch.leaseId);
      else if (batch !== null) await deliver(connector, batch);
      else if (wakes === wakesBefore) state = afterEmptyClaim(state, clock.monotonicMs());
      state = afterLocalSuccess(state);
    } catch (error) {
      log.warn({ error: describeError(error) }, 'a batch was broken off');
      state = afterLocalFault(state, clock.monotonicMs());
      if (batch !== null) await giveBack(batch.leaseId);
    }
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      const connector = parts.connector();
      const nowMs = clock.monotonicMs();
      const step = connector === null ? null : nextStep(state, nowMs, connector.limits.records);
      if (connector !== null && step?.do === 'claim') await turn(connector, step.limit);
      else await waker.sleep(step?.do === 'wait' && step.untilMs !== null ? Math.max(0, step.untilMs - nowMs) : null);
    }
  }

  const running = run();
  return {
    wake() {
      wakes++;
      state = afterWake(state);
      waker.wake();
    },
    reset() {
      connections++;
      state = freshSendState;
      waker.wake();
    },
    disown(code) {
      state = { ...state, stopped: code };
    },
    get isStopped() {
      return state.stopped !== null;
    },
    get isInTrouble() {
      return state.failures > 0 || state.stopped !== null;
    },
    async stop() {
      isStopping = true;
      waker.wake();
      const grace = clock.setTimer(STOP_GRACE_MS, () => abort.abort());
      await running;
      grace.cancel();
    },
  };
}
