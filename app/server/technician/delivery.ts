import type { Standing } from '../../../device/policy/slack.ts';
import { formatTime } from '../../../device/time.ts';
import type { AttemptOutcome } from '../../../sync/device-port.ts';

/**
 * Where delivery stands at this moment, for the technician's page, the log, `status` and metrics. Never for staff: a
 * date may tell a grade (内蒙古 第十九条第（一）项 gives a 差评 a shorter one), so staff only hear that something waits.
 */
export interface DeliveryState {
  standing: Standing;
  /** Records that may be sent now, that the centre put off, and that it will not take. */
  pending: number;
  deferred: number;
  refused: number;
  /** Records in each state of policy/slack.ts, each counted once. */
  atRisk: number;
  critical: number;
  missed: number;
  /** Made under a clock that was never set: their date is not known. */
  undated: number;
  /** When the oldest of them was recorded, ms since 1970 by the device's clock then; null: nothing waits. */
  oldestPendingAt: number | null;
  /** Earliest legal date, ms since 1970; null where the law waits for nothing. Dates of the house do not count. */
  nextLegalDueAt: number | null;
  /** Least slack among records with a legal date that is not missed, ms. */
  leastSlackMs: number | null;
  /** Records per second that the line delivered lately; null until a batch was settled. */
  perS: number | null;
  /** Batches sent since the agent started, by how they ended. */
  attempts: Record<AttemptOutcome, number>;
  clock: {
    quality: 'synced' | 'holdover' | 'unset';
    /** Centre's clock minus ours; null while unknown. */
    offsetMs: number | null;
    /** The true offset is at most so far from it; null while unknown. */
    boundMs: number | null;
  };
}

/** What is to be done, in a sentence for a log or a terminal; null while all is well. @param lineSince what the line is like */
export function deliveryAdvice(delivery: DeliveryState, line: { state: string; since: string } | null): string | null {
  const { standing, atRisk, critical, missed, nextLegalDueAt } = delivery;
  if (standing === 'fine') return null;
  const how = line === null ? 'The delivery agent does not run' : `The line is ${line.state} since ${line.since}`;
  if (standing === 'missed') {
    return `${missed} records are late. They are kept and will be delivered, marked late. ${how}; do not wait for it: run "pingjiaqi export --to DIR" and hand the file to the centre.`;
  }
  const before = nextLegalDueAt === null ? '' : ` before ${formatTime(nextLegalDueAt)}`;
  return `${atRisk + critical} records may be late. ${how}; where it does not come back, run "pingjiaqi export --to DIR"${before}.`;
}
