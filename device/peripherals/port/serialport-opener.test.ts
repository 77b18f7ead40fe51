import { appendFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { openPty, type Pty } from '../simulated/pty.ts';
import type { SerialOptions } from './opener.ts';
import { createSerialPortOpener } from './serialport-opener.ts';

const OPTIONS: SerialOptions = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' };
const LIMIT = 5000;

const clock = new VirtualClock();
const opener = createSerialPortOpener(clock);
const undo: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function pty(): Promise<Pty> {
  const made = await openPty();
  undo.push(() => made.close());
  return made;
}

async function open(path: string, options = OPTIONS) {
  const connection = await opener.open(path, options);
  undo.push(() => connection.close());
  return connection;
}

describe('opening', () => {
  it.each([
    ['/dev/no-such-port', OPTIONS, 'missing'],
    ['/tmp', OPTIONS, 'not_a_tty'],
    ['/dev/null', OPTIONS, 'not_a_tty'],
    ['/dev/null', { ...OPTIONS, baudRate: undefined as unknown as number }, 'bad_options'],
  ])('when %s is asked for with %j then the code is %s', async (path, options, code) => {
    await expect(opener.open(path, options)).rejects.toMatchObject({ code });
  });

  it('when a port is open already then it is busy, until it is closed', async () => {
    const { path } = await pty();
    const first = await open(path);
    await expect(opener.open(path, OPTIONS)).rejects.toMatchObject({ code: 'busy' });
    await first.close();
    await open(path);
  });

  it.each<Partial<SerialOptions>>([
    { dataBits: 7, parity: 'even', stopBits: 2 },
    { flowControl: 'rtscts' },
    { flowControl: 'xonxoff' },
    { baudRate: 115_200, parity: 'odd' },
  ])('accepts %j', async (difference) => {
    const { path } = await pty();
    await open(path, { ...OPTIONS, ...difference });
  });

  it('when bytes wait from before then they are discarded', async () => {
    const device = await pty();
    device.write(Uint8Array.of(1, 1, 1));
    // Whoever makes the terminal serves both directions in turn: after two answers it has served the bytes above.
    await echoed(device);
    await echoed(device);
    const connection = await open(device.path);
    const received: number[] = [];
    connection.onData((bytes) => received.push(...bytes));
    device.write(Uint8Array.of(2));
    await vi.waitFor(() => expect(received).toContain(2), LIMIT);
    expect(received).toEqual([2]);
  });
});

describe('a connection', () => {
  it('when its device goes then the loss is told once, even to a listener that comes late', async () => {
    const device = await pty();
    const connection = await open(device.path);
    const causes: string[] = [];
    const lost = new Promise<void>((resolve) => {
      connection.onClose((cause) => {
        causes.push(cause.code);
        resolve();
      });
    });
    device.kill();
    await lost;
    await connection.write(Uint8Array.of(1), 1000).catch((error: { code: string }) => causes.push(error.code));
    connection.onClose((cause) => causes.push(`late ${cause.code}`));
    await connection.close();
    expect(causes).toEqual(['disconnected', 'not_open', 'late disconnected']);
  });

  it('when its device goes at the moment of opening then the loss is told all the same', async () => {
    for (let turn = 0; turn < 25; turn += 1) {
      const device = await pty();
      const connection = await open(device.path);
      const lost = new Promise<string>((resolve) => connection.onClose((cause) => resolve(cause.code)));
      device.kill();
      expect(await lost).toBe('disconnected');
      await connection.close();
    }
  });

  it('when we close it then that is no loss, and closing again does no harm', async () => {
    const device = await pty();
    const connection = await open(device.path);
    const causes: string[] = [];
    connection.onClose((cause) => causes.push(cause.code));
    await Promise.all([connection.close(), connection.close()]);
    await connection.close();
    device.kill();
    await device.close();
    expect(causes).toEqual([]);
    await expect(connection.write(Uint8Array.of(1), 1000)).rejects.toMatchObject({ code: 'not_open' });
  });

  it('when the device takes nothing then the write ends in time, the next is refused and closing works', async () => {
    const device = await pty();
    const connection = await open(device.path);
    device.freeze();
    const stuck = connection.write(new Uint8Array(256 * 1024), 1000).catch((error: unknown) => error);
    await clock.advance(1000);
    expect(await stuck).toMatchObject({ code: 'write_timeout' });
    await expect(connection.write(Uint8Array.of(1), 1000)).rejects.toMatchObject({ code: 'write_busy' });
    await connection.close();
    expect(clock.timerCount).toBe(0);
  });

  it('when many small writes come in turn then all arrive', async () => {
    const device = await pty();
    const arrived: number[] = [];
    device.onData((bytes) => arrived.push(...bytes));
    const connection = await open(device.path);
    for (let byte = 0; byte < 100; byte += 1) await connection.write(Uint8Array.of(byte), 1000);
    await vi.waitFor(() => expect(arrived).toEqual(Array.from({ length: 100 }, (_none, byte) => byte)), LIMIT);
  });
});

/** Resolves when a byte that was written to the path has come out at the far end. */
async function echoed(device: Pty): Promise<void> {
  const heard = new Promise<void>((resolve) => device.onData(() => resolve()));
  await appendFile(device.path, 'x');
  await heard;
}
