/** No device. */
export const NONE = -1;

/** What comes next for each of a hundred thousand devices: one thing each, held in a list per tick, so nothing is sorted. */
export class Agenda {
  readonly #first: Int32Array;
  readonly #following: Int32Array;

  constructor(ticks: number, devices: number) {
    this.#first = new Int32Array(ticks).fill(NONE);
    this.#following = new Int32Array(devices).fill(NONE);
  }

  /** What lies beyond the last tick never comes. */
  add(device: number, tick: number): void {
    if (tick >= this.#first.length) return;
    this.#following[device] = this.#first[tick] ?? NONE;
    this.#first[tick] = device;
  }

  /** One device whose turn it is, or `NONE`. */
  take(tick: number): number {
    const device = this.#first[tick] ?? NONE;
    if (device !== NONE) this.#first[tick] = this.#following[device] ?? NONE;
    return device;
  }
}
