import type { Clock } from '../clock.ts';
import type { Calendar } from '../policy/calendar.ts';
import type { Hours } from '../staff/shift.ts';
import { eventFact } from '../visit/facts.ts';
import type { Decision, VisitState } from '../visit/machine.ts';
import type { FactToKeep, OpenVisit } from '../visit/model.ts';
import { caseKey } from '../visit-index.ts';
import { anomaliesOf, BURST, firstGradeIn } from './flags.ts';

export interface AnomalyWatchOptions {
  store: { state(key: string): string | null };
  clock: Clock;
  hours: () => Hours;
  calendar: () => Calendar;
}

/** Looks at each first grade on its way into the ledger; its flags are kept in the same commit. Forgets with a restart. */
export class AnomalyWatch {
  readonly #options: AnomalyWatchOptions;
  /** Monotonic ms of the last first grades. */
  #recentMs: number[] = [];

  constructor(options: AnomalyWatchOptions) {
    this.#options = options;
  }

  /** @param before the state in which the event was decided @returns one event for each flag; mostly none */
  flagsFor(before: VisitState, decision: Decision): FactToKeep[] {
    const visitId = firstGradeIn(decision.facts.map(({ fact }) => fact));
    const { current, invitedAt } = before.context;
    if (visitId === null || current === null) return [];
    const { clock, hours, calendar } = this.#options;
    const now = clock.monotonicMs();
    // A grade that could not be kept is given again; it counts twice here and hurts nobody.
    this.#recentMs = [...this.#recentMs, now].slice(-BURST.ratings);
    const sinceInvitedMs = invitedAt === null ? null : now - invitedAt;
    const kinds = anomaliesOf(
      { sinceInvitedMs, at: clock.wallMs() },
      { recentMs: this.#recentMs, hours: hours(), calendar: calendar(), isSameCase: this.#isSameCase(current) },
    );
    return kinds.map((kind) => eventFact('anomaly', { kind, visitId }));
  }

  /** Whether the case had its service before this one at this window (as far back as visits are remembered). */
  #isSameCase({ caseNo, serviceNo, reratingOf = null }: OpenVisit): boolean {
    // A 追评 says itself which visit came before; it is what the law asks for.
    return reratingOf === null && serviceNo > 1 && this.#options.store.state(caseKey(caseNo, serviceNo - 1)) !== null;
  }
}
