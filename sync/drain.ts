import type { Clock } from '../device/clock.ts';
import type { ClaimedBatch, Outbox } from '../device/ledger/outbox.ts';
import type { BatchOutcome, BatchResults, Connector } from './connectors/connector.ts';
import { describeError } from './errors.ts';
import { type Link, linkOf } from './link.ts';
import type { Log } from './log.ts';
import {
  afterDeferrals,
  afterLastClaim,
  afterLocalFault,
  afterLocalSuccess,
  afterOutcome,
  afterReset,
  afterWake,
  freshSendState,
  loneVerdict,
  mayClaimAhead,
  nextStep,
  patiently,
  urgentSlackMs,
} from './schedule.ts';
import type { TrustClock } from './trust-clock.ts';
import { createWaker } from './waker.ts';

/**
 * The sending loop: claim, send, settle. One batch on the wire; the next is claimed and made ready and the last one
 * settled meanwhile, so that a backlog waits for the centre alone.
 */
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
/** Said with the first refusal of the device; a technician reads it in the log. */
const DISOWNED =
  'the centre does not accept this device: nothing is sent until it is enrolled again or its configuration changes; ratings go on being kept';

export function startDrain(parts: DrainParts): Drain {
  const { outbox, clock, log, link } = parts;
  const waker = createWaker(clock);
  const abort = new AbortController();
  let state = freshSendState;
  /** Counted, because a wake during a claim that finds nothing must not be forgotten. */
  let wakes = 0;
  let connections = 0;
  let isStopping = false;
  /** The batch on the wire; `isLast`: it was all there was, so nothing is claimed ahead of its answer. */
  let flight: { landed: Promise<void>; isLast: boolean } | null = null;
  /** Settles and releases under way, one after another. */
  let writing: Promise<void> = Promise.resolve();

  function conclude(batch: ClaimedBatch, outcome: BatchOutcome, tookMs: number): void {
    const nowMs = clock.monotonicMs();
    const records = batch.records.length;
    const slackMs = urgentSlackMs(batch.records, parts.trustClock.nowMs());
    link.attempted(outcome, { records, tookMs });
    state = afterOutcome(state, outcome, { nowMs, sent: records, tookMs, slackMs, random: parts.random() });
    link.set(linkOf(outcome));
    if (outcome.kind === 'unauthorised') log.warn({ code: outcome.code }, DISOWNED);
    else if (outcome.kind !== 'settled') {
      // Not how many: a rating makes more records than a refusal to rate, and staff may see a log (design §2.6).
      log.info({ outcome: outcome.kind, detail: outcome.detail }, 'a batch came back');
    }
  }

  async function write(leaseId: string, results: BatchResults | null): Promise<void> {
    if (results === null) return outbox.release(leaseId);
    const { receipt, delivered, deferred, refused } = results;
    await outbox.settle({ leaseId, receipt, delivered, deferred, refused });
    if (receipt !== null) link.receiptCame(receipt.receivedAt);
  }

  /** Writes behind the batches sent later; what is not settled may then be claimed again. */
  function writeLater(batch: ClaimedBatch, results: BatchResults | null): void {
    const answered = results === null ? 0 : results.delivered.length + results.deferred.length + results.refused.length;
    writing = writing.then(async () => {
      try {
        await write(batch.leaseId, results);
        if (results !== null) written(results);
      } catch (error) {
        await brokenOff(error, batch);
      }
      if (answered < batch.records.length) again();
    });
  }

  function written({ deferred }: BatchResults): void {
    state = afterDeferrals(afterLocalSuccess(state), deferred, clock.monotonicMs());
    // The loop may have lain down already, until nobody knew when.
    if (deferred.length > 0) waker.wake();
  }

  async function brokenOff(error: unknown, batch: ClaimedBatch | null): Promise<void> {
    log.warn({ error: describeError(error) }, 'a batch was broken off');
    state = afterLocalFault(state, clock.monotonicMs());
    if (batch === null) return;
    try {
      await outbox.release(batch.leaseId);
    } catch (failure) {
      // The appliance ends our leases itself when the port closes or when we claim again.
      log.warn({ error: describeError(failure) }, 'a batch could not be given back');
    }
    again();
  }

  function again(): void {
    state = afterWake(state);
    waker.wake();
  }

  async function send(connector: Connector, batch: ClaimedBatch): Promise<void> {
    const connection = connections;
    const sentAtMs = clock.monotonicMs();
    try {
      const answer = await connector.sendBatch(batch.records, abort.signal);
      const outcome = patiently(answer, batch.records, { nowMs: parts.trustClock.nowMs(), random: parts.random });
      const results = outcome.kind === 'settled' ? outcome : loneVerdict(state, outcome, batch.records);
      // What an old connection says about itself is no news; its receipts are as good as any.
      if (connection === connections && !isStopping) conclude(batch, outcome, clock.monotonicMs() - sentAtMs);
      writeLater(batch, results);
    } catch (error) {
      await brokenOff(error, batch);
    }
    flight = null;
    waker.wake();
  }

  /** Whether a batch claimed before the last answer may still go as it is. */
  function mayGo(connector: Connector, batch: ClaimedBatch): boolean {
    if (isStopping || connector !== parts.connector()) return false;
    // That it was the last one says nothing against it.
    const step = nextStep(afterWake(state), clock.monotonicMs(), connector.limits.records);
    return step.do === 'claim' && batch.records.length <= step.limit;
  }

  async function launch(connector: Connector, batch: ClaimedBatch): Promise<void> {
    if (flight !== null) {
      connector.prepare?.(batch.records);
      await flight.landed;
    }
    if (!mayGo(connector, batch)) {
      writeLater(batch, null);
      await writing;
      return;
    }
    flight = { isLast: batch.isLast, landed: send(connector, batch) };
  }

  async function turn(connector: Connector, limit: number): Promise<void> {
    const wakesBefore = wakes;
    try {
      // A comma goes between two records.
      const maxBytes = Math.max(1, connector.limits.bytes - limit);
      const batch = await outbox.claim({ limit, maxBytes, visitsFirst: connector.needsVisitFirst });
      // Says nothing of our own side: what could not be settled is on lease until it is given back.
      if (batch?.isLast !== false && wakes === wakesBefore) state = afterLastClaim(state, clock.monotonicMs());
      if (batch !== null) await launch(connector, batch);
    } catch (error) {
      await brokenOff(error, null);
    }
  }

  /** @returns how many records to claim now; null: there is something to wait for first */
  async function nextLimit(connector: Connector | null): Promise<number | null> {
    if (
      connector !== null &&
      flight !== null &&
      !(mayClaimAhead(state) && !flight.isLast && !connector.needsVisitFirst)
    ) {
      await flight.landed;
      return null;
    }
    const nowMs = clock.monotonicMs();
    const step = connector === null ? null : nextStep(state, nowMs, connector.limits.records);
    if (step?.do === 'claim') return step.limit;
    await waker.sleep(step?.do === 'wait' && step.untilMs !== null ? Math.max(0, step.untilMs - nowMs) : null);
    return null;
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      const connector = parts.connector();
      const limit = await nextLimit(connector);
      if (connector !== null && limit !== null && !isStopping) await turn(connector, limit);
    }
    await flight?.landed;
    await writing;
  }

  const running = run();
  return {
    wake() {
      wakes++;
      again();
    },
    reset() {
      connections++;
      state = afterReset(state);
      waker.wake();
    },
    disown(code) {
      if (state.stopped === null) log.warn({ code }, DISOWNED);
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
