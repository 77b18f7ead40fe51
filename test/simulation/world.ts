import { setImmediate } from 'node:timers/promises';

/** True time of a simulation, and the queue of what happens next. One seed gives one order of events. */

export interface Occurrence {
  cancel(): void;
}

interface Entry {
  atMs: number;
  order: number;
  run: (() => void) | null;
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** A binary heap: months of timers are set and cancelled, and sorting them each time would be most of the work. */
class Agenda {
  readonly #heap: Entry[] = [];

  get next(): Entry | undefined {
    return this.#heap[0];
  }

  add(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(entry, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
  }

  take(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      if (!isBefore(heap[below]!, entry)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = entry;
  }
}

const noMicrotaskLeft = (): Promise<void> => new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));

export class World {
  readonly #agenda = new Agenda();
  readonly #startMs: number;
  #nowMs = 0;
  #order = 0;
  #isHalted = false;
  /** Work of the real machine under way: cryptography on its threads. Time stands still for it. */
  #outside = 0;
  #outsideTurn: Promise<unknown> = Promise.resolve();

  /** @param startMs true time at the start, ms since 1970 */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** Since the start. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** True time, ms since 1970; what an honest centre's clock shows. */
  get trueMs(): number {
    return Math.floor(this.#startMs + this.#nowMs);
  }

  get startMs(): number {
    return this.#startMs;
  }

  /** @param atMs since the start; what is past happens now */
  at(atMs: number, run: () => void): Occurrence {
    const entry: Entry = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, run };
    this.#agenda.add(entry);
    return { cancel: () => (entry.run = null) };
  }

  after(delayMs: number, run: () => void): Occurrence {
    return this.at(this.#nowMs + delayMs, run);
  }

  /** Resolves when so much true time has passed. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Lets real asynchronous work end before time goes on, one after another, so that its speed decides no order. */
  outside<T>(work: () => Promise<T>): Promise<T> {
    this.#outside++;
    const turn = this.#outsideTurn.then(work).finally(() => this.#outside--);
    this.#outsideTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the run here: a promise is broken, and what follows from it may never end. */
  halt(): void {
    this.#isHalted = true;
  }

  /** Passes time until the moment given, since the start. */
  async runUntil(untilMs: number): Promise<void> {
    await this.#settle();
    for (
      let next = this.#agenda.next;
      next !== undefined && next.atMs <= untilMs && !this.#isHalted;
      next = this.#agenda.next
    ) {
      this.#agenda.take();
      if (next.run === null) continue;
      this.#nowMs = next.atMs;
      next.run();
      await this.#settle();
    }
    this.#nowMs = untilMs;
  }

  /**
   * Lets every promise that waits for nothing else run. Node runs its next ticks only once no microtask is left, and
   * that costs a fraction of a turn of the event loop, which a month of events would take by the ten thousand.
   */
  async #settle(): Promise<void> {
    await noMicrotaskLeft();
    while (this.#outside > 0) await setImmediate();
  }
}
