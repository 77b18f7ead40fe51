import { type EventDetail, eventEntry } from './entry.ts';
import type { Also } from './ledger/ledger.ts';
import type { EventBody, LedgerRecord, Level } from './ledger/record.ts';
import { formatTime } from './time.ts';
import type { VisitState } from './visit/machine.ts';
import type { OpenVisit } from './visit/model.ts';
import { isBusyForStaff, isOpenForStaff } from './visit/staff-view.ts';
import type { CitizenCommand } from './visit/views.ts';
import { caseKey, closedKey, forgetVisits, visitKey } from './visit-index.ts';
import { VisitLoop } from './visit-loop.ts';
import { WindowError } from './window-errors.ts';
import type { WindowOptions } from './window-options.ts';

/** What a business system opens a visit with; `servedAt` in ms since 1970. */
export type VisitRequest = Omit<OpenVisit, 'visitId'>;

/**
 * One window as the world around it sees it: what business system, staff, citizen, button box and centre may ask of it,
 * each as an event of the statechart (`visit-loop.ts`). What throws the store's error has kept and shown nothing.
 */
export class Window {
  readonly #options: WindowOptions;
  readonly #loop: VisitLoop;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#loop = new VisitLoop(options);
  }

  /** Takes up the state of before the restart. To be called once, before anything else. */
  start(): void {
    this.#loop.start();
  }

  /** Ends the timer; what is open stays open for the next start. */
  stop(): void {
    this.#loop.stop();
  }

  get state(): VisitState {
    return this.#loop.state;
  }

  /** Hash of the last rating that was kept for the visit on the screen, thanks included; null where there is none. */
  get ratingHash(): string | null {
    return this.#loop.ratingHash;
  }

  /** Calls back after every change that was kept. */
  onChange(listener: () => void): void {
    this.#loop.onChange(listener);
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
    if (reratingOf !== null && isOpenForStaff(this.state, reratingOf, this.#options.clock.monotonicMs())) {
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
    if (this.#loop.dispatch({ type: 'OPEN', visit }, also)) return visit.visitId;
    throw new WindowError('window_full', 'too many cases wait at this window', 'Try again when a citizen is done.');
  }

  /** The visit that this case and service number had or has here; null where there was none. */
  visitOf(caseNo: string, serviceNo: number): string | null {
    return this.#options.store.state(caseKey(caseNo, serviceNo));
  }

  /** Opens the rating screen, or lets it open when the visit's turn comes. Inviting again changes nothing. */
  invite(visitId: string): void {
    if (!this.#mustBeOpen(visitId)) this.#loop.dispatch({ type: 'INVITE', visitId });
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
    this.#loop.dispatch({ type: 'SKIP', visitId, reason });
  }

  pause(reason: string, limitMs: number): void {
    const { name, context } = this.state;
    if (name === 'paused' || context.pauseWanted !== null) {
      throw new WindowError('already_paused', 'the window is paused already', 'Resume it first.');
    }
    this.#loop.dispatch({ type: 'PAUSE', reason, limitMs });
  }

  resume(): void {
    if (this.#loop.dispatch({ type: 'RESUME' })) return;
    throw new WindowError('not_paused', 'the window is not paused', 'Nothing to do.');
  }

  /** "open" until the staff side may know better. @throws WindowError `visit_unknown` */
  visitState(visitId: string): 'open' | 'closed' {
    if (isOpenForStaff(this.state, visitId, this.#options.clock.monotonicMs())) return 'open';
    if (this.#options.store.state(visitKey(visitId)) !== null) return 'closed';
    throw new WindowError('visit_unknown', 'no such visit at this window', 'Use the visitId that opening it returned.');
  }

  /** Whether a visit is at the window, as far as the staff side may know. */
  isBusyForStaff(): boolean {
    return isBusyForStaff(this.state, this.#options.clock.monotonicMs());
  }

  /** A command of the citizen's page. False: it had no place in the present state and nothing was kept. */
  citizen(command: CitizenCommand): boolean {
    switch (command.type) {
      case 'rate':
        return this.#loop.dispatch({ ...command, type: 'RATE' });
      case 'revise':
        return this.#loop.dispatch({ ...command, type: 'REVISE' });
      case 'submit':
        return this.#loop.dispatch({ ...command, type: 'SUBMIT' });
      case 'decline':
        return this.#loop.dispatch({ ...command, type: 'DECLINE' });
      case 'extend':
        return this.#loop.dispatch({ ...command, type: 'EXTEND' });
      case 'guide':
        return this.#loop.dispatch({ ...command, type: 'GUIDE' });
      case 'key':
        return this.state.context.current?.visitId === command.visitId && this.key(command.level);
    }
  }

  /** A key of the button box, already a grade by its profile. */
  key(level: Level): boolean {
    return this.#loop.dispatch({ type: 'KEY', level });
  }

  /** The centre says that the visit was rated on the citizen's phone. */
  ratedElsewhere(visitId: string): boolean {
    return this.#loop.dispatch({ type: 'RATED_ELSEWHERE', visitId });
  }

  /** Who rates in this visit is known now; a grade that was kept without it gets its next revision. */
  raterKnown(visitId: string): boolean {
    return this.#loop.dispatch({ type: 'RATER', visitId });
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
    return forgetVisits(this.#options.store, beforeMs);
  }

  /** True when the citizen was invited, whatever came of it, as long as the staff side counts the visit as open. */
  #mustBeOpen(visitId: string): boolean {
    const { current, waiting } = this.state.context;
    if (this.visitState(visitId) === 'closed') {
      throw new WindowError('visit_closed', 'the visit has ended', 'Open a new one for another service.');
    }
    const serving = this.state.name === 'serving' && current?.visitId === visitId;
    return !serving && !waiting.some((visit) => visit.visitId === visitId && !visit.inviteAtOnce);
  }
}
