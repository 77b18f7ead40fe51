import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { HeardConnection } from './heard-connection.ts';
import type { PortConnection } from './opener.ts';
import { classifySocketError } from './port-error.ts';

/**
 * A device that speaks datagrams. Only what comes from its own address is read. A datagram has no proof of its
 * sender, so this belongs on a cable or a network that nobody else is on.
 * @throws PortError busy where another program listens at that port
 */
export async function openUdp(
  path: string,
  peer: { host: string; port: number; listen: number },
): Promise<PortConnection> {
  const socket = createSocket(isIPv6(peer.host) ? 'udp6' : 'udp4');
  try {
    socket.bind(peer.listen);
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw classifySocketError(error, path);
  }
  return new UdpConnection(socket, path, peer);
}

class UdpConnection extends HeardConnection {
  readonly #socket: Socket;
  readonly #peer: { host: string; port: number };
  #closing: Promise<void> | null = null;

  constructor(socket: Socket, path: string, peer: { host: string; port: number }) {
    super(path);
    this.#socket = socket;
    this.#peer = peer;
    socket.on('message', (bytes, from) => {
      if (from.address === peer.host) this.received(bytes);
    });
    socket.on('error', (error) => {
      void this.end();
      this.lost(error.message, error);
    });
  }

  /** A datagram is given to the network at once; whether it arrives is not known, so there is nothing to wait for. */
  protected send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(bytes, this.#peer.port, this.#peer.host, (error) => {
        // No way to the device now, such as a cable that is out; the next datagram may find one.
        if (error) reject(this.error('write_timeout', error.message, error));
        else resolve();
      });
    });
  }

  protected end(): Promise<void> {
    this.#closing ??= new Promise((resolve) => this.#socket.close(() => resolve()));
    return this.#closing;
  }
}
