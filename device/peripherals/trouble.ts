import type { Clock } from '../clock.ts';
import type { Notes } from './family.ts';

/**
 * What is wrong with a device beyond its port, such as a printer without paper: one event when it begins, one with its
 * duration when it ends, however often it is met in between.
 */
export class Trouble {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #notes: Notes;
  #current: { word: string; hint: string; sinceMs: number } | null = null;

  /** @param name of the device in events, like `printer` */
  constructor(name: string, clock: Clock, notes: Notes) {
    this.#name = name;
    this.#clock = clock;
    this.#notes = notes;
  }

  /** What a technician should do about it now; null while all is well. */
  get hint(): string | null {
    return this.#current?.hint ?? null;
  }

  /** @param word for records, lower case with underscores */
  met(word: string, hint: string): void {
    if (this.#current?.word === word) return;
    this.over();
    this.#current = { word, hint, sinceMs: this.#clock.monotonicMs() };
    this.#notes.note(`${this.#name}_trouble`, { trouble: word });
  }

  over(): void {
    const past = this.#current;
    this.#current = null;
    if (past === null) return;
    const durationMs = Math.round(this.#clock.monotonicMs() - past.sinceMs);
    this.#notes.note(`${this.#name}_mended`, { trouble: past.word, durationMs });
  }
}
