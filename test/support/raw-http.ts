import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection of which every byte that comes back is kept, headers and all. */
export class RawConnection {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
    });
  }

  /** Sends one request over HTTP/1.1 and leaves the connection open. @param base like `http://127.0.0.1:1234` */
  static async send(base: string, request: RawRequest): Promise<RawConnection> {
    const { hostname, port, host } = new URL(base);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    const connection = new RawConnection(socket);
    socket.write(requestText(host, request));
    return connection;
  }

  get received(): string {
    return this.#received.toString('utf8');
  }

  /** All that came, once the other side has closed. */
  async end(): Promise<string> {
    if (!this.#socket.readableEnded) await once(this.#socket, 'end');
    return this.received;
  }

  close(): void {
    this.#socket.destroy();
  }
}

export interface RawRequest {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: object;
}

function requestText(host: string, { method, path, headers = {}, body }: RawRequest): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  const content = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  const all = { host, ...headers, ...(body === undefined ? {} : content) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`;
}
