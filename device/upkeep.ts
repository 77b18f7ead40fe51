import type { Clock, Timer } from './clock.ts';
import type { CheckReport } from './ledger/nightly-check.ts';
import { type PurgeReport, RETENTION_MS } from './ledger/retention.ts';
import { DAY_MS, SHANGHAI_OFFSET_MS, shanghaiDay } from './time.ts';

/** Halls are closed then, and what upkeep costs is nobody's wait. */
const NIGHT_HOUR = 3;
const LOOK_EVERY_MS = 10 * 60_000;
/** Between two pieces of work the device answers whoever is there. */
const BREATH_MS = 50;
const HOUR_MS = 3_600_000;

/** What the ledger offers for the night, and for any quiet moment; every call is bounded. */
export interface NightWork {
  /** Does what a tap would have to do later. */
  emptyLog(): void;
  dailyTick(): PurgeReport & { replies: number };
  /** Forgets which visits were opened before a moment, and forms whose own record has left; true while more wait. */
  forgetVisits(beforeMs: number): boolean;
  nightlyCheck(): CheckReport;
  /** Sends today's test records, if they were not sent. */
  sendCanary(): void;
}

export interface UpkeepOptions {
  work: NightWork;
  clock: Clock;
  /** False while a citizen is at the device; the night can wait. */
  isIdle: () => boolean;
  /** Something a technician must know. */
  onProblem: (problem: string) => void;
  onFault: (error: unknown) => void;
}

/**
 * Once a night, piece by piece: retention (180 days after the receipt) and the check of the whole file and chain. In any
 * idle moment: the ledger's log.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #timer: Timer;
  #doneOn: string | null = null;
  #purged = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#timer = this.#later(LOOK_EVERY_MS);
  }

  stop(): void {
    this.#timer.cancel();
  }

  #later(delayMs: number): Timer {
    return this.#options.clock.setTimer(delayMs, () => {
      this.#timer = this.#later(this.#step() ? BREATH_MS : LOOK_EVERY_MS);
    });
  }

  /** One piece of work. True while more of it waits. */
  #step(): boolean {
    const { clock, isIdle, onFault } = this.#options;
    if (isIdle()) this.#orReport(() => this.#options.work.emptyLog());
    const now = clock.wallMs();
    const hour = Math.floor(((now + SHANGHAI_OFFSET_MS) % DAY_MS) / HOUR_MS);
    // At night, or in the morning of a device that was switched off.
    if (hour >= NIGHT_HOUR && isIdle()) this.#orReport(() => this.#options.work.sendCanary());
    if (hour !== NIGHT_HOUR || this.#doneOn === shanghaiDay(now) || !isIdle()) return false;
    try {
      return this.#work(now);
    } catch (error) {
      onFault(error);
      return false; // looked at again in ten minutes
    }
  }

  #orReport(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #work(now: number): boolean {
    const { work, onProblem } = this.#options;
    if (!this.#purged) {
      this.#purged = !work.dailyTick().more && !work.forgetVisits(now - RETENTION_MS);
      return true;
    }
    const check = work.nightlyCheck();
    if (check.problem !== null) onProblem(check.problem);
    if (!check.done) return true;
    this.#doneOn = shanghaiDay(now);
    this.#purged = false;
    return false;
  }
}
