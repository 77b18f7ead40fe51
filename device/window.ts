import { AnomalyWatch } from './anomaly/watch.ts';
import type { Clock, Timer } from './clock.ts';
import { type EventDetail, entryOf, eventEntry, type WindowEntry } from './entry.ts';
import type { Also } from './ledger/ledger.ts';
import type { EventBody, LedgerRecord, Level } from './ledger/record.ts';
import type { Rules } from './rules.ts';
import type { Hours } from './staff/shift.ts';
import { formatTime } from './time.ts';
import { decide, INITIAL_STATE, nextWakeAt, type VisitState } from './visit/machine.ts';
import type { FactToKeep, Meta, OpenVisit, VisitEvent } from './visit/model.ts';
import { isBusyForStaff, isOpenForStaff } from './visit/staff-view.ts';
import type { CitizenCommand } from './visit/views.ts';
import { caseKey, closedKey, firstIdOf, type Unrated, unratedKey, VISITS, visitKey } from './visit-index.ts';
import { WindowError } from './window-errors.ts';

/** What the window needs of the ledger: everything of one event in one transaction, durable on return. */
export interface WindowStore {
  append(entries: readonly WindowEntry[], also: Also): LedgerRecord[];
  state(key: string): string | null;
  stateKeys(from: string, to: string, limit: number): string[];
}

export interface WindowOptions {
  store: WindowStore;
  clock: Clock;
  /** The time by which statutory days are counted, ms since 1970; the wall clock unless told. */
  dateMs?: () => number;
  /** Fresh UUIDv7s. */
  newId: () => string;
  rules: () => Rules;
  /** The hash of a kept record; for the receipt code of a rating that was given before a restart. */
  recordHash?: (id: string) => string | null;
  /** Every visit begins with guidance by ear; without it none does. */
  guided?: () => boolean;
  /** Layout of the grades as recorded with a rating. */
  layout: () => 'best-left' | 'best-right';
  /** Who rates in a visit, sealed to the centre's key; null where nobody asks or no card was read. */
  rater?: (visitId: string) => string | null;
  /** Working hours, to tell what happens outside of them. */
  hours?: () => Hours;
  /** A timer's event could not be kept (disk full, say); it is tried again after a second. */
  onFault: (error: unknown) => void;
}

/** What a business system opens a visit with; `servedAt` in ms since 1970. */
export type VisitRequest = Omit<OpenVisit, 'visitId'>;

const STATE_KEY = 'window';
const RETRY_AFTER_FAULT_MS = 1_000;

/** Bounds one transaction of the night. */
const FORGET_AT_ONCE = 500;

/** Visits that end without a rating are remembered with their end: a reminder or a paper form may still bring one. */
function unratedOf(facts: readonly FactToKeep[]): Record<string, string> {
  const state: Record<string, string> = {};
  for (const { fact, servedAt } of facts) {
    if (fact.kind !== 'not_rated' || fact.body.reason === 'rated_elsewhere') continue;
    const { visitId, caseNo, serviceNo, reason, detail } = fact.body;
    state[unratedKey(visitId)] = JSON.stringify({
      caseNo,
      serviceNo,
      servedAt: servedAt ?? 0,
      reason,
      detail,
    } satisfies Unrated);
  }
  return state;
}

/** What earlier software did not keep has its first value; its counts of the day were of another shape. */
function takenUp({ name, context }: VisitState): VisitState {
  const { today } = INITIAL_STATE.context;
  return { name, context: { ...INITIAL_STATE.context, ...context, today: context.today.of ? context.today : today } };
}

/** A `Meta` without the event it goes with. */
type Bare = VisitEvent extends infer E ? (E extends VisitEvent ? Omit<E, 'meta'> : never) : never;

/**
 * The window in operation: decides every event by the statechart, makes its facts and the new state durable in one
 * transaction, and only then shows it (design §2.1). If the store fails, the window stays as it was and the caller
 * gets the store's error. After a crash at any instant it goes on from the last state that was kept.
 */
