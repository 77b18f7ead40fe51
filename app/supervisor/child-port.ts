import { flushCompileCache } from 'node:module';
import { deserialize, serialize } from 'node:v8';
import { type Clock, systemClock } from '../../device/clock.ts';
import { type ChildEnvelope, type ParentEnvelope, parentEnvelopeSchema, type ReadyPayload } from './envelope.ts';
import { type ParentTransport, parentTransport } from './parent-transport.ts';
import { type MessagePortLike, PeerPort } from './peer-port.ts';

export type { MessagePortLike } from './peer-port.ts';

/** What a supervised process sees of the outside. */
export interface ParentChannel {
  /** The port to the peer while one is up, undefined otherwise. */
  channel(name: 'outbox'): MessagePortLike | undefined;
  /** Called with a fresh port each time the peer came up, at once if it is up already. */
  onPeer(listener: (port: MessagePortLike) => void): void;
  /** Secret keys by name; to be asked for only where the parent is known to hand them over. */
  keys(): Promise<Readonly<Record<string, Uint8Array>>>;
  /** Says that this process can do its work; once in its life. */
  ready(payload: ReadyPayload): void;
  /**
   * What to do before the end: stop taking work, make durable, close. Called when the parent asks, on SIGTERM, and when
   * the parent is gone. The process ends when all listeners are done: code 0, or 1 if one of them failed.
   */
  onStop(listener: () => void | Promise<void>): void;
}

export interface ParentChannelOptions {
  transport?: ParentTransport;
  clock?: Clock;
  /** Ends the process. Default process.exit. */
  exit?: (code: number) => void;
  /** Ms that the stop listeners have when nobody is left to kill this process. Default 5 000. */
  stopLimitMs?: number;
  /** Told of a message outside of the contract and of a failed stop listener. Default: a line on standard error. */
  onFault?: (fault: string) => void;
}

/** Opens this process's channel to its supervisor. Throws Error when it has no parent that speaks to it. */
export function parentChannel(options: ParentChannelOptions = {}): ParentChannel {
  return new ChildEnd(options);
}

class ChildEnd implements ParentChannel {
  readonly #transport: ParentTransport;
  readonly #clock: Clock;
  readonly #exit: (code: number) => void;
  readonly #stopLimitMs: number;
  readonly #onFault: (fault: string) => void;
  readonly #peerListeners: ((port: MessagePortLike) => void)[] = [];
  readonly #stopListeners: (() => void | Promise<void>)[] = [];
  readonly #keys = Promise.withResolvers<Readonly<Record<string, Uint8Array>>>();
  #port: PeerPort | undefined;
  #stopping: Promise<void> | null = null;

  constructor(options: ParentChannelOptions) {
    this.#transport = options.transport ?? parentTransport();
    this.#clock = options.clock ?? systemClock;
    this.#exit = options.exit ?? ((code) => process.exit(code));
    this.#stopLimitMs = options.stopLimitMs ?? 5_000;
    this.#onFault = options.onFault ?? ((fault) => process.stderr.write(`${fault}\n`));
    this.#transport.onMessage((message) => this.#receive(message));
    this.#transport.onGone(() => this.#parentGone());
  }

  channel(_name: 'outbox'): MessagePortLike | undefined {
    return this.#port;
  }

  onPeer(listener: (port: MessagePortLike) => void): void {
    this.#peerListeners.push(listener);
    if (this.#port !== undefined) listener(this.#port);
  }

  keys(): Promise<Readonly<Record<string, Uint8Array>>> {
    return this.#keys.promise;
  }

  ready(payload: ReadyPayload): void {
    this.#post({ channel: 'control', payload: { type: 'ready', payload } });
    // Node keeps compiled modules at an orderly end only; what ends by a power cut is to come up quickly all the same.
    setImmediate(flushCompileCache);
  }

  onStop(listener: () => void | Promise<void>): void {
    this.#stopListeners.push(listener);
  }

  #post(envelope: ChildEnvelope): void {
    this.#transport.post(envelope);
  }

  #receive(message: unknown): void {
    const parsed = parentEnvelopeSchema.safeParse(message);
    if (!parsed.success) this.#onFault(`message from the supervisor: ${parsed.error.message}`);
    else if (parsed.data.channel === 'control') this.#control(parsed.data.payload);
    else if (parsed.data.link === this.#port?.link) this.#deliver(this.#port, parsed.data.payload);
  }

  #deliver(port: PeerPort, bytes: Uint8Array): void {
    let message: unknown;
    try {
      message = deserialize(bytes);
    } catch (error) {
      this.#onFault(`message from the peer: ${String(error)}`);
      return;
    }
    port.deliver(message);
  }

  #control(message: Extract<ParentEnvelope, { channel: 'control' }>['payload']): void {
    if (message.type === 'stop') void this.#stop();
    else if (message.type === 'keys') this.#keys.resolve(message.seeds);
    else if (message.state === 'up') this.#peerUp(message.link);
    else this.#peerDown();
  }

  #peerUp(link: number): void {
    this.#peerDown();
    const port = new PeerPort(link, (message) => this.#post({ channel: 'outbox', link, payload: serialize(message) }));
    this.#port = port;
    for (const listener of this.#peerListeners) listener(port);
  }

  #peerDown(): void {
    const port = this.#port;
    this.#port = undefined;
    port?.close();
  }

  /** An orphan has nobody behind it who would kill it, so it limits itself. */
  #parentGone(): void {
    this.#peerDown();
    const limit = this.#clock.setTimer(this.#stopLimitMs, () => this.#exit(1));
    void this.#stop().finally(() => limit.cancel());
  }

  #stop(): Promise<void> {
    this.#stopping ??= this.#runStopListeners();
    return this.#stopping;
  }

  async #runStopListeners(): Promise<void> {
    const results = await Promise.allSettled(this.#stopListeners.map(async (listener) => listener()));
    const failed = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failed) this.#onFault(`stop listener failed: ${String(reason)}`);
    this.#exit(failed.length === 0 ? 0 : 1);
  }
}
