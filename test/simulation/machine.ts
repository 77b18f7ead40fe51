import type { Clock, Timer } from '../../device/clock.ts';
import type { World } from './world.ts';

/** The hardware of one device as its processes see it: an oscillator that drifts, a wall clock that somebody sets. */
export class Machine {
  readonly world: World;
  readonly #rate: number;
  readonly #wallIsUsedForWaits: boolean;
  #wallBaseMs: number;
  #wallSinceMs = 0;
  #bootAtMs = 0;

  /**
   * @param options `rate` device seconds per true second; `wallErrorMs` of the wall clock at the start;
   * `wallIsUsedForWaits` plants the fault of the same name
   */
  constructor(world: World, options: { rate: number; wallErrorMs: number; wallIsUsedForWaits: boolean }) {
    this.world = world;
    this.#rate = options.rate;
    this.#wallIsUsedForWaits = options.wallIsUsedForWaits;
    this.#wallBaseMs = world.startMs + options.wallErrorMs;
  }

  wallMs(): number {
    return Math.max(0, Math.floor(this.#wallBaseMs + (this.world.nowMs - this.#wallSinceMs) * this.#rate));
  }

  monotonicMs(): number {
    if (this.#wallIsUsedForWaits) return this.wallMs();
    return (this.world.nowMs - this.#bootAtMs) * this.#rate;
  }

  /** Somebody, or a time server, sets the wall clock. */
  setWall(wallMs: number): void {
    this.#wallBaseMs = wallMs;
    this.#wallSinceMs = this.world.nowMs;
  }

  /** Power is back: monotonic time begins anew. */
  boot(): void {
    this.#bootAtMs = this.world.nowMs;
  }

  /** Timers fire on a whole microsecond, never early: time must move on for whoever asks again. */
  after(delayMs: number, run: () => void): Timer {
    const atMs = this.world.nowMs + Math.max(0, delayMs) / this.#rate;
    return this.world.at(Math.ceil(atMs * 1000 + 1) / 1000, run);
  }
}

/** One process of a device. Once it was killed none of its timers fires, whatever its promises still do. */
export class Process implements Clock {
  readonly #machine: Machine;
  readonly #whenKilled: (() => void)[] = [];
  #isAlive = true;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  wallMs(): number {
    return this.#machine.wallMs();
  }

  monotonicMs(): number {
    return this.#machine.monotonicMs();
  }

  setTimer(delayMs: number, run: () => void): Timer {
    if (!this.#isAlive) return { cancel: () => undefined };
    return this.#machine.after(delayMs, () => {
      if (this.#isAlive) run();
    });
  }

  onKilled(run: () => void): void {
    this.#whenKilled.push(run);
  }

  kill(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const run of this.#whenKilled) run();
  }
}
