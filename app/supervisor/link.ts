import type { SupervisedChild } from './child.ts';

/**
 * The typed message port between two children (design §3). It stands while both are ready; each end is told when the
 * other came or went. Payloads pass untouched; what belongs to an earlier meeting is dropped, as with a closed port:
 * the outbox is made so that any lost message may be asked again.
 */
export class Link {
  readonly #ends: readonly [SupervisedChild, SupervisedChild];
  #meeting = 0;
  #isUp = false;

  constructor(ends: readonly [SupervisedChild, SupervisedChild]) {
    this.#ends = ends;
  }

  /** To be called after an end became ready. */
  readyChanged(): void {
    if (this.#isUp || this.#ends.some((end) => end.ready === null)) return;
    this.#isUp = true;
    this.#meeting += 1;
    for (const end of this.#ends) {
      end.post({ channel: 'control', payload: { type: 'peer', state: 'up', link: this.#meeting } });
    }
  }

  /** To be called after an end was lost; the dead one is past hearing. */
  lost(name: string): void {
    if (!this.#isUp || !this.#ends.some((end) => end.name === name)) return;
    this.#isUp = false;
    this.#other(name)?.post({ channel: 'control', payload: { type: 'peer', state: 'down' } });
  }

  forward(from: string, link: number, payload: Uint8Array): void {
    if (!this.#isUp || link !== this.#meeting) return;
    this.#other(from)?.post({ channel: 'outbox', link, payload });
  }

  #other(name: string): SupervisedChild | undefined {
    const [first, second] = this.#ends;
    if (name === first.name) return second;
    return name === second.name ? first : undefined;
  }
}
