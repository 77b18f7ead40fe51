import type { Clock, Timer } from '../../clock.ts';
import { Liveness, type LivenessRule } from './liveness.ts';
import type { PortConnection, PortOpener, SerialOptions } from './opener.ts';
import { type IdentifyPath, watchPath } from './path-identity.ts';
import type { PlugNotice } from './plug-notice.ts';
import { classifyOpenError, PortError } from './port-error.ts';
import { settledWithin } from './within.ts';

/** Waits before each attempt to reopen; the last one repeats without end: a hall may plug the pad in next week. */
export const REOPEN_DELAYS_MS: readonly number[] = [250, 500, 1000, 2000, 5000, 10_000];
/** How often an open port's path is looked at. */
export const WATCH_EVERY_MS = 1000;
/** A port that held this long starts again at the first delay; a flapping one keeps its place in the list. */
export const STABLE_AFTER_MS = 10_000;
/** A plug makes several notices at once, and the name is there a moment before the rights to it. */
export const AFTER_NOTICE_MS = 100;
/** A driver that does not answer within this is treated as failed; what it gives later is closed at once. */
const OPEN_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 2000;

/**
 * - `closed`: not started, or stopped for good
 * - `opening`: the first attempt
 * - `ready`: bytes flow
 * - `suspect`: open, and what arrives counts, but the device has not answered (yet); only where a rule says how it would
 * - `lost`: was ready, is being closed
 * - `reopening`: waiting for the next attempt, or in one
 */
export type PortState = 'closed' | 'opening' | 'ready' | 'suspect' | 'lost' | 'reopening';

/** Whether a port has just been opened. */
export function isOpening({ from, to }: PortStateEvent): boolean {
  return (from === 'opening' || from === 'reopening') && (to === 'ready' || to === 'suspect');
}

export interface PortStateEvent {
  from: PortState;
  to: PortState;
  atMonotonicMs: number;
  /** Why, where the change was not wanted. */
  cause: PortError | null;
}

/** Since the start of the process; for the technician. */
export interface PortCounters {
  opens: number;
  openFailures: number;
  losses: number;
  bytesIn: number;
  bytesOut: number;
  writeTimeouts: number;
  writeFailures: number;
  /** How often the device did not answer when it should. */
  silences: number;
}

export interface PortSetup {
  path: string;
  options: SerialOptions;
  opener: PortOpener;
  identify: IdentifyPath;
  clock: Clock;
  /** Notice of plugs; by the port's own delays alone where left out. */
  notice?: PlugNotice;
  /** How the device shows that it lives, and how it is asked and told its settings; null for one that never would. */
  liveness?: { rule: LivenessRule; probe: () => void; reinit: () => void } | null;
  /** Receives what arrives while the port is open. Must not throw. */
  onData: (bytes: Uint8Array) => void;
  /** Receives every change of state, after it happened. Must not throw. */
  onState: (event: PortStateEvent) => void;
}

/**
 * A port that is kept open for as long as the product runs. It never throws and never rejects: what goes wrong is a
 * change of state, a counter or a returned error.
 */
