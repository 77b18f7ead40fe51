import type { Clock, Timer } from '../../clock.ts';
import type { Driver, DriverStatus, Family, Notes } from '../family.ts';
import { guarded } from '../guard.ts';
import type { PortState } from '../port/port.ts';
import { Trouble } from '../trouble.ts';
import type { DatagramOpener, DatagramSocket } from './datagrams.ts';
import { parseQueueMessage, QUEUE_ANSWER, type QueueMessage } from './message.ts';
import type { QueueSettings } from './settings.ts';

const REOPEN_AFTER_MS = 5000;
const HINT = 'Another program may hold this UDP port, or this device has no such address; look at both.';

export interface QueueFamilySetup {
  datagrams: DatagramOpener;
  clock: Clock;
  /** True where it was obeyed, and only then it is answered. May throw the ledger's error, which goes to `onFault`. */
  onMessage: (message: QueueMessage, settings: QueueSettings) => boolean;
  onFault: (error: unknown) => void;
}

/** The queue system of the hall, which calls, pauses and asks for ratings by datagrams. */
export class QueueFamily implements Family<'queue'> {
  readonly name = 'queue';
  readonly #setup: QueueFamilySetup;

  constructor(setup: QueueFamilySetup) {
    this.#setup = setup;
  }

  start(settings: QueueSettings, notes: Notes): Driver {
    return new QueueLine(this.#setup, settings, new Trouble('queue', this.#setup.clock, notes));
  }
}

class QueueLine implements Driver {
  readonly #setup: QueueFamilySetup;
  readonly #settings: QueueSettings;
  readonly #trouble: Trouble;
  readonly #counters = { messages: 0, refused: 0, foreign: 0, malformed: 0 };
  #state: PortState = 'opening';
  #socket: DatagramSocket | null = null;
  #timer: Timer | null = null;
  #opening: Promise<void>;
  #stopped = false;

  constructor(setup: QueueFamilySetup, settings: QueueSettings, trouble: Trouble) {
    this.#setup = setup;
    this.#settings = settings;
    this.#trouble = trouble;
    this.#opening = this.#open();
  }

  status(): DriverStatus {
    const path = `udp:${this.#settings.host}:${this.#socket?.port ?? this.#settings.port}`;
    return { path, state: this.#state, hint: this.#trouble.hint, counters: { ...this.#counters } };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#opening;
    await this.#socket?.close();
    this.#state = 'closed';
  }

  async #open(): Promise<void> {
    const { port, host } = this.#settings;
    try {
      const socket = await this.#setup.datagrams.open({
        port,
        host,
        onMessage: (bytes, from) => this.#hear(bytes, from),
        onLost: (error) => this.#lost(error),
      });
      this.#socket = socket;
      this.#state = 'ready';
      this.#trouble.over();
    } catch (error) {
      this.#lost(error);
    }
  }

  #lost(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    this.#trouble.met(code.toLowerCase(), HINT);
    void this.#socket?.close();
    this.#socket = null;
    this.#state = 'reopening';
    if (this.#stopped) return;
    this.#timer = this.#setup.clock.setTimer(REOPEN_AFTER_MS, () => {
      this.#opening = this.#open();
    });
  }

  #hear(bytes: Uint8Array, from: { address: string; port: number }): void {
    if (this.#stopped) return;
    // A socket of both families names an IPv4 sender in the form of the other.
    const address = from.address.replace(/^::ffff:/, '');
    if (!this.#settings.from.includes(address)) this.#counters.foreign += 1;
    else this.#obey(parseQueueMessage(bytes), from);
  }

  #obey(message: QueueMessage | null, from: { address: string; port: number }): void {
    if (message === null) {
      this.#counters.malformed += 1;
      return;
    }
    this.#counters.messages += 1;
    let obeyed = false;
    guarded(this.#setup.onFault, () => {
      obeyed = this.#setup.onMessage(message, this.#settings);
    });
    if (obeyed) this.#socket?.send(QUEUE_ANSWER, from);
    else this.#counters.refused += 1;
  }
}
