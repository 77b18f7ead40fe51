/**
 * Writes one after the other, because a port refuses a second one meanwhile. The first begins at once; what finds
 * `most` others waiting is dropped, since a device that takes nothing for so long is answered too late anyway.
 */
export class WriteQueue {
  readonly #write: (bytes: Uint8Array) => Promise<unknown>;
  readonly #most: number;
  readonly #waiting: Uint8Array[] = [];
  #writing = false;

  /** @param write must not reject; a failure is its own to count */
  constructor(write: (bytes: Uint8Array) => Promise<unknown>, most: number) {
    this.#write = write;
    this.#most = most;
  }

  add(bytes: Uint8Array): void {
    if (this.#waiting.length >= this.#most) return;
    this.#waiting.push(bytes);
    if (!this.#writing) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) await this.#write(next);
    this.#writing = false;
  }
}
