import type { Random } from '../../support/random.ts';

/** What each device of a fleet has recorded and not delivered: counts, not records. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OPENS_MS = 9 * HOUR_MS;
const CLOSES_MS = 17 * HOUR_MS;
/** The outage begins at noon: half a day of ratings before the night, half after it. */
const OUTAGE_AT_MS = 12 * HOUR_MS;
/** Forty services a window a day, a visit and a rating each. */
export const RECORDS_A_DAY = 80;
export const OPEN_MS_A_DAY = CLOSES_MS - OPENS_MS;
const MEAN_GAP_MS = OPEN_MS_A_DAY / RECORDS_A_DAY;

/** Time since the start of the outage at which a window is open, after so much open time. */
function afterOpenTime(fromMs: number, gapMs: number): number {
  let atMs = OUTAGE_AT_MS + fromMs;
  let leftMs = gapMs;
  for (;;) {
    const midnight = Math.floor(atMs / DAY_MS) * DAY_MS;
    const startMs = Math.max(atMs, midnight + OPENS_MS);
    const roomMs = midnight + CLOSES_MS - startMs;
    if (roomMs > leftMs) return startMs + leftMs - OUTAGE_AT_MS;
    leftMs -= Math.max(0, roomMs);
    atMs = midnight + DAY_MS;
  }
}

const DAYS = 4;
const dayOf = (ms: number): number => Math.floor((OUTAGE_AT_MS + ms) / DAY_MS);
/** Stricter than any policy pack: what a day brought must be there by the end of the next. */
const dueOf = (day: number): number => (day + 2) * DAY_MS - OUTAGE_AT_MS;

export class Backlog {
  readonly #random: Random;
  /** When the next record is made, per device. */
  readonly #nextMs: Float64Array;
  /** Waiting records per device and day. */
  readonly #waiting: Int32Array;
  /** Of those, made during the outage. */
  readonly #old: Int32Array;
  /** All of them, and what of them still waits. */
  closed = 0;
  oldLeft = 0;
  /** Arrived after their date. */
  missed = 0;

  constructor(devices: number, random: Random) {
    this.#random = random;
    this.#waiting = new Int32Array(devices * DAYS);
    this.#old = new Int32Array(devices);
    this.#nextMs = new Float64Array(devices);
    for (let device = 0; device < devices; device++) this.#nextMs[device] = afterOpenTime(0, this.#gapMs());
  }

  nextMs(device: number): number {
    return this.#nextMs[device] ?? 0;
  }

  /** Takes in what was recorded since. @returns whether anything was */
  gather(device: number, nowMs: number): boolean {
    let nextMs = this.nextMs(device);
    if (nextMs > nowMs) return false;
    while (nextMs <= nowMs) {
      const at = device * DAYS + Math.min(DAYS - 1, dayOf(nextMs));
      this.#waiting[at] = (this.#waiting[at] ?? 0) + 1;
      nextMs = afterOpenTime(nextMs, this.#gapMs());
    }
    this.#nextMs[device] = nextMs;
    return true;
  }

  /** The outage is over: what waits now is what must be drained. */
  closeBooks(nowMs: number): void {
    for (let device = 0; device < this.#old.length; device++) {
      this.gather(device, nowMs);
      this.#old[device] = this.count(device);
      this.closed += this.count(device);
    }
    this.oldLeft = this.closed;
  }

  count(device: number): number {
    let sum = 0;
    for (let day = 0; day < DAYS; day++) sum += this.#waiting[device * DAYS + day] ?? 0;
    return sum;
  }

  /** Of the earliest date that can still be met; null where none can. */
  slackMs(device: number, nowMs: number): number | null {
    for (let day = 0; day < DAYS; day++) {
      if ((this.#waiting[device * DAYS + day] ?? 0) > 0 && dueOf(day) > nowMs) return dueOf(day) - nowMs;
    }
    return null;
  }

  /** So many of the earliest records arrived. */
  settle(device: number, records: number, nowMs: number): void {
    let left = records;
    for (let day = 0; day < DAYS && left > 0; day++) {
      const at = device * DAYS + day;
      const taken = Math.min(left, this.#waiting[at] ?? 0);
      this.#waiting[at] = (this.#waiting[at] ?? 0) - taken;
      if (dueOf(day) <= nowMs) this.missed += taken;
      left -= taken;
    }
    const old = Math.min(records, this.#old[device] ?? 0);
    this.#old[device] = (this.#old[device] ?? 0) - old;
    this.oldLeft -= old;
  }

  #gapMs(): number {
    return -Math.log(1 - this.#random.next()) * MEAN_GAP_MS;
  }
}
