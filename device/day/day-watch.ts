import { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import { type EventDetail, eventEntry, type WindowEntry } from '../entry.ts';
import type { LedgerRecord } from '../ledger/record.ts';
import type { Rules } from '../rules.ts';
import { type Hours, openMs } from '../staff/shift.ts';
import { DAY_MS, shanghaiDay, startOfShanghaiDay } from '../time.ts';
import { tallyOf } from './tally.ts';

export interface DayStore {
  append(entries: readonly WindowEntry[], also: { state: Record<string, string> }): unknown;
  read(fromSeq: number, limit: number): LedgerRecord[];
  state(key: string): string | null;
  head(): { seq: number };
}

export interface DayWatchOptions {
  store: DayStore;
  clock: Clock;
  /** The best reading of true time, ms since 1970: a wall clock that is set moves no day. */
  nowMs: () => number;
  hours: () => Hours;
  rules: () => Rules;
  isPaused: () => boolean;
  /** Whether a screen shows the citizen's page. */
  isLit: () => boolean;
  onFault: (error: unknown) => void;
}

const KEY = 'day';
const LOOK_MS = 60_000;
/** While nothing can become dark soon. */
const SELDOM_MS = 60 * LOOK_MS;
const READ_AT_ONCE = 500;
/** A device that was off for longer, or had no clock, tells nothing of its past. */
const LONGEST_OFF_MS = 31 * DAY_MS;

const keptSchema = z.strictObject({
  day: z.iso.date(),
  /** The first record of the day. */
  fromSeq: z.int(),
  isPaused: z.boolean(),
  /** ms since 1970: until then all is accounted for. */
  aliveAt: z.number(),
  /** ms of the day's opening hours in which nothing ran, and in which no screen showed the citizen's page. */
  offMs: z.number(),
  screenDarkMs: z.number(),
});
type Kept = z.infer<typeof keptSchema>;

const seconds = (ms: number) => Math.round(ms / 1000);

/**
 * Counts what a citizen could not do at this window (内蒙古 第五条: staff invite, and never hinder): skips, pauses, and dark
 * time, in which the appliance was off or no screen showed its page in opening hours. One event a day goes to the centre,
 * with the first look at a later day; a day in which nothing ran has one too. What was counted survives a restart to the
 * minute. Where no hours are set, nobody can say what is dark, and those fields are null.
 */
export class DayWatch {
  readonly #options: DayWatchOptions;
  #kept: Kept;
  #timer: Timer;
  #lookAfterMs = LOOK_MS;

  constructor(options: DayWatchOptions) {
    this.#options = options;
    this.#kept = this.#begin();
    this.#timer = this.#later();
    this.#guard(() => this.#account('off'));
  }

  /** To be called before a screen goes dark or is lit. */
  screensChange(): void {
    this.#guard(() => this.#account(this.#darkNow()));
  }

  #darkNow(): 'screen' | null {
    return this.#options.isLit() ? null : 'screen';
  }

  stop(): void {
    this.#timer.cancel();
  }

  #later(): Timer {
    const now = this.#options.nowMs();
    this.#lookAfterMs = openMs(now, now + SELDOM_MS, this.#hours()) > 0 ? LOOK_MS : SELDOM_MS;
    return this.#options.clock.setTimer(this.#lookAfterMs, () => {
      this.screensChange();
      this.#timer = this.#later();
    });
  }

  /** A text that somebody damaged is as good as none: the day begins anew. */
  #begin(): Kept {
    const { store, nowMs, isPaused } = this.#options;
    const aliveAt = Math.round(nowMs());
    const fromSeq = store.head().seq + 1;
    const fresh = { day: shanghaiDay(aliveAt), fromSeq, isPaused: isPaused(), aliveAt, offMs: 0, screenDarkMs: 0 };
    this.#guard(() => {
      const text = store.state(KEY);
      if (text === null) store.append([], { state: { [KEY]: JSON.stringify(fresh) } });
      else Object.assign(fresh, keptSchema.parse(JSON.parse(text)));
    });
    return fresh;
  }

  /** Everything from the last account until now was dark in that way, or not at all. */
  #account(dark: 'off' | 'screen' | null): void {
    const now = Math.round(this.#options.nowMs());
    const today = shanghaiDay(now);
    const elapsedMs = now - this.#kept.aliveAt;
    // A clock that was set tells nothing of what lies between; one that was set back within the day, and counts it twice.
    const isStep = elapsedMs < 0 || elapsedMs > (dark === 'off' ? LONGEST_OFF_MS : this.#lookAfterMs + LOOK_MS);
    if (elapsedMs < 0 && today === this.#kept.day) return;
    for (; !isStep && this.#kept.day < today; ) {
      const midnight = startOfShanghaiDay(this.#kept.day) + DAY_MS;
      this.#close(this.#add(this.#kept, dark, midnight), midnight);
    }
    if (this.#kept.day !== today) this.#close(this.#kept, now);
    const next = this.#add(this.#kept, isStep ? null : dark, now);
    // Outside of the hours nothing can become dark, so nothing need be written down.
    const isNews = openMs(this.#kept.aliveAt, now, this.#hours()) > 0;
    if (isNews) this.#options.store.append([], { state: { [KEY]: JSON.stringify(next) } });
    this.#kept = next;
  }

  #add(kept: Kept, dark: 'off' | 'screen' | null, until: number): Kept {
    const darkMs = dark === null ? 0 : openMs(kept.aliveAt, until, this.#hours());
    return {
      ...kept,
      aliveAt: until,
      offMs: kept.offMs + (dark === 'off' ? darkMs : 0),
      screenDarkMs: kept.screenDarkMs + (dark === 'screen' ? darkMs : 0),
    };
  }

  /** The day's event and the next day's beginning, in one commit. */
  #close(kept: Kept, at: number): void {
    const { store, rules, nowMs, isPaused } = this.#options;
    const next: Kept = {
      day: shanghaiDay(at),
      fromSeq: store.head().seq + 1,
      isPaused: isPaused(),
      aliveAt: at,
      offMs: 0,
      screenDarkMs: 0,
    };
    const event = eventEntry('window_day', this.#detailOf(kept), rules(), Math.round(nowMs()));
    store.append([event], { state: { [KEY]: JSON.stringify(next) } });
    this.#kept = next;
  }

  #detailOf(kept: Kept): EventDetail {
    const startsAt = startOfShanghaiDay(kept.day);
    const endsAt = startsAt + DAY_MS;
    const { opened, invited, skipped, pauses, pausedMs } = tallyOf(this.#records(kept.fromSeq), {
      isPaused: kept.isPaused,
      startsAt,
      endsAt,
    });
    const reasons = Object.entries(skipped).map(([reason, count]) => [`skipped_${reason}`, count] as const);
    const open = this.#options.hours().length === 0 ? null : openMs(startsAt, endsAt, this.#hours());
    return {
      day: kept.day,
      opened,
      invited,
      skipped: Object.values(skipped).reduce((sum, count) => sum + count, 0),
      ...Object.fromEntries(reasons),
      pauses,
      pausedS: seconds(pausedMs),
      openS: open === null ? null : seconds(open),
      offS: open === null ? null : seconds(kept.offMs),
      screenDarkS: open === null ? null : seconds(kept.screenDarkMs),
    };
  }

  *#records(fromSeq: number): Generator<LedgerRecord> {
    for (let from = fromSeq; ; ) {
      const records = this.#options.store.read(from, READ_AT_ONCE);
      yield* records;
      const last = records.at(-1);
      if (last === undefined || records.length < READ_AT_ONCE) return;
      from = last.seq + 1;
    }
  }

  #hours() {
    return { hours: this.#options.hours(), calendar: this.#options.rules().calendar };
  }

  /** Counting must never stand in the way of a citizen. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}
