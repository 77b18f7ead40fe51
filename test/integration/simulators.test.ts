import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../device/clock.ts';
import { createSerialPortOpener } from '../../device/peripherals/port/serialport-opener.ts';

const SIM = fileURLToPath(new URL('../serial/sim.ts', import.meta.url));
const LIMIT = { timeout: 30_000, interval: 10 };
const SERIAL = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A simulator as a person starts it, with what it printed so far; the first line is its path. */
async function simulator(family: string) {
  const child = spawn(process.execPath, [SIM, family], { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const printed: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => printed.push(line));
  return { printed, exited, type: (command: string) => child.stdin.write(`${command}\n`) };
}

describe('a simulator by hand', () => {
  it.each([
    ['keypad', '3', 'ff680303680111031516'],
    ['scanner', 'scan BJ1', '424a310d'],
  ])('%s prints its path, obeys, and ends with die', async (family, command, sent) => {
    const { printed, exited, type } = await simulator(family);
    await vi.waitFor(() => expect(printed.length).toBeGreaterThan(1), LIMIT);
    const port = await createSerialPortOpener(systemClock).open(printed[0]!, SERIAL);
    const bytes: number[] = [];
    port.onData((chunk) => bytes.push(...chunk));
    type(command);
    await vi.waitFor(() => expect(Buffer.from(bytes).toString('hex')).toBe(sent), LIMIT);
    await port.close();
    type('die');
    expect(await exited).toBe(0);
  });

  it.each([
    ['id-card', 'card A', 'card A is on the reader'],
    ['printer', 'show', '0 cuts'],
  ])('%s prints its path, obeys, and ends with die', async (family, command, answer) => {
    const { printed, exited, type } = await simulator(family);
    type(command);
    await vi.waitFor(() => expect(printed[2]).toBe(answer), LIMIT);
    expect(printed[0]).toMatch(/^\/dev\//);
    type('die');
    expect(await exited).toBe(0);
  });

  it('when no such device exists then it says which do', async () => {
    const { exited } = await simulator('telepathy');
    expect(await exited).toBe(2);
  });
});
