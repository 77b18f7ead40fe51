import { EventEmitter } from 'node:events';
import type { Clock, Timer } from '../../device/clock.ts';
import { type KeysForChildren, SupervisedChild } from './child.ts';
import type { ReadyPayload } from './envelope.ts';
import { Link } from './link.ts';
import type { ChildExit, ProcessHost } from './process-host.ts';
import { GOOD_LIFE_MS, RESTART_DELAYS_MS } from './restart.ts';
import { type StopOutcome, stopInReverse } from './stop.ts';

export interface SupervisorOptions {
  host: ProcessHost;
  clock: Clock;
  /** Names of the children in the order of starting; each later one may rely on the earlier ones being ready. */
  order: readonly string[];
  /** The two children that share the outbox channel; none when absent. */
  link?: readonly [string, string];
  /** Secret keys that each child is handed at each start; none when absent. */
  keys?: KeysForChildren;
  /** Delays in ms before the 1st, 2nd … restart in a row; the last one repeats. Default RESTART_DELAYS_MS. */
  restartDelaysMs?: readonly number[];
  /** Ms of being ready after which failures are counted anew. Default 60 000. */
  goodLifeMs?: number;
  /** Ms to wait for a child's first readiness before the next one is started all the same. Default 15 000. */
  startLimitMs?: number;
  /** Ms within which `stop` is over, killing included. Default 5 000. */
  stopLimitMs?: number;
}

export type Pids = Record<string, number | null>;

export interface SupervisorEvents {
  /** Whenever any pid changed; null stands for a child that is not running. */
  pids: [Pids];
  /** In each life of a child, once it can do its work. */
  ready: [name: string, payload: ReadyPayload];
  /** `restartInMs` is null when the end was wanted. */
  exit: [name: string, exit: ChildExit, restartInMs: number | null];
  /** A child sent something outside of the contract, or could not be started; it was ignored. */
  refused: [name: string, fault: string];
}

/**
 * Keeps named child processes alive. Where they come from is handed in, so that the command line (fork), the Electron
 * shell (utility processes) and the tests share every rule here. A supervisor lives once: after `stop` make a new one.
 */
export class Supervisor extends EventEmitter<SupervisorEvents> {
  readonly #clock: Clock;
  readonly #children: readonly SupervisedChild[];
  readonly #link: Link | null;
  readonly #startLimitMs: number;
  readonly #stopLimitMs: number;
  #next = 0;
  #startLimit: Timer | null = null;
  #stopping: Promise<StopOutcome> | null = null;

  constructor(options: SupervisorOptions) {
    super();
    this.#clock = options.clock;
    this.#startLimitMs = options.startLimitMs ?? 15_000;
    this.#stopLimitMs = options.stopLimitMs ?? 5_000;
    this.#children = options.order.map((name) => this.#supervise(name, options));
    this.#link =
      options.link === undefined ? null : new Link([this.#child(options.link[0]), this.#child(options.link[1])]);
  }

  /** Starts the children one after the other; `ready` and `exit` events tell how it goes. Never throws for a child. */
  start(): void {
    if (this.#next === 0) this.#startNext();
  }

  /**
   * Asks the children to end, last started first, each one only after the later ones are gone.
   * @returns who ended by itself and who had to be killed, after at most `stopLimitMs`
   */
  stop(): Promise<StopOutcome> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Of every child; null stands for one that is not running. */
  pids(): Pids {
    return Object.fromEntries(this.#children.map((child) => [child.name, child.pid]));
  }

  /** What the child said in its present life, null while it is not ready. Throws RangeError for an unknown name. */
  readyPayload(name: string): ReadyPayload | null {
    return this.#child(name).ready;
  }

  /** Resolves with every child's ready payload once all of them are ready at the same time. */
  whenReady(): Promise<Record<string, ReadyPayload>> {
    return new Promise((resolve) => {
      const look = () => {
        const said = this.#children.map((child) => [child.name, child.ready] as const);
        if (said.some(([, payload]) => payload === null)) return;
        this.off('ready', look);
        resolve(Object.fromEntries(said.map(([name, payload]) => [name, payload ?? {}])));
      };
      this.on('ready', look);
      look();
    });
  }

  #supervise(name: string, options: SupervisorOptions): SupervisedChild {
    const child = {
      host: options.host,
      clock: options.clock,
      keys: options.keys ?? null,
      restartDelaysMs: options.restartDelaysMs ?? RESTART_DELAYS_MS,
      goodLifeMs: options.goodLifeMs ?? GOOD_LIFE_MS,
    };
    return new SupervisedChild(name, child, {
      pid: () => this.emit('pids', this.pids()),
      ready: () => this.#becameReady(name),
      outbox: (link, payload) => this.#link?.forward(name, link, payload),
      exit: (exit, restartInMs) => this.#ended(name, exit, restartInMs),
      refused: (fault) => this.emit('refused', name, fault),
    });
  }

  #child(name: string): SupervisedChild {
    const child = this.#children.find((candidate) => candidate.name === name);
    if (child === undefined) throw new RangeError(`no child is named ${name}`);
    return child;
  }

  /** A child that does not get ready must not hold up the others for ever: a window without a centre still rates. */
  #startNext(): void {
    this.#startLimit?.cancel();
    const child = this.#children[this.#next];
    if (child === undefined || this.#stopping !== null) return;
    this.#next += 1;
    this.#startLimit = this.#clock.setTimer(this.#startLimitMs, () => this.#startNext());
    child.start();
  }

  #becameReady(name: string): void {
    const child = this.#child(name);
    this.emit('ready', name, child.ready ?? {});
    this.#link?.readyChanged();
    if (this.#children[this.#next - 1] === child) this.#startNext();
  }

  #ended(name: string, exit: ChildExit, restartInMs: number | null): void {
    this.#link?.lost(name);
    this.emit('exit', name, exit, restartInMs);
  }

  #stop(): Promise<StopOutcome> {
    this.#startLimit?.cancel();
    // All at once: a child that dies while a later one is being stopped must not come back for a moment.
    for (const child of this.#children) child.retire();
    return stopInReverse(this.#children, this.#clock, this.#stopLimitMs);
  }
}
