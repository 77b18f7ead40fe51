/** The port to the other end of the outbox channel, for one meeting: once closed it stays closed. */
export interface MessagePortLike {
  /** Sends plain data (structured clone); does nothing once closed. */
  post(message: unknown): void;
  /** One listener; what arrived before it was set is handed over first, in order. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called when the peer or the parent is gone; at once if that has happened already. */
  onClose(listener: () => void): void;
}

/** A MessagePortLike together with the strings that move it. */
export class PeerPort implements MessagePortLike {
  readonly link: number;
  readonly #send: (message: unknown) => void;
  readonly #closeListeners: (() => void)[] = [];
  #listener: ((message: unknown) => void) | null = null;
  #early: unknown[] = [];
  #isOpen = true;

  /** @param link number of the meeting this port belongs to */
  constructor(link: number, send: (message: unknown) => void) {
    this.link = link;
    this.#send = send;
  }

  post(message: unknown): void {
    if (this.#isOpen) this.#send(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const message of early) listener(message);
  }

  onClose(listener: () => void): void {
    if (this.#isOpen) this.#closeListeners.push(listener);
    else listener();
  }

  deliver(message: unknown): void {
    if (!this.#isOpen) return;
    if (this.#listener === null) this.#early.push(message);
    else this.#listener(message);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#early = [];
    for (const listener of this.#closeListeners) listener();
  }
}
