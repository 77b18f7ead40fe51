import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';

/** A name server on this machine that knows what it is told (RFC 1035), by our own bytes. */
export interface PlayedNameServer {
  /** As a setting names it. */
  address: string;
  /** Names that it was asked for, in order. */
  asked: string[];
  /** Hears and says nothing. */
  isSilent: boolean;
  close(): Promise<void>;
}

const A = 1;
const NO_SUCH_NAME = 3;

/** The question's name, and where its bytes end. */
function questionOf(packet: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

/** @param address null: there is no such name; undefined: there is one, without an address of this kind */
function answerTo(packet: Buffer, end: number, address: string | null | undefined): Buffer {
  const header = Buffer.alloc(12);
  packet.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (address === null ? NO_SUCH_NAME : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(address ? 1 : 0, 6);
  const question = packet.subarray(12, end);
  if (!address) return Buffer.concat([header, question]);
  // A pointer to the question's name, type A, class IN, a minute to live, four bytes.
  const record = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([header, question, record]);
}

/** @param names name → IPv4 address; others are unknown */
export async function playNameServer(names: Readonly<Record<string, string>>): Promise<PlayedNameServer> {
  const socket = createSocket('udp4');
  const server: PlayedNameServer = {
    address: '',
    asked: [],
    isSilent: false,
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
  socket.on('message', (packet, from) => {
    const { name, end } = questionOf(packet);
    server.asked.push(name);
    if (server.isSilent) return;
    const known = names[name];
    const isA = packet.readUInt16BE(end - 4) === A;
    const address = known === undefined ? null : isA && isIPv4(known) ? known : undefined;
    socket.send(answerTo(packet, end, address), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  server.address = `127.0.0.1:${socket.address().port}`;
  return server;
}
