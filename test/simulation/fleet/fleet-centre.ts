/** What a request costs beside its records: connection, signature, transaction, receipt; as much as so many records. */
const REQUEST_WORK = 5;

/** The work of a request, in records. */
export const workOf = (records: number): number => REQUEST_WORK + records;

/** Work that may wait before nobody new is let in, and before even those are refused who have a connection. */
const NEW_UP_TO_MS = 400;
const SERVED_UP_TO_MS = 5_000;
/** Said to all alike, as a plain front server does. */
const RETRY_AFTER_MS = 30_000;

export interface Taken {
  /** Until it answers. */
  waitMs: number;
  /** The patience that it asks for where it does not take the records; null where it does. */
  retryAfterMs: number | null;
}

/**
 * A centre behind a front server that sheds load as such servers do: who comes anew is answered 503 while work waits,
 * who was let in keeps the connection (a heartbeat each minute holds it) and is served. It takes its capacity, no more.
 */
export class FleetCentre {
  readonly #capacity: number;
  readonly #isConnected: Uint8Array;
  /** In records. */
  #queue = 0;

  /** @param capacity records per second */
  constructor(capacity: number, devices: number) {
    this.#capacity = capacity;
    this.#isConnected = new Uint8Array(devices);
  }

  /** Time passes. */
  work(ms: number): void {
    this.#queue = Math.max(0, this.#queue - (this.#capacity * ms) / 1000);
  }

  take(device: number, records: number): Taken {
    const waitMs = (this.#queue / this.#capacity) * 1000;
    const limitMs = this.#isConnected[device] === 1 ? SERVED_UP_TO_MS : NEW_UP_TO_MS;
    if (waitMs > limitMs) return { waitMs: 0, retryAfterMs: RETRY_AFTER_MS };
    this.#isConnected[device] = 1;
    this.#queue += workOf(records);
    return { waitMs, retryAfterMs: null };
  }
}
