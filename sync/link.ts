import type { Clock } from '../device/clock.ts';
import { formatTime } from '../device/time.ts';
import { MAX_DRIFT } from '../device/trusted-time.ts';
import type { BatchOutcome, BatchResults, HeartbeatOutcome } from './connectors/connector.ts';
import { describeError } from './errors.ts';
import type { Log } from './log.ts';
import { type LinkReport, NO_ATTEMPTS } from './port/contract.ts';
import type { TrustClock } from './trust-clock.ts';

export type LinkState = LinkReport['state'];

const WELL = { state: 'online', detail: null } as const;

function namesAny({ delivered, deferred, refused }: BatchResults): boolean {
  return delivered.length + deferred.length + refused.length > 0;
}

/** What one answer says about the line. Pure. */
export function linkOf(outcome: BatchOutcome | HeartbeatOutcome): { state: LinkState; detail: string | null } {
  switch (outcome.kind) {
    case 'settled':
      return namesAny(outcome)
        ? WELL
        : { state: 'offline', detail: 'the centre answered for none of the records sent' };
    case 'alive':
      return WELL;
    case 'too_large':
    case 'malformed':
      return { state: 'online', detail: `the centre could not read a batch: ${outcome.detail}` };
    case 'unauthorised':
      return { state: 'refused', detail: `the centre does not accept this device: ${outcome.detail}` };
    case 'not_the_centre':
      return { state: 'not_the_centre', detail: outcome.detail };
    case 'busy':
    case 'down':
      return { state: 'offline', detail: outcome.detail };
  }
}

/** What the agent knows of its line, told to the appliance once per change. */
export interface Link {
  readonly state: LinkState;
  set(change: { state: LinkState; detail: string | null }): void;
  /**
   * A batch came back.
   * @param sent how many records it had, and for how long it was under way
   */
  attempted(outcome: BatchOutcome, sent: { records: number; tookMs: number }): void;
  /** Records per second that settled batches made lately; null until one did. */
  readonly perS: number | null;
  /** @param receivedAt RFC 3339, the centre's clock */
  receiptCame(receivedAt: string): void;
  /** Tells the appliance what it has not heard yet; also after a telling that failed. Never throws. */
  flush(): void;
}

export interface LinkParts {
  clock: Clock;
  trustClock: TrustClock;
  log: Log;
  report(report: LinkReport): Promise<void>;
}

const MAX_DETAIL = 1000;
/** As much as two clocks may differ before it shows in a record's `clock.offsetMs` as more than the round trip. */
const CLOCK_STEP_MS = 100;

/** Weight of the newest batch in the measured rate: a line that changed is believed after a few. */
const RATE_WEIGHT = 0.3;
/** A batch this small measures the round trip, not the rate: most days have one record at a time. */
const TELLING_RECORDS = 50;

/** The measured rate after another settled batch. Pure. */
export function rateAfter(
  perS: number | null,
  { records, tookMs }: { records: number; tookMs: number },
): number | null {
  if (records < TELLING_RECORDS) return perS;
  const latest = (records * 1000) / Math.max(1, tookMs);
  return perS === null ? latest : perS + RATE_WEIGHT * (latest - perS);
}

/** What the appliance was told of the centre's time, and when. */
interface ClockNews {
  /** Monotonic. */
  atMs: number;
  offsetMs: number | null;
  boundMs: number | null;
}

/**
 * Whether the appliance would reckon otherwise if it heard this. It goes on from what it was told by monotonic time, and
 * lets the bound grow by itself: that time passed is no news, a step of either clock or a better bound is. Pure.
 */
export function isClockNews(told: ClockNews, now: ClockNews): boolean {
  if (told.offsetMs === null || told.boundMs === null) return now.offsetMs !== null;
  if (now.offsetMs === null || now.boundMs === null) return false;
  const grownMs = told.boundMs + (now.atMs - told.atMs) * MAX_DRIFT;
  return now.boundMs < grownMs / 2 || Math.abs(now.offsetMs - told.offsetMs) > CLOCK_STEP_MS;
}

type Standing = Omit<LinkReport, 'clockOffsetMs' | 'clockBoundMs'>;

/** Batches that came back unsettled; each is followed by a rest or a smaller one, so that they are never many. */
const troubles = ({ attempts }: Standing): number =>
  Object.values(attempts).reduce((sum, count) => sum + count, 0) - attempts.settled;

/**
 * Whoever looks at a line in trouble sees each attempt as it fails. Settled batches and the rate alone can wait for the
 * minute: they change all the time, and the receipt is told anyway.
 */
const isOtherState = (now: Standing, before: Standing): boolean =>
  now.state !== before.state ||
  now.detail !== before.detail ||
  now.lastReceiptAt !== before.lastReceiptAt ||
  troubles(now) !== troubles(before);

export function createLink(parts: LinkParts): Link {
  const { trustClock, log } = parts;
  let current: Standing = {
    state: 'starting',
    since: formatTime(trustClock.nowMs()),
    detail: null,
    lastReceiptAt: null,
    perS: null,
    attempts: NO_ATTEMPTS,
  };
  let told: { what: Standing; clock: ClockNews } | null = null;
  let isTelling = false;

  async function tell(isNews: (now: Standing, told: Standing) => boolean): Promise<void> {
    const clock = { atMs: parts.clock.monotonicMs(), offsetMs: trustClock.offsetMs(), boundMs: trustClock.boundMs() };
    const what = current;
    if (isTelling || (told !== null && !isNews(what, told.what) && !isClockNews(told.clock, clock))) return;
    isTelling = true;
    const report = { ...current, clockOffsetMs: clock.offsetMs, clockBoundMs: clock.boundMs };
    const isHeard = await parts.report(report).then(
      () => true,
      (error: unknown) => {
        log.warn({ error: describeError(error) }, 'the appliance did not take the state of the line');
        return false;
      },
    );
    isTelling = false;
    if (!isHeard) return;
    told = { what, clock };
    // Something may have changed while the appliance was answering.
    await tell(isOtherState);
  }

  return {
    get state() {
      return current.state;
    },
    set(change) {
      const detail = change.detail?.slice(0, MAX_DETAIL) ?? null;
      if (change.state !== current.state) {
        log.info({ from: current.state, to: change.state, detail }, 'the line to the centre changed');
        current = { ...current, since: formatTime(trustClock.nowMs()) };
      } else if (detail === current.detail) return void tell(isOtherState);
      current = { ...current, state: change.state, detail };
      void tell(isOtherState);
    },
    get perS() {
      return current.perS;
    },
    attempted(outcome, sent) {
      const { attempts, perS } = current;
      const { kind } = outcome;
      const rate = kind === 'settled' ? rateAfter(perS, sent) : perS;
      current = { ...current, attempts: { ...attempts, [kind]: attempts[kind] + 1 }, perS: rate };
    },
    receiptCame(receivedAt) {
      current = { ...current, lastReceiptAt: receivedAt };
      void tell(isOtherState);
    },
    flush: () => void tell((now, before) => now !== before),
  };
}
