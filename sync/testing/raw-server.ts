import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** A server that answers any connection with the bytes it was told, once something came in. */
export interface RawServer {
  url: string;
  /** What arrived, one text per connection. */
  heard: string[];
  close(): Promise<void>;
}

/**
 * @param answer bytes for each arrival of data; null says nothing and keeps the line open
 * @param isOpen whether the line stays open after the answer
 */
export async function startRawServer(
  answer: (heard: string) => string | Buffer | null,
  isOpen = false,
): Promise<RawServer> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const index = heard.push('') - 1;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard[index] += bytes.toString('latin1');
      const text = answer(heard[index]!);
      if (text === null) return;
      if (isOpen) socket.write(text);
      else socket.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