export class Window {
  readonly #options: WindowOptions;
  readonly #listeners = new Set<() => void>();
  #state: VisitState = INITIAL_STATE;
  #timer: Timer | null = null;
  #ratingHash: string | null = null;

  readonly #watch: AnomalyWatch;

  constructor(options: WindowOptions) {
    this.#options = options;
    const { store, clock, hours = () => [], rules } = options;
    this.#watch = new AnomalyWatch({ store, clock, hours, calendar: () => rules().calendar });
  }

  /** Takes up the state of before the restart. To be called once, before anything else. */
  start(): void {
    const kept = this.#options.store.state(STATE_KEY);
    if (kept !== null) this.#state = takenUp(JSON.parse(kept) as VisitState);
    const { rating } = this.#state.context;
    if (rating !== null) this.#ratingHash = this.#options.recordHash?.(rating.recordId) ?? null;
    this.#dispatch({ type: 'RESTART' });
    this.#schedule();
  }

  /** Ends the timer; what is open stays open for the next start. */
  stop(): void {
    this.#timer?.cancel();
    this.#listeners.clear();
  }

  get state(): VisitState {
    return this.#state;
  }

  /** Hash of the last rating that was kept for the visit on the screen, thanks included; null where there is none. */
  get ratingHash(): string | null {
    return this.#ratingHash;
  }

