import { createSocket, type RemoteInfo } from 'node:dgram';

/** A socket that hears and answers datagrams. */
export interface DatagramSocket {
  /** Sends to one address; what cannot be sent is lost, as datagrams are. */
  send(bytes: Uint8Array, to: { address: string; port: number }): void;
  /** Never rejects. */
  close(): Promise<void>;
  /** The port it has, where any free one was asked for. */
  readonly port: number;
}

export interface DatagramSetup {
  port: number;
  host: string;
  onMessage: (bytes: Uint8Array, from: { address: string; port: number }) => void;
  /** The socket is of no use any more. Called at most once, never after `close`. */
  onLost: (error: Error) => void;
}

/** Where sockets come from: this machine, or fakes in tests. */
export interface DatagramOpener {
  /** @throws Error of the system, with its `code` (EADDRINUSE, EADDRNOTAVAIL, EACCES …) */
  open(setup: DatagramSetup): Promise<DatagramSocket>;
}

export const systemDatagrams: DatagramOpener = {
  async open({ port, host, onMessage, onLost }) {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port, address: host, exclusive: true }, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    let closed = false;
    socket.on('message', (bytes: Buffer, { address, port: of }: RemoteInfo) => onMessage(bytes, { address, port: of }));
    socket.once('error', (error) => {
      if (!closed) onLost(error);
    });
    return {
      port: socket.address().port,
      send: (bytes, to) => socket.send(bytes, to.port, to.address, () => undefined),
      close: () =>
        new Promise((resolve) => {
          if (closed) return resolve();
          closed = true;
          socket.close(() => resolve());
        }),
    };
  },
};
