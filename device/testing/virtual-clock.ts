import { setImmediate } from 'node:timers/promises';
import type { Clock, Timer } from '../clock.ts';

interface Pending {
  atMs: number;
  order: number;
  run: () => void;
}

/** Against a hang alone: how long a busy machine takes to look at a file says nothing. */
const HANG_MS = 60_000;

/**
 * A clock that only a test moves. Monotonic time starts at 0; the wall may be stepped without it, as a technician or a
 * time server does. Timers due at the same instant run in the order in which they were set.
 */
export class VirtualClock implements Clock {
  #monotonicMs = 0;
  #wallOffsetMs: number;
  #order = 0;
  #timers = new Set<Pending>();

  constructor(startWallMs = Date.parse('2026-11-22T10:00:00.000+08:00')) {
    this.#wallOffsetMs = startWallMs;
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#monotonicMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const timer = { atMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** How many timers are set: 0 after an orderly stop. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Moves the wall clock alone. */
  stepWall(deltaMs: number): void {
    this.#wallOffsetMs += deltaMs;
  }

  /** Time passes and no timer runs, as while the process waits for a disk's sync. */
  standStill(ms: number): void {
    this.#monotonicMs += ms;
  }

  /** Lets everything that waits for no timer run: promises, and what the operating system has ready. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  }

  /**
   * Settles until something is true that hangs on real files or threads: no count of turns tells how long those take, and no
   * virtual time passes.
   */
  async settleUntil(isTrue: () => boolean): Promise<void> {
    const giveUpAtMs = performance.now() + HANG_MS;
    for (; !isTrue(); await this.settle()) {
      if (performance.now() > giveUpAtMs) throw new Error(`did not come true: ${isTrue.toString()}`);
    }
  }

  /** Passes `ms`, running each timer at its instant and letting its consequences settle before the next. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#monotonicMs + ms;
    await this.settle();
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#timers.delete(next);
      this.#monotonicMs = Math.max(this.#monotonicMs, next.atMs);
      next.run();
      await this.settle();
    }
    this.#monotonicMs = untilMs;
  }

  /**
   * Jumps from timer to timer until `isDone`, for at most `limitMs` of virtual time; throws when that has passed.
   * Real input and output between timers gets turns of the event loop, not time.
   */
  async runUntil(isDone: () => boolean, limitMs: number): Promise<void> {
    const untilMs = this.#monotonicMs + limitMs;
    for (await this.settle(); !isDone(); await this.settle()) {
      const next = this.#next(untilMs);
      if (!next) throw new Error(`not done after ${limitMs} ms of virtual time`);
      await this.advance(Math.max(0, next.atMs - this.#monotonicMs));
    }
  }

  #next(untilMs: number): Pending | undefined {
    const due = [...this.#timers].filter((timer) => timer.atMs <= untilMs);
    return due.sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  }
}

/** Lets all promises that can settle without time passing do so. */
export function settle(): Promise<void> {
  return setImmediate();
}
