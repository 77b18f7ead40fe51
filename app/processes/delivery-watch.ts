import type { Logger } from 'pino';
import type { Appliance } from '../../device/appliance.ts';
import type { Clock, Timer } from '../../device/clock.ts';
import { assess, assessmentHorizonMs, type Standing } from '../../device/policy/slack.ts';
import { formatTime } from '../../device/time.ts';
import { type LinkReport, NO_ATTEMPTS } from '../../sync/device-port.ts';
import { type DeliveryState, deliveryAdvice } from '../server/technician/delivery.ts';

/**
 * How long records may wait before staff are asked to call somebody: an ordinary restart of a router is shorter, and
 * every margin of the law is longer, so that a date, which could tell a grade, never decides what staff see.
 */
const PENDING_TOO_LONG_MS = 30 * 60_000;
const CHECK_MS = 60_000;

export interface DeliveryWatchOptions {
  appliance: Appliance;
  clock: Clock;
  log: Logger;
  /** What the agent said last; null before it said anything. */
  report: () => LinkReport | null;
}

/**
 * Watches the dates of what waits, from the appliance's side: an agent that hangs or is gone must not silence the alarm.
 * Says each change once, to the log, and the worst one to the ledger.
 */
export class DeliveryWatch {
  readonly #options: DeliveryWatchOptions;
  #standing: Standing = 'fine';
  #timer: Timer;

  constructor(options: DeliveryWatchOptions) {
    this.#options = options;
    this.#timer = this.#later();
  }

  stop(): void {
    this.#timer.cancel();
  }

  /** Where delivery stands now. @throws LedgerError where the outbox cannot be read */
  async state(): Promise<DeliveryState> {
    const { appliance, report } = this.#options;
    const { perS = null, attempts = NO_ATTEMPTS } = report() ?? {};
    const counts = await appliance.outbox.counts();
    const { pending, deferred, refused, oldestPendingAt, nextLegalDueAt } = counts;
    const nowMs = appliance.time.dateMs();
    const groups = await appliance.outbox.dueGroups(assessmentHorizonMs(nowMs, pending + deferred, perS));
    const assessment = assess(groups, nowMs, perS);
    const clock = appliance.time.state();
    const waiting = { pending, deferred, refused, oldestPendingAt, nextLegalDueAt };
    return { ...assessment, ...waiting, perS, attempts, clock };
  }

  #later(): Timer {
    return this.#options.clock.setTimer(CHECK_MS, () => {
      this.#timer = this.#later();
      this.check().catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'the state of delivery could not be told');
      });
    });
  }

  /** Looks once, and tells what changed. */
  async check(): Promise<void> {
    const { appliance, clock } = this.#options;
    const state = await this.state();
    const { oldestPendingAt } = state;
    appliance.setDeliveryPending(oldestPendingAt !== null && clock.wallMs() - oldestPendingAt > PENDING_TOO_LONG_MS);
    if (state.standing !== this.#standing) this.#changed(state);
  }

  #changed(state: DeliveryState): void {
    const { appliance, log, report } = this.#options;
    const { standing, atRisk, critical, missed, nextLegalDueAt } = state;
    const from = this.#standing;
    this.#standing = standing;
    const nextDueAt = nextLegalDueAt === null ? null : formatTime(nextLegalDueAt);
    const advice = deliveryAdvice(state, report());
    if (advice === null) log.info({ from, to: standing }, 'every record is in time again');
    // Without the date: some grades have one of their own, and staff may see a log (design §2.6).
    else log.warn({ from, to: standing, atRisk, critical, missed, advice }, 'delivery is in danger');
    // A trace that an auditor finds beside the late records themselves.
    if (standing === 'missed') appliance.noteFact('deadline_missed', { records: missed, earliestDueAt: nextDueAt });
  }
}
