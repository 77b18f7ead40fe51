import { EventEmitter } from 'node:events';

/** Loaded first in a utility process of the double: makes Node's channel look like Electron's parentPort. */
class ParentPort extends EventEmitter {
  readonly #send: (message: unknown) => void;
  #early: unknown[] = [];

  constructor(send: (message: unknown) => void) {
    super();
    this.#send = send;
    this.on('newListener', (name) => {
      // Electron queues messages until a handler is registered.
      if (name === 'message') setImmediate(() => this.#flush());
    });
  }

  postMessage(message: unknown): void {
    this.#send(message);
  }

  deliver(data: unknown): void {
    this.#early.push(data);
    if (this.listenerCount('message') > 0) this.#flush();
  }

  #flush(): void {
    const early = this.#early;
    this.#early = [];
    for (const data of early) this.emit('message', { data, ports: [] });
  }
}

const send = process.send?.bind(process);
if (send === undefined) throw new Error('electron double: a utility process has a parent');
const port = new ParentPort((message) => void send(message, undefined, {}, () => {}));
process.on('message', (message) => port.deliver(message));
// Electron's utility processes do not outlive the main process.
process.once('disconnect', () => process.exit(1));
Object.defineProperty(process, 'parentPort', { value: port });
delete process.send;
