import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { PortConnection } from './opener.ts';
import { Port } from './port.ts';
import { createPortOpener } from './port-opener.ts';

const OPTIONS = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
const opener = createPortOpener(systemClock);
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A serial server in raw mode. */
async function serialServer(port = 0): Promise<{ server: Server; path: string; lines: Socket[] }> {
  const lines: Socket[] = [];
  const server = createServer((line) => lines.push(line.on('error', () => undefined)));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => server.close());
  undo.push(() => {
    for (const line of lines) line.destroy();
  });
  return { server, path: `tcp://127.0.0.1:${(server.address() as { port: number }).port}`, lines };
}

async function open(path: string): Promise<{ connection: PortConnection; bytes: number[]; losses: string[] }> {
  const connection = await opener.open(path, OPTIONS);
  undo.push(() => connection.close());
  const bytes: number[] = [];
  const losses: string[] = [];
  connection.onData((chunk) => bytes.push(...chunk));
  connection.onClose(({ code }) => losses.push(code));
  return { connection, bytes, losses };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 5 });

describe('a serial server over TCP', () => {
  it('carries every byte both ways', async () => {
    const { path, lines } = await serialServer();
    const { connection, bytes } = await open(path);
    await soon(() => expect(lines).toHaveLength(1));
    const heard: number[] = [];
    lines[0]!.on('data', (chunk: Buffer) => heard.push(...chunk));
    const every = Uint8Array.from({ length: 256 }, (_none, index) => index);
    lines[0]!.write(every);
    await connection.write(every, 5000);
    await soon(() => expect([bytes, heard]).toEqual([[...every], [...every]]));
  });

  it.each([
    ['ends its side', (line: Socket) => line.end()],
    ['resets', (line: Socket) => line.resetAndDestroy()],
  ])('when it %s then that is a loss, told once', async (_how, hangUp) => {
    const { path, lines } = await serialServer();
    const { connection, losses } = await open(path);
    await soon(() => expect(lines).toHaveLength(1));
    hangUp(lines[0]!);
    await soon(() => expect(losses).toEqual(['disconnected']));
    await expect(connection.write(Uint8Array.of(1), 1000)).rejects.toMatchObject({ code: 'not_open' });
    await connection.close();
    await connection.close();
    expect(losses).toEqual(['disconnected']);
  });

  it('when it takes nothing then a write ends in time and closing works', async () => {
    const { path, lines } = await serialServer();
    const { connection } = await open(path);
    await soon(() => expect(lines).toHaveLength(1));
    lines[0]!.pause();
    const much = new Uint8Array(64 * 1024 * 1024);
    await expect(connection.write(much, 50)).rejects.toMatchObject({ code: 'write_timeout' });
    await expect(connection.write(Uint8Array.of(1), 50)).rejects.toMatchObject({ code: 'write_busy' });
    await connection.close();
  });

  it('when nobody listens then it says so', async () => {
    const { server, path } = await serialServer();
    server.close();
    await once(server, 'close');
    await expect(opener.open(path, OPTIONS)).rejects.toMatchObject({ code: 'refused', next: 'retry' });
    await expect(opener.open('rfc2217://127.0.0.1:1', OPTIONS)).rejects.toMatchObject({ code: 'bad_path' });
  });

  it('when it hangs up a hundred times then each time the port is back, with one socket', async () => {
    const { path, lines } = await serialServer();
    let received = 0;
    let notice: () => void = () => undefined;
    const port = new Port({
      path,
      options: OPTIONS,
      opener,
      identify: async () => null,
      // The waits between attempts are the port's rule and not what is tested here; its limit of an opening stays.
      clock: {
        ...systemClock,
        setTimer: (delayMs, run) => systemClock.setTimer(delayMs < 10_000 ? delayMs / 1000 : delayMs, run),
      },
      notice: (_path, onNotice) => {
        notice = onNotice;
        return () => undefined;
      },
      onData: (bytes) => (received += bytes.length),
      onState: () => undefined,
    });
    undo.push(() => port.stop());
    port.start();
    for (let cycle = 1; cycle <= 100; cycle += 1) {
      await soon(() => expect([lines.length, port.state]).toEqual([cycle, 'ready']));
      // Whoever is noticed begins again with the first wait.
      notice();
      lines.at(-1)!.write('5');
      await soon(() => expect(received).toBe(cycle));
      lines.at(-1)!.destroy();
    }
    await soon(() => expect(lines).toHaveLength(101));
    expect(lines.filter(({ closed }) => !closed)).toHaveLength(1);
    expect(port.counters).toMatchObject({ losses: 100, bytesIn: 100 });
  });
});

describe('a device that speaks datagrams', () => {
  it('is heard and answered, and nobody else is', async () => {
    const device = createSocket('udp4');
    device.bind(0, '127.0.0.1');
    await once(device, 'listening');
    undo.push(() => device.close());
    const other = createSocket('udp4');
    other.bind(0, '127.0.0.2');
    await once(other, 'listening');
    undo.push(() => other.close());
    const listen = await freePort();
    const { connection, bytes } = await open(`udp://127.0.0.1:${device.address().port}?listen=${listen}`);
    const heard: string[] = [];
    device.on('message', (text) => heard.push(text.toString()));
    await connection.write(Buffer.from('S02E'), 1000);
    await soon(() => expect(heard).toEqual(['S02E']));
    await new Promise((resolve) => other.send('9', listen, '127.0.0.1', resolve));
    await new Promise((resolve) => device.send('5', listen, '127.0.0.1', resolve));
    await soon(() => expect(bytes).toEqual([0x35]));
  });

  it('when another program listens at that port then it says so', async () => {
    const taken = createSocket('udp4');
    taken.bind(0);
    await once(taken, 'listening');
    undo.push(() => taken.close());
    const path = `udp://127.0.0.1:9?listen=${taken.address().port}`;
    await expect(opener.open(path, OPTIONS)).rejects.toMatchObject({ code: 'busy' });
  });
});

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
