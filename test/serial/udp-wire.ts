import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Wire } from './sim-line.ts';

/** A device's end of a cable that carries datagrams: it answers to whoever spoke to it last, or to `listen`. */
export class UdpWire implements Wire {
  readonly path: string;
  readonly #socket: Socket;
  readonly #listen: number;
  #receive: ((bytes: Uint8Array) => void) | null = null;
  #isFrozen = false;
  #isOpen = true;

  private constructor(socket: Socket, listen: number) {
    this.#socket = socket;
    this.#listen = listen;
    this.path = `udp://127.0.0.1:${socket.address().port}?listen=${listen}`;
    socket.on('message', (bytes) => {
      if (!this.#isFrozen) this.#receive?.(bytes);
    });
    // Nobody listens yet, as before the product opens its end.
    socket.on('error', () => undefined);
  }

  /** @param listen the port at which the product listens (peripherals reference, a.4: 7791) */
  static async open(listen: number): Promise<UdpWire> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new UdpWire(socket, listen);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#receive = listener;
  }

  write(bytes: Uint8Array): void {
    if (this.#isOpen && !this.#isFrozen) this.#socket.send(bytes, this.#listen, '127.0.0.1');
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  kill(): void {
    void this.close();
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}
