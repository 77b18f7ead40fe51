import { connect, type Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import { HeardConnection } from './heard-connection.ts';
import { OneWrite } from './one-write.ts';
import type { PortConnection } from './opener.ts';
import { classifySocketError, PortError } from './port-error.ts';

const CONNECT_LIMIT_MS = 5000;
/** A serial server whose cable was pulled says nothing; the system asks from here on and gives up some 10 s later. */
const KEEP_ALIVE_AFTER_MS = 5000;

/**
 * One connection to a serial server in raw mode: its bytes are the line's. Line settings are the server's own.
 * @throws PortError refused, unreachable, open_timeout
 */
export async function openTcp(clock: Clock, path: string, host: string, port: number): Promise<PortConnection> {
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS });
  // From the first moment on: an error that nobody hears would end the process.
  const connection = new TcpConnection(socket, path, clock);
  await connected(socket, clock, path);
  return connection;
}

function connected(socket: Socket, clock: Clock, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = clock.setTimer(CONNECT_LIMIT_MS, () => {
      socket.destroy();
      reject(new PortError('open_timeout', `${path} did not answer within ${CONNECT_LIMIT_MS} ms`));
    });
    socket.once('connect', () => {
      limit.cancel();
      resolve();
    });
    socket.once('error', (error) => {
      limit.cancel();
      reject(classifySocketError(error, path));
    });
  });
}

class TcpConnection extends HeardConnection {
  readonly #socket: Socket;
  readonly #writes: OneWrite;
  #failure: Error | undefined;

  constructor(socket: Socket, path: string, clock: Clock) {
    super(path);
    this.#socket = socket;
    this.#writes = new OneWrite(clock, (code, text, cause) => this.error(code, text, cause));
    socket.on('data', (bytes: Buffer) => this.received(bytes));
    socket.on('error', (error) => (this.#failure = error));
    // The server's end of sending is the end of the line: a half-open one would look alive and give no key.
    socket.on('end', () => socket.destroy());
    socket.on('close', () => this.lost(this.#failure?.message ?? 'the serial server hung up', this.#failure));
  }

  protected send(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    return this.#writes.run(timeoutMs, (done) => void this.#socket.write(bytes, done));
  }

  protected async end(): Promise<void> {
    if (this.#socket.closed) return;
    await new Promise<void>((resolve) => this.#socket.once('close', () => resolve()).destroy());
  }
}