  /** Calls back after every change that was kept. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Opens a visit; it stands at the window now, or waits while a citizen is still rating.
   * @param answer makes what a repeated request shall get again, to be kept in the same commit
   * @throws WindowError `case_known`, `earlier_visit_open`, `window_full`; or the store's error, and nothing is open then
   */
  open(request: VisitRequest, answer?: (visitId: string) => NonNullable<Also['idempotency']>): string {
    const known = this.#options.store.state(caseKey(request.caseNo, request.serviceNo));
    if (known !== null) {
      throw new WindowError(
        'case_known',
        'this case and service number was opened before',
        'One service, one rating: use the next serviceNo for another service of the same case.',
      );
    }
    const { reratingOf = null } = request;
    if (reratingOf !== null && isOpenForStaff(this.#state, reratingOf, this.#options.clock.monotonicMs())) {
      throw new WindowError(
        'earlier_visit_open',
        'the visit that is to be rated again has not ended',
        'Open the 追评 after rectification, when the earlier visit is over.',
      );
    }
    const visit = { ...request, visitId: this.#options.newId() };
    const state = {
      [caseKey(visit.caseNo, visit.serviceNo)]: visit.visitId,
      [visitKey(visit.visitId)]: caseKey(visit.caseNo, visit.serviceNo),
    };
    const also = answer === undefined ? { state } : { state, idempotency: answer(visit.visitId) };
    if (this.#dispatch({ type: 'OPEN', visit }, also)) return visit.visitId;
    throw new WindowError('window_full', 'too many cases wait at this window', 'Try again when a citizen is done.');
  }

  /** The visit that this case and service number had or has here; null where there was none. */
  visitOf(caseNo: string, serviceNo: number): string | null {
    return this.#options.store.state(caseKey(caseNo, serviceNo));
  }

  /** Opens the rating screen, or lets it open when the visit's turn comes. Inviting again changes nothing. */
  invite(visitId: string): void {
    if (!this.#mustBeOpen(visitId)) this.#dispatch({ type: 'INVITE', visitId });
  }

  /**
   * The business system closed the case (办结): its citizen is invited at once. Closing again changes nothing.
   * @param closedAt ms since 1970; null: now
   */
  close(visitId: string, closedAt: number | null): void {
    const isOpen = this.visitState(visitId) === 'open';
    const now = this.#options.clock.wallMs();
    if (this.#options.store.state(closedKey(visitId)) === null) {
      // A business system's clock may run ahead of ours.
      const at = Math.min(closedAt ?? now, now);
      this.keep([{ type: 'case_closed', detail: { visitId, closedAt: formatTime(at) } }], {
        state: { [closedKey(visitId)]: String(at) },
      });
    }
    if (isOpen) this.invite(visitId);
  }

  /** @throws WindowError `citizen_is_rating` once invited: only the citizen's side ends that */
  skip(visitId: string, reason: string): void {
    if (this.#mustBeOpen(visitId)) {
      throw new WindowError(
        'citizen_is_rating',
        'the citizen was invited and may be rating',
        'Wait until the citizen is done or the minute is over.',
      );
    }
    this.#dispatch({ type: 'SKIP', visitId, reason });
  }

  pause(reason: string, limitMs: number): void {
    const { name, context } = this.#state;
    if (name === 'paused' || context.pauseWanted !== null) {
      throw new WindowError('already_paused', 'the window is paused already', 'Resume it first.');
    }
    this.#dispatch({ type: 'PAUSE', reason, limitMs });
  }

  resume(): void {
    if (this.#dispatch({ type: 'RESUME' })) return;
    throw new WindowError('not_paused', 'the window is not paused', 'Nothing to do.');
  }

  /** "open" until the staff side may know better. @throws WindowError `visit_unknown` */
  visitState(visitId: string): 'open' | 'closed' {
    if (isOpenForStaff(this.#state, visitId, this.#options.clock.monotonicMs())) return 'open';
    if (this.#options.store.state(visitKey(visitId)) !== null) return 'closed';
    throw new WindowError('visit_unknown', 'no such visit at this window', 'Use the visitId that opening it returned.');
  }

  /** Whether a visit is at the window, as far as the staff side may know. */
  isBusyForStaff(): boolean {
    return isBusyForStaff(this.#state, this.#options.clock.monotonicMs());
  }

  /** A command of the citizen's page. False: it had no place in the present state and nothing was kept. */
  citizen(command: CitizenCommand): boolean {
    switch (command.type) {
      case 'rate':
        return this.#dispatch({ ...command, type: 'RATE' });
      case 'revise':
        return this.#dispatch({ ...command, type: 'REVISE' });
      case 'submit':
        return this.#dispatch({ ...command, type: 'SUBMIT' });
      case 'decline':
        return this.#dispatch({ ...command, type: 'DECLINE' });
      case 'extend':
        return this.#dispatch({ ...command, type: 'EXTEND' });
      case 'guide':
        return this.#dispatch({ ...command, type: 'GUIDE' });
      case 'key':
        return this.#state.context.current?.visitId === command.visitId && this.key(command.level);
    }
  }

  /** A key of the button box, already a grade by its profile. */
  key(level: Level): boolean {
    return this.#dispatch({ type: 'KEY', level });
  }

  /** The centre says that the visit was rated on the citizen's phone. */
  ratedElsewhere(visitId: string): boolean {
    return this.#dispatch({ type: 'RATED_ELSEWHERE', visitId });
  }

  /** Who rates in this visit is known now; a grade that was kept without it gets its next revision. */
  raterKnown(visitId: string): boolean {
    return this.#dispatch({ type: 'RATER', visitId });
  }

  /** A fact beside the visit, such as a lost peripheral. Throws the store's error. */
  note(type: string, detail: EventDetail): void {
    this.keep([{ type, detail }], {});
  }

  /** Facts beside the visit, and what goes into the same commit. @param ids of their records, where chosen beforehand @returns them as kept. Throws the store's error. */
  keep(events: readonly EventBody[], also: Also, ids: readonly string[] = []): LedgerRecord[] {
    const { clock, rules, store } = this.#options;
    const now = clock.wallMs();
    const entries = events.map(({ type, detail }, index) => {
      const id = ids[index];
      return { ...eventEntry(type, detail, rules(), now), ...(id === undefined ? {} : { id }) };
    });
    return store.append(entries, also);
  }

  /**
   * Forgets that visits from before a moment were opened; their records have their own retention.
   * @param beforeMs wall time, ms since 1970
   * @returns whether more are old enough; call again then
   */
  forgetVisits(beforeMs: number): boolean {
    const { store } = this.#options;
    const old = store.stateKeys(VISITS, visitKey(firstIdOf(beforeMs)), FORGET_AT_ONCE);
    if (old.length === 0) return false;
    const keys = old.flatMap((key) => {
      const visitId = key.slice(VISITS.length);
      return [key, store.state(key) ?? key, closedKey(visitId), unratedKey(visitId)];
    });
    store.append([], { state: Object.fromEntries(keys.map((key) => [key, null])) });
    return old.length === FORGET_AT_ONCE;
  }

  /** True when the citizen was invited, whatever came of it, as long as the staff side counts the visit as open. */
  #mustBeOpen(visitId: string): boolean {
    const { current, waiting } = this.#state.context;
    if (this.visitState(visitId) === 'closed') {
      throw new WindowError('visit_closed', 'the visit has ended', 'Open a new one for another service.');
    }
    const serving = this.#state.name === 'serving' && current?.visitId === visitId;
    return !serving && !waiting.some((visit) => visit.visitId === visitId && !visit.inviteAtOnce);
  }

  #dispatch(event: Bare, also: Also = {}): boolean {
    const decision = decide(this.#state, { ...event, meta: this.#meta() } as VisitEvent);
    if (!decision.taken) return false;
    const kept = [...decision.facts, ...this.#watch.flagsFor(this.#state, decision)];
    const records = this.#options.store.append(
      kept.map((one) => this.#entry(one)),
      { ...also, state: { ...also.state, ...unratedOf(decision.facts), [STATE_KEY]: JSON.stringify(decision.next) } },
    );
    this.#noteRating(records, decision.next);
    this.#state = decision.next;
    this.#schedule();
    for (const listener of this.#listeners) listener();
    return true;
  }

  #noteRating(records: readonly LedgerRecord[], next: VisitState): void {
    const rating = records.findLast(({ kind }) => kind === 'rating');
    if (rating !== undefined) this.#ratingHash = rating.hash;
    else if (next.name !== 'reasons' && next.name !== 'thanks') this.#ratingHash = null;
  }

  #entry(kept: FactToKeep): WindowEntry {
    const { clock, dateMs, rules } = this.#options;
    return entryOf(kept, rules(), { wallMs: clock.wallMs(), dateMs: Math.round(dateMs?.() ?? clock.wallMs()) });
  }

  #meta(): Meta {
    const { clock, newId, rules, layout, rater, guided } = this.#options;
    const { pack, catalogue } = rules();
    const visitId = this.#state.context.current?.visitId;
    return {
      wallMs: clock.wallMs(),
      monotonicMs: clock.monotonicMs(),
      recordId: newId(),
      policy: { id: pack.id, version: pack.version },
      catalogueVersion: catalogue.version,
      layout: layout(),
      rater: visitId === undefined ? null : (rater?.(visitId) ?? null),
      guided: guided?.() ?? false,
    };
  }

  #schedule(): void {
    this.#timer?.cancel();
    const wakeAt = nextWakeAt(this.#state);
    this.#timer = null;
    if (wakeAt === null) return;
    this.#timer = this.#options.clock.setTimer(Math.max(0, wakeAt - this.#options.clock.monotonicMs()), () =>
      this.#tick(),
    );
  }

  /** A timer may fire a moment early; asking again costs nothing, a missed wait would leave a screen standing. */
  #tick(): void {
    try {
      if (!this.#dispatch({ type: 'CLOCK' })) this.#retryTick(1);
    } catch (error) {
      this.#options.onFault(error);
      this.#retryTick(RETRY_AFTER_FAULT_MS);
    }
  }

  #retryTick(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(delayMs, () => this.#tick());
  }
}
