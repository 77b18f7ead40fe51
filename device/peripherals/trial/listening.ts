import type { Clock, Timer } from '../../clock.ts';
import type { PortConnection, PortOpener } from '../port/opener.ts';
import { classifyOpenError, type PortError } from '../port/port-error.ts';
import { plainLine } from '../port/serial-settings.ts';

/** Whoever looks asks every second; a page that went is not looking. */
export const LEASE_MS = 10_000;
/** Long enough to look at anything, short enough for a page that was forgotten. */
export const LONGEST_MS = 10 * 60_000;

export interface ListeningRequest {
  path: string;
  /** Bits per second, 50 … 4,000,000; 8N1. */
  baudRate: number;
}

/** - `left`: nobody looked any more - `time`: the longest time is over - `citizen`: a citizen is being asked */
export type ListeningEnd = 'stopped' | 'left' | 'time' | 'citizen' | 'port';

export interface ListeningView extends ListeningRequest {
  state: 'opening' | 'open' | 'over';
  end: ListeningEnd | null;
  /** What to do about the port; null where nothing is wrong. */
  hint: string | null;
}

/**
 * Keeps a port open that no configuration names, only to hear what comes: nothing is ever sent. What is heard is shown
 * by the tap of the ports, which hides and caps it. It ends when nobody looks any more.
 */
export class Listening {
  readonly #request: ListeningRequest;
  readonly #clock: Clock;
  #connection: PortConnection | null = null;
  #end: ListeningEnd | null = null;
  #hint: string | null = null;
  #lease: Timer | null = null;
  #longest: Timer | null = null;

  constructor(request: ListeningRequest, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  async start(opener: PortOpener): Promise<void> {
    const { path, baudRate } = this.#request;
    this.#longest = this.#clock.setTimer(LONGEST_MS, () => this.stop('time'));
    this.looked();
    try {
      const connection = await opener.open(path, plainLine(baudRate));
      if (this.#end !== null) {
        await connection.close();
        return;
      }
      this.#connection = connection;
      connection.onData(() => undefined);
      connection.onClose((cause) => this.#failed(cause));
    } catch (error) {
      this.#failed(classifyOpenError(error, path));
    }
  }

  /** Somebody looks at it now. */
  looked(): void {
    if (this.#end !== null) return;
    this.#lease?.cancel();
    this.#lease = this.#clock.setTimer(LEASE_MS, () => this.stop('left'));
  }

  stop(end: ListeningEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#lease?.cancel();
    this.#longest?.cancel();
    void this.#connection?.close();
  }

  view(): ListeningView {
    const state = this.#end !== null ? 'over' : this.#connection === null ? 'opening' : 'open';
    return { ...this.#request, state, end: this.#end, hint: this.#hint };
  }

  #failed(cause: PortError): void {
    this.#hint ??= cause.hint;
    this.stop('port');
  }
}
