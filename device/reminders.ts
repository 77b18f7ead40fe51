import { z } from 'zod';
import type { Clock } from './clock.ts';
import { eventEntry, type WindowEntry } from './entry.ts';
import { endOfPeriod } from './policy/period.ts';
import type { Rules } from './rules.ts';
import { closedKey, firstIdOf, UNRATED, type Unrated, unratedKey, unratedSchema } from './visit-index.ts';
import { WindowError } from './window-errors.ts';

export interface RemindersStore {
  append(entries: readonly WindowEntry[], also: { state: Record<string, string | null> }): unknown;
  state(key: string): string | null;
  stateKeys(from: string, to: string, limit: number): string[];
}

/** A case whose citizen may be reminded now; who that is, the business system knows and we do not. */
export interface Reminder {
  visitId: string;
  caseNo: string;
  serviceNo: number;
  /** ms since 1970: from when the regulation lets the hall remind, and when its default takes the place of a rating. */
  dueAt: number;
  endsAt: number;
}

const HOUR_MS = 3_600_000;
/** No default date is later than this; bounds how far back is looked. */
const LOOK_BACK_MS = 60 * 24 * HOUR_MS;
const LOOK_AT_ONCE = 1_000;
/** Nothing was done for these citizens that could be rated, or it was. */
const NO_SERVICE = ['consultation_only', 'already_rated_case'];

/**
 * Whether the regulation means this citizen. Whoever said 不评价 has answered and is left in peace (内蒙古 第五条,
 * 林草 第六条: nobody may be pressed); so the list is also not the list of those who declined.
 */
function mayBeReminded({ reason, detail }: Unrated): boolean {
  if (reason === 'declined' || reason === 'rated_elsewhere') return false;
  return !(reason === 'skipped' && NO_SERVICE.includes(detail ?? ''));
}

/** Whom a hall may remind of an open rating (林草 第六条 after 24 h; 内蒙古 names no reminder). */
export class Reminders {
  readonly #store: RemindersStore;
  readonly #clock: Clock;
  readonly #rules: () => Rules;

  constructor(store: RemindersStore, clock: Clock, rules: () => Rules) {
    this.#store = store;
    this.#clock = clock;
    this.#rules = rules;
  }

  /** Oldest first. @param after visit id to go on behind, null from the beginning @param limit 1 to 500 */
  list(after: string | null, limit: number): { reminders: Reminder[]; more: boolean } {
    if (this.#rules().pack.reminder === null) return { reminders: [], more: false };
    const now = this.#clock.wallMs();
    const found: Reminder[] = [];
    let from = after === null ? unratedKey(firstIdOf(now - LOOK_BACK_MS)) : `${unratedKey(after)}\u0000`;
    for (let keys = this.#keys(from); keys.length > 0 && found.length <= limit; keys = this.#keys(from)) {
      const due = keys
        .flatMap((key) => this.#reminderOf(key.slice(UNRATED.length)) ?? [])
        .filter(({ dueAt, endsAt }) => dueAt <= now && now < endsAt);
      found.push(...due);
      from = `${keys.at(-1)}\u0000`;
    }
    return { reminders: found.slice(0, limit), more: found.length > limit };
  }

  #keys(from: string): string[] {
    return this.#store.stateKeys(from, unratedKey('\uffff'), LOOK_AT_ONCE);
  }

  /**
   * The hall has reminded this citizen, which happens once; leaves an event.
   * @throws WindowError `visit_unknown` where there was nothing to remind of
   */
  done(visitId: string): void {
    if (this.#reminderOf(visitId) === null) {
      throw new WindowError(
        'visit_unknown',
        'no reminder of that id',
        'Use a visitId that GET /v1/reminders returned.',
      );
    }
    const event = eventEntry('citizen_reminded', { visitId }, this.#rules(), this.#clock.wallMs());
    this.#store.append([event], { state: { [unratedKey(visitId)]: null } });
  }

  #reminderOf(visitId: string): Reminder | null {
    const text = this.#store.state(unratedKey(visitId));
    const { pack, calendar } = this.#rules();
    if (text === null || pack.reminder === null) return null;
    const unrated = unratedSchema.parse(JSON.parse(text));
    if (!mayBeReminded(unrated)) return null;
    const closedAt = z.coerce.number().parse(this.#store.state(closedKey(visitId)) ?? unrated.servedAt);
    const startMs = (at: 'served' | 'closed') => (at === 'closed' ? closedAt : unrated.servedAt);
    const { count, unit, startsAt } = pack.defaultRating;
    return {
      visitId,
      caseNo: unrated.caseNo,
      serviceNo: unrated.serviceNo,
      dueAt: startMs(pack.reminder.startsAt) + pack.reminder.count * HOUR_MS,
      endsAt: endOfPeriod(startMs(startsAt), { count, unit }, calendar).dueAt,
    };
  }
}
