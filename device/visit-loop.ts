import { AnomalyWatch } from './anomaly/watch.ts';
import type { Timer } from './clock.ts';
import { entryOf, type WindowEntry } from './entry.ts';
import type { Also } from './ledger/ledger.ts';
import type { LedgerRecord } from './ledger/record.ts';
import { decide, INITIAL_STATE, nextWakeAt, type VisitState } from './visit/machine.ts';
import type { FactToKeep, Meta, VisitEvent } from './visit/model.ts';
import { unratedOf } from './visit-index.ts';
import type { WindowOptions } from './window-options.ts';

const STATE_KEY = 'window';
const RETRY_AFTER_FAULT_MS = 1_000;

/** What earlier software did not keep has its first value; its counts of the day were of another shape. */
function takenUp({ name, context }: VisitState): VisitState {
  const { today } = INITIAL_STATE.context;
  return { name, context: { ...INITIAL_STATE.context, ...context, today: context.today.of ? context.today : today } };
}

/** A `Meta` without the event it goes with. */
export type BareEvent = VisitEvent extends infer E ? (E extends VisitEvent ? Omit<E, 'meta'> : never) : never;

/**
 * The statechart in operation: decides each event, makes its facts and the new state durable in one transaction, and only
 * then shows it (design §2.1). If the store fails, the state stays as it was and the caller gets the store's error. After a
 * crash at any instant it goes on from the last state that was kept.
 */
export class VisitLoop {
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
    this.dispatch({ type: 'RESTART' });
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

  /** @returns false where the event had no place in the present state: nothing was kept @throws the store's error */
  dispatch(event: BareEvent, also: Also = {}): boolean {
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
      if (!this.dispatch({ type: 'CLOCK' })) this.#retryTick(1);
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
