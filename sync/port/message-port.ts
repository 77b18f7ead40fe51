/**
 * The least that a channel between two processes offers: a child process, an Electron MessagePort and a pair in memory
 * all fit. Messages are JSON-shaped plain data; they arrive in order or, after a close, not at all.
 */
export interface MessagePortLike {
  /** Never throws; a message posted to a closed port is lost, as it is when the process behind it is gone. */
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also when the port was closed before the listener came. */
  onClose(listener: () => void): void;
}

/** One end of a pair in memory. `cut` closes both ends at once and drops what is under way, like a killed process. */
export interface PairedPort extends MessagePortLike {
  cut(): void;
}

/** How a message crosses between the ends of a pair. */
export interface Wire {
  write(message: unknown): unknown;
  read(written: unknown): unknown;
}

/** Text in between, so that nothing crosses in memory that would not cross between processes. */
const textWire: Wire = {
  write: (message) => JSON.stringify(message),
  read: (written) => JSON.parse(String(written)),
};

class MemoryPort implements PairedPort {
  peer: MemoryPort | null = null;
  readonly #wire: Wire;
  #messageListeners: ((message: unknown) => void)[] = [];
  #closeListeners: (() => void)[] = [];
  #closed = false;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  post(message: unknown): void {
    if (this.#closed) return;
    const written = this.#wire.write(message);
    queueMicrotask(() => this.peer?.deliver(written));
  }

  deliver(written: unknown): void {
    if (this.#closed) return;
    for (const listener of this.#messageListeners) listener(this.#wire.read(written));
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#messageListeners.push(listener);
  }

  onClose(listener: () => void): void {
    if (this.#closed) queueMicrotask(listener);
    else this.#closeListeners.push(listener);
  }

  cut(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closeListeners) queueMicrotask(listener);
    this.peer?.cut();
  }
}

/** Two connected ends in this process: appliance and agent in one process, and the tests. @param wire text unless told */
export function portPair(wire: Wire = textWire): [PairedPort, PairedPort] {
  const left = new MemoryPort(wire);
  const right = new MemoryPort(wire);
  left.peer = right;
  right.peer = left;
  return [left, right];
}
