import type { Clock, Timer } from '../clock.ts';
import { type Calendar, isWorkingDay } from '../policy/calendar.ts';
import type { Hours } from '../staff/shift.ts';
import { DAY_MS, formatTime, shanghaiDay, startOfShanghaiDay } from '../time.ts';

/** Beside the hours: people wait before the window opens, and the last one leaves after it closed. */
const MARGIN_MS = 30 * 60_000;
/** The longest holiday in a calendar is shorter. */
const DAYS_AHEAD = 15;
/** How late the screen may be; also after a step of the clock. */
const LOOK_MS = 30_000;

const at = (day: string, time: string) =>
  startOfShanghaiDay(day) + (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000;

/**
 * Whether the screen rests: before the first and after the last of the day's hours, and on days of rest. The break at
 * noon is no night, since people are in the hall. Pure.
 * @param nowMs wall time, ms since 1970
 * @returns when the window opens next (RFC 3339; null: not within a fortnight); null in the day, and where no hours are set
 */
export function nightAt(nowMs: number, hours: Hours, calendar: Calendar): { opensAt: string | null } | null {
  const first = hours[0];
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return null;
  const today = shanghaiDay(nowMs);
  const isOpen =
    isWorkingDay(today, calendar) &&
    nowMs >= at(today, first.from) - MARGIN_MS &&
    nowMs < at(today, last.to) + MARGIN_MS;
  if (isOpen) return null;
  const days = Array.from({ length: DAYS_AHEAD }, (_, ahead) => shanghaiDay(nowMs + ahead * DAY_MS));
  const next = days.find((day) => isWorkingDay(day, calendar) && at(day, first.from) > nowMs);
  return { opensAt: next === undefined ? null : formatTime(at(next, first.from)) };
}

/** Calls back when night begins or ends, though nothing happens at the window. */
export class NightWatch {
  readonly #clock: Clock;
  readonly #isNight: () => boolean;
  readonly #onChange: () => void;
  #was = false;
  #timer: Timer | null = null;

  constructor(clock: Clock, isNight: () => boolean, onChange: () => void) {
    this.#clock = clock;
    this.#isNight = isNight;
    this.#onChange = onChange;
  }

  /** Once the device is in service; starting again changes nothing. */
  start(): void {
    if (this.#timer === null) this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #look(): void {
    const isNight = this.#isNight();
    const changed = isNight !== this.#was;
    this.#was = isNight;
    this.#timer = this.#clock.setTimer(LOOK_MS, () => this.#look());
    if (changed) this.#onChange();
  }
}
