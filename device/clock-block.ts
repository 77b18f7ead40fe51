import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { ClockBlock } from './ledger/record.ts';
import { boundOf, middleOf, readingAt, type TimeReading } from './trusted-time.ts';

/** No device of ours is older than this; a clock before it was never set (a dead battery starts at 1970). */
const EARLIEST_PLAUSIBLE_MS = Date.parse('2026-01-01T00:00:00+08:00');
/** Known worse than this, time is no longer called synced. */
const SYNCED_BOUND_MS = 60_000;
const LINUX_BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** The id of this boot of the machine; where the system has none, of this process. */
export function readBootId(): string {
  try {
    return readFileSync(LINUX_BOOT_ID, 'utf8').trim();
  } catch {
    return randomUUID(); // not Linux: monotonic time is then comparable within this process only, as the id says
  }
}

/** What is kept over restarts: true time and its bound, beside both clocks of that moment. */
export const keptTimeSchema = z.strictObject({
  bootId: z.uuid(),
  monotonicMs: z.number().min(0),
  wallMs: z.number(),
  trueMs: z.number(),
  boundMs: z.number().min(0),
});
export type KeptTime = z.infer<typeof keptTimeSchema>;

/** How far the device trusts its clock, as every record carries it (reference-protocol §4), and what time it takes it to be. */
export class ClockBlocks {
  readonly #clock: Clock;
  readonly #bootId: string;
  readonly #start: { wallMs: number; monotonicMs: number };
  #known: TimeReading | null = null;
  /** From before a restart of the machine: true time then, and the error of the wall clock then. */
  #earlier: { trueMs: number; offsetMs: number } | null = null;

  constructor(clock: Clock, bootId: string = readBootId()) {
    this.#clock = clock;
    this.#bootId = bootId;
    this.#start = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  /** The centre's clock minus ours; null while it is not known. */
  get offsetMs(): number | null {
    const trueMs = this.trueMs();
    return trueMs === null ? null : Math.round(trueMs - this.#clock.wallMs());
  }

  /** The true offset is at most so far from `offsetMs`; null while it is not known. */
  get boundMs(): number | null {
    const now = this.#now();
    return now === null ? null : Math.ceil(boundOf(now));
  }

  /** How far the clock is trusted, and the centre's clock minus ours where it is known. */
  state(): { quality: ClockBlock['quality']; offsetMs: number | null; boundMs: number | null } {
    return { quality: this.#quality(), offsetMs: this.offsetMs, boundMs: this.boundMs };
  }

  /** What an agent that comes up may go on from; `boundMs` null: a guess from before the machine was restarted. */
  get keptOffset(): { offsetMs: number; boundMs: number | null } | null {
    const { offsetMs } = this;
    if (offsetMs !== null) return { offsetMs, boundMs: this.boundMs };
    return this.#earlier === null ? null : { offsetMs: Math.round(this.dateMs() - this.wallMs()), boundMs: null };
  }

  /**
   * An exchange with the centre showed the offset. From now on monotonic time carries it, so that a step of the wall
   * clock moves nothing.
   * @param offsetMs the centre's clock minus ours
   * @param boundMs the true offset is at most so far from it
   */
  learn(offsetMs: number, boundMs: number = 0): void {
    const trueMs = this.#clock.wallMs() + offsetMs;
    this.#known = { atMs: this.#clock.monotonicMs(), lowMs: trueMs - boundMs, highMs: trueMs + boundMs };
  }

  /** True time by the centre's word in this boot, ms since 1970; null where it has said nothing. */
  trueMs(): number | null {
    const now = this.#now();
    return now === null ? null : middleOf(now);
  }

  /**
   * The time by which statutory days are counted: trusted time; without it the earliest of the clock's readings that can
   * be true, so that a wrong clock makes us early and never late. A reading before a moment that is known to be past, or
   * before any device existed, is none.
   */
  dateMs(): number {
    const trueMs = this.trueMs();
    if (trueMs !== null) return trueMs;
    const wallMs = this.#clock.wallMs();
    const elapsedMs = this.#clock.monotonicMs() - this.#start.monotonicMs;
    const earlier = this.#earlier;
    const floorMs = earlier === null ? EARLIEST_PLAUSIBLE_MS : earlier.trueMs + elapsedMs;
    const readings = [wallMs, this.#start.wallMs + elapsedMs, ...(earlier === null ? [] : [wallMs + earlier.offsetMs])];
    const possible = readings.filter((reading) => reading >= floorMs);
    if (possible.length > 0) return Math.min(...possible);
    return earlier === null ? wallMs : floorMs;
  }

  /** Time that no step of the wall clock moves, for waits that are written down: right or not, it only runs. */
  steadyMs(): number {
    return this.trueMs() ?? this.#start.wallMs + (this.#clock.monotonicMs() - this.#start.monotonicMs);
  }

  block(): ClockBlock {
    const monotonicMs = Math.floor(this.#clock.monotonicMs());
    return { quality: this.#quality(), offsetMs: this.offsetMs ?? 0, bootId: this.#bootId, monotonicMs };
  }

  /** What to keep; null while a centre has said nothing in this boot. */
  toKeep(): KeptTime | null {
    const now = this.#now();
    if (now === null) return null;
    const wallMs = this.#clock.wallMs();
    return { bootId: this.#bootId, monotonicMs: now.atMs, wallMs, trueMs: middleOf(now), boundMs: boundOf(now) };
  }

  /** Takes up what was kept. @returns how far the wall clock was moved meanwhile, ms; null after a restart of the machine */
  takeUp(kept: KeptTime): number | null {
    if (kept.bootId !== this.#bootId) {
      this.#earlier = { trueMs: kept.trueMs, offsetMs: kept.trueMs - kept.wallMs };
      return null;
    }
    const { monotonicMs: atMs, trueMs, boundMs } = kept;
    this.#known ??= { atMs, lowMs: trueMs - boundMs, highMs: trueMs + boundMs };
    return this.#clock.wallMs() - kept.wallMs - (this.#clock.monotonicMs() - atMs);
  }

  #now(): TimeReading | null {
    return this.#known === null ? null : readingAt(this.#known, this.#clock.monotonicMs());
  }

  #quality(): ClockBlock['quality'] {
    const { boundMs } = this;
    if (boundMs !== null) return boundMs <= SYNCED_BOUND_MS ? 'synced' : 'holdover';
    return this.#clock.wallMs() < EARLIEST_PLAUSIBLE_MS ? 'unset' : 'holdover';
  }
}
