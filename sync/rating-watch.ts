import type { Clock } from '../device/clock.ts';
import { formatTime } from '../device/time.ts';
import type { Connector, VisitOutcome } from './connectors/connector.ts';
import { describeError } from './errors.ts';
import type { Log } from './log.ts';
import { restMs } from './retry.ts';
import type { TrustClock } from './trust-clock.ts';
import { pause } from './waker.ts';

/** Asks the centre whether an invited citizen has rated by phone (reference-protocol §5). */
export interface RatingWatch {
  open(visitId: string): void;
  close(visitId: string): void;
  /** Closes all. */
  stop(): void;
}

export interface RatingWatchParts {
  clock: Clock;
  trustClock: TrustClock;
  random: () => number;
  log: Log;
  /** Null while nothing may be sent. */
  connector(): Connector | null;
  heard(outcome: VisitOutcome): void;
  /** @param rating `ratedAt` RFC 3339 */
  ratedElsewhere(rating: { visitId: string; ratedAt: string }): Promise<void>;
}

/** A centre that does not hold the question is not asked more often. */
const MIN_SPACING_MS = 2_000;
/** A visit is open for a minute or so: a rest as long as a batch's would outlast it. */
const REST_CAP_MS = 10_000;
const NO_LINE: VisitOutcome = { kind: 'down', detail: 'there is no line to a centre' };

export function createRatingWatch(parts: RatingWatchParts): RatingWatch {
  const { clock, log } = parts;
  const open = new Map<string, AbortController>();

  /** True when the appliance knows that the visit was rated. */
  async function askOnce(visitId: string, signal: AbortSignal): Promise<{ isRated: boolean; isHeard: boolean }> {
    const connector = parts.connector();
    const outcome = connector === null ? NO_LINE : await connector.visitState(visitId, signal);
    if (signal.aborted || outcome.kind !== 'visit') {
      if (connector !== null && !signal.aborted) parts.heard(outcome);
      return { isRated: false, isHeard: false };
    }
    parts.heard(outcome);
    const isRated = outcome.state === 'rated';
    // The appliance needs a moment to compare with; where the centre names none, it is at the latest now.
    const ratedAt = outcome.ratedAt ?? formatTime(parts.trustClock.nowMs());
    if (isRated) await parts.ratedElsewhere({ visitId, ratedAt });
    return { isRated, isHeard: true };
  }

  async function askSafely(visitId: string, signal: AbortSignal): Promise<{ isRated: boolean; isHeard: boolean }> {
    try {
      return await askOnce(visitId, signal);
    } catch (error) {
      log.warn({ error: describeError(error) }, 'a rating by phone could not be told to the appliance');
      return { isRated: false, isHeard: false };
    }
  }

  async function watch(visitId: string, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const askedAtMs = clock.monotonicMs();
      const { isRated, isHeard } = await askSafely(visitId, signal);
      if (isRated) break;
      failures = isHeard ? 0 : failures + 1;
      const random = parts.random();
      const rest = isHeard
        ? MIN_SPACING_MS - (clock.monotonicMs() - askedAtMs)
        : Math.min(REST_CAP_MS, restMs({ failures, slackMs: null, retryAfterMs: null, random }));
      if (rest > 0) await pause(clock, rest, signal);
    }
  }

  function close(visitId: string): void {
    open.get(visitId)?.abort();
    open.delete(visitId);
  }

  return {
    open(visitId) {
      if (open.has(visitId)) return;
      const abort = new AbortController();
      open.set(visitId, abort);
      // Removed at the end too: an invitation may be opened again for the same visit.
      void watch(visitId, abort.signal).then(() => {
        if (open.get(visitId) === abort) open.delete(visitId);
      });
    },
    close,
    stop() {
      for (const visitId of open.keys()) close(visitId);
    },
  };
}
