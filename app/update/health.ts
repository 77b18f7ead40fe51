import { join } from 'node:path';
import type { Clock, Timer } from '../../device/clock.ts';
import { writeDurably } from '../../device/durable-file.ts';

/** A version that was ready and stayed so for this long has proved itself: ledger, pages and agent run. */
export const PROVED_AFTER_MS = 120_000;

export const healthyPath = (dataDir: string): string => join(dataDir, 'healthy');

/**
 * Notes in the data folder that this version works, for the gate that decides at the next start. Written once, after two
 * minutes in which nothing of the device ended; an end in between starts the two minutes anew.
 */
export class HealthNote {
  readonly #clock: Clock;
  readonly #write: () => void;
  #timer: Timer | null = null;

  constructor(clock: Clock, dataDir: string, version: string) {
    this.#clock = clock;
    this.#write = () => writeDurably(healthyPath(dataDir), `${version}\n`);
  }

  /** The device is ready, or ready again. */
  ready(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(PROVED_AFTER_MS, this.#write);
  }

  /** Something of the device ended. */
  lost(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
