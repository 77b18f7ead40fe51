import type { Clock, Timer } from '../../device/clock.ts';
import { type ChildEnvelope, childEnvelopeSchema, type ParentEnvelope, type ReadyPayload } from './envelope.ts';
import type { ChildExit, ChildHandle, ProcessHost } from './process-host.ts';
import { failuresAfterExit, restartDelayMs } from './restart.ts';

/** What a supervised child tells its supervisor. */
export interface ChildListener {
  pid(): void;
  ready(): void;
  outbox(link: number, payload: Uint8Array): void;
  /** `restartInMs` is null when the end was wanted. */
  exit(exit: ChildExit, restartInMs: number | null): void;
  refused(fault: string): void;
}

/** Secret keys by name, asked for at each start of a child; null: none are handed over. */
export type KeysForChildren = () => Readonly<Record<string, Uint8Array>>;

export interface ChildOptions {
  restartDelaysMs: readonly number[];
  goodLifeMs: number;
  host: ProcessHost;
  clock: Clock;
  keys: KeysForChildren | null;
}

/** One named child over all its lives: starts it, counts failures, starts it again, and never after a wanted stop. */
export class SupervisedChild {
  readonly name: string;
  readonly #options: ChildOptions;
  readonly #listener: ChildListener;
  #handle: ChildHandle | null = null;
  #pid: number | null = null;
  #ready: { payload: ReadyPayload; atMs: number } | null = null;
  #failures = 0;
  #restart: Timer | null = null;
  #retired = false;
  #stopped: PromiseWithResolvers<void> | null = null;

  constructor(name: string, options: ChildOptions, listener: ChildListener) {
    this.name = name;
    this.#options = options;
    this.#listener = listener;
  }

  /** Null while it is not running. */
  get pid(): number | null {
    return this.#pid;
  }

  /** What it said when it became ready in its present life, null before. */
  get ready(): ReadyPayload | null {
    return this.#ready?.payload ?? null;
  }

  /** Does nothing once retired. */
  start(): void {
    if (this.#retired) return;
    try {
      this.#attach(this.#options.host.spawn(this.name));
    } catch (error) {
      this.#listener.refused(`spawn failed: ${String(error)}`);
      this.#ended({ code: null, signal: null });
    }
  }

  post(envelope: ParentEnvelope): void {
    this.#handle?.post(envelope);
  }

  /** From now on it is not started again, whatever ends it; what runs goes on running. */
  retire(): void {
    this.#retired = true;
    this.#restart?.cancel();
  }

  /** Asks it to end and never starts it again; resolves when it is gone. May be called again. */
  stop(): Promise<void> {
    this.retire();
    if (this.#stopped === null) {
      this.#stopped = Promise.withResolvers();
      if (this.#handle === null) this.#stopped.resolve();
      else this.#handle.post({ channel: 'control', payload: { type: 'stop' } });
    }
    return this.#stopped.promise;
  }

  /** The end without asking: it loses whatever it had not yet made durable. */
  kill(): void {
    this.#handle?.kill('SIGKILL');
  }

  #attach(handle: ChildHandle): void {
    this.#handle = handle;
    handle.onSpawn((pid) => {
      this.#setPid(pid);
      this.#handKeys();
    });
    handle.onMessage((message) => this.#receive(message));
    handle.onExit((exit) => this.#ended(exit));
  }

  /** First of all that it hears. */
  #handKeys(): void {
    const { keys } = this.#options;
    if (keys !== null) this.post({ channel: 'control', payload: { type: 'keys', seeds: { ...keys() } } });
  }

  #setPid(pid: number | null): void {
    if (this.#pid === pid) return;
    this.#pid = pid;
    this.#listener.pid();
  }

  #receive(message: unknown): void {
    const parsed = childEnvelopeSchema.safeParse(message);
    if (parsed.success) this.#dispatch(parsed.data);
    else this.#listener.refused(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join());
  }

  #dispatch(envelope: ChildEnvelope): void {
    if (envelope.channel === 'outbox') {
      this.#listener.outbox(envelope.link, envelope.payload);
    } else if (this.#ready === null) {
      this.#ready = { payload: envelope.payload.payload, atMs: this.#options.clock.monotonicMs() };
      this.#listener.ready();
    } else {
      this.#listener.refused('ready: said twice in one life');
    }
  }

  #ended(exit: ChildExit): void {
    const readyAtMs = this.#ready?.atMs ?? null;
    this.#handle = null;
    this.#ready = null;
    this.#setPid(null);
    const restartInMs = this.#retired ? null : this.#planRestart(readyAtMs);
    this.#listener.exit(exit, restartInMs);
    this.#stopped?.resolve();
  }

  #planRestart(readyAtMs: number | null): number {
    const { restartDelaysMs, goodLifeMs } = this.#options;
    this.#failures = failuresAfterExit(this.#failures, readyAtMs, this.#options.clock.monotonicMs(), goodLifeMs);
    const delayMs = restartDelayMs(this.#failures, restartDelaysMs);
    this.#restart = this.#options.clock.setTimer(delayMs, () => this.start());
    return delayMs;
  }
}