export class Port {
  readonly counters: PortCounters = {
    opens: 0,
    openFailures: 0,
    losses: 0,
    bytesIn: 0,
    bytesOut: 0,
    writeTimeouts: 0,
    writeFailures: 0,
    silences: 0,
  };
  readonly #setup: PortSetup;
  #state: PortState = 'closed';
  #lastError: PortError | null = null;
  #connection: PortConnection | null = null;
  #identity: string | null = null;
  #readySinceMs = 0;
  #delayIndex = 0;
  /** Number of the attempt whose outcome is still wanted; anything older is closed and forgotten. */
  #attempt = 0;
  #timer: Timer | null = null;
  /** The timer is the wait for the next attempt. */
  #waiting = false;
  readonly #liveness: Liveness | null;
  #endNotice: () => void = () => undefined;
  #busy: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(setup: PortSetup) {
    this.#setup = setup;
    this.#liveness = this.#livenessOf(setup);
  }

  get state(): PortState {
    return this.#state;
  }

  /** The newest reason for not being ready; stays readable after recovery. */
  get lastError(): PortError | null {
    return this.#lastError;
  }

  /** Begins the first attempt. Does nothing when started already or stopped. */
  start(): void {
    if (this.#stopped || this.#state !== 'closed') return;
    this.#enter('opening', null);
    this.#endNotice = this.#setup.notice?.(this.#setup.path, () => this.#noticed()) ?? this.#endNotice;
    this.#open();
  }

  /**
   * Sends bytes, or says why not. A write that the device does not take leaves the port open: its keys are worth more
   * than our prompt.
   * @param timeoutMs 1 … 2^31−1
   */
  async write(bytes: Uint8Array, timeoutMs: number): Promise<PortError | null> {
    const connection = this.#connection;
    if (connection === null) return new PortError('not_open', `${this.#setup.path} is ${this.#state}`);
    try {
      await connection.write(bytes, timeoutMs);
      this.counters.bytesOut += bytes.length;
      return null;
    } catch (error) {
      return this.#writeFailed(connection, error);
    }
  }

  /** Closes for good. Resolves when nothing of the port is left, or after 2 s where a driver hangs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#attempt += 1;
    this.#endNotice();
    this.#timer?.cancel();
    this.#close();
    if (this.#state !== 'closed') this.#enter('closed', null);
    await settledWithin(this.#setup.clock, this.#busy, CLOSE_LIMIT_MS);
  }

  #open(): void {
    const { clock, path } = this.#setup;
    this.#waiting = false;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const limit = clock.setTimer(OPEN_LIMIT_MS, () => {
      this.#openFailed(attempt, new PortError('open_timeout', `${path} did not open within ${OPEN_LIMIT_MS} ms`));
    });
    this.#timer = limit;
    this.#busy = this.#tryOpen(limit).then(
      ({ connection, identity }) =>
        attempt === this.#attempt ? this.#opened(connection, identity) : connection.close(),
      (error) => this.#openFailed(attempt, classifyOpenError(error, path)),
    );
  }

  async #tryOpen(limit: Timer): Promise<{ connection: PortConnection; identity: string | null }> {
    const { path, options, opener, identify } = this.#setup;
    try {
      // Looked at before opening: a device swapped in between then shows as replaced, not as ours.
      const identity = await identify(path);
      return { identity, connection: await opener.open(path, options) };
    } finally {
      limit.cancel();
    }
  }

  #opened(connection: PortConnection, identity: string | null): void {
    this.#connection = connection;
    this.counters.opens += 1;
    this.#readySinceMs = this.#setup.clock.monotonicMs();
    connection.onData((bytes) => {
      this.counters.bytesIn += bytes.length;
      this.#liveness?.heard();
      this.#setup.onData(bytes);
    });
    connection.onClose((cause) => this.#lost(connection, cause));
    this.#identity = identity;
    this.#timer = this.#watch(connection, WATCH_EVERY_MS);
    this.#enter(this.#liveness === null ? 'ready' : 'suspect', null);
    this.#liveness?.opened();
  }

  #watch(connection: PortConnection, firstMs: number): Timer | null {
    const expected = this.#identity;
    if (expected === null) return null;
    const { path, identify, clock } = this.#setup;
    return watchPath({
      path,
      expected,
      identify,
      clock,
      everyMs: WATCH_EVERY_MS,
      firstMs,
      onChange: (change) => this.#lost(connection, new PortError(change, `${path} is no longer the device we opened`)),
    });
  }

  #openFailed(attempt: number, error: PortError): void {
    if (attempt !== this.#attempt) return;
    this.#attempt += 1;
    this.counters.openFailures += 1;
    this.#lastError = error;
    this.#reopenLater(error);
  }

  #writeFailed(connection: PortConnection, error: unknown): PortError {
    const known = error instanceof PortError ? error : new PortError('write_failed', String(error), error);
    if (known.code === 'write_timeout') this.counters.writeTimeouts += 1;
    else this.counters.writeFailures += 1;
    if (known.code === 'write_failed') this.#lost(connection, known);
    return known;
  }

  /** A loss may be reported by the system, by the watch and by a write; the first one counts. */
  #lost(connection: PortConnection, cause: PortError): void {
    if (connection !== this.#connection) return;
    const { clock } = this.#setup;
    if (clock.monotonicMs() - this.#readySinceMs >= STABLE_AFTER_MS) this.#delayIndex = 0;
    this.counters.losses += 1;
    this.#lastError = cause;
    this.#timer?.cancel();
    this.#close();
    this.#enter('lost', cause);
    void settledWithin(clock, this.#busy, CLOSE_LIMIT_MS).then(() => this.#reopenLater(cause));
  }

  #close(): void {
    this.#liveness?.closed();
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) this.#busy = connection.close();
  }

  #reopenLater(cause: PortError): void {
    if (this.#stopped) return;
    const delayMs = REOPEN_DELAYS_MS[Math.min(this.#delayIndex, REOPEN_DELAYS_MS.length - 1)]!;
    this.#delayIndex += 1;
    this.#waiting = true;
    this.#timer = this.#setup.clock.setTimer(delayMs, () => this.#open());
    if (this.#state !== 'reopening') this.#enter('reopening', cause);
  }

  /** Something was plugged in or out in our folder: look now, not when it is time. */
  #noticed(): void {
    const connection = this.#connection;
    this.#delayIndex = 0;
    if (connection === null && !this.#waiting) return;
    this.#timer?.cancel();
    this.#timer =
      connection === null
        ? this.#setup.clock.setTimer(AFTER_NOTICE_MS, () => this.#open())
        : this.#watch(connection, AFTER_NOTICE_MS);
  }

  #livenessOf({ clock, path, liveness = null }: PortSetup): Liveness | null {
    if (liveness === null) return null;
    const silent = () => new PortError('silent', `${path} no longer answers`);
    return new Liveness({
      ...liveness,
      clock,
      onSuspect: () => {
        this.counters.silences += 1;
        this.#lastError = silent();
        if (this.#state !== 'suspect') this.#enter('suspect', null);
      },
      onAlive: () => this.#enter('ready', null),
      onReopen: () => {
        if (this.#connection !== null) this.#lost(this.#connection, silent());
      },
    });
  }

  #enter(to: PortState, cause: PortError | null): void {
    const from = this.#state;
    this.#state = to;
    this.#setup.onState({ from, to, atMonotonicMs: this.#setup.clock.monotonicMs(), cause });
  }
}
