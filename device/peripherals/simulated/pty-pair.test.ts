import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, existsSync } from 'node:fs';
import { access, appendFile, chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import { settle, VirtualClock } from '../../testing/virtual-clock.ts';
import { createSerialPortOpener } from '../port/serialport-opener.ts';
import { alive, descendants } from '../testing/processes.ts';
import { openPtyPair, type PtyPair } from './pty-pair.ts';

const OPTIONS = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
const opener = createSerialPortOpener(systemClock);
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function pair(): Promise<PtyPair> {
  const made = await openPtyPair();
  undo.push(() => made.close());
  return made;
}

/** Opens an end as a program would, and collects what it reads. */
async function reader(path: string) {
  const connection = await opener.open(path, OPTIONS);
  undo.push(() => connection.close());
  const bytes: number[] = [];
  connection.onData((chunk) => bytes.push(...chunk));
  return { connection, bytes };
}

const reads = (bytes: number[], expected: number[]) => vi.waitFor(() => expect(bytes).toEqual(expected), 5000);

describe('a pair of pseudo-terminals', () => {
  it('carries every byte unchanged, both ways', async () => {
    const { a, b } = await pair();
    const [atA, atB] = [await reader(a), await reader(b)];
    const every = Uint8Array.from({ length: 256 }, (_none, index) => index);
    await atA.connection.write(every, 1000);
    await atB.connection.write(every, 1000);
    await reads(atB.bytes, [...every]);
    await reads(atA.bytes, [...every]);
  });

  it('when writers open, write and close again and again then each byte arrives', async () => {
    const { a, b } = await pair();
    const { bytes } = await reader(b);
    for (let turn = 0; turn < 20; turn += 1) {
      await appendFile(a, '5');
      await writeFile(a, '4');
    }
    await promisify(execFile)('sh', ['-c', 'printf 3 > "$0"; printf 2 >> "$0"', a]);
    await reads(bytes, [...Buffer.from(`${'54'.repeat(20)}32`)]);
  });

  it('when the device closes and opens again then it gets what is sent from then on', async () => {
    const { a, b } = await pair();
    for (const digit of ['5', '4', '3']) {
      const { connection, bytes } = await reader(b);
      await appendFile(a, digit);
      await reads(bytes, [digit.charCodeAt(0)]);
      await connection.close();
    }
  });

  it('when nobody reads the prompts then keys still arrive, and the newest prompts wait', async () => {
    const { a, b } = await pair();
    const { connection, bytes } = await reader(b);
    for (let turn = 0; turn < 300; turn += 1) await connection.write(new Uint8Array(1024).fill(turn % 256), 5000);
    await connection.write(Uint8Array.of(0xee), 5000);
    await appendFile(a, '5');
    await reads(bytes, [0x35]);
    const waiting: number[] = [];
    await vi.waitFor(async () => {
      waiting.push(...(await readWaiting(a)));
      expect(waiting.at(-1)).toBe(0xee);
    }, 5000);
    expect(waiting.length).toBeLessThan(64 * 1024);
  });

  it('when the plug is pulled then the device loses the port and the paths are gone', async () => {
    const made = await pair();
    const { connection } = await reader(made.b);
    const lost = new Promise<string>((resolve) => connection.onClose((cause) => resolve(cause.code)));
    made.kill();
    expect(await lost).toBe('disconnected');
    await made.close();
    await connection.close();
    for (const path of [made.a, made.b]) await vi.waitFor(() => expect(access(path)).rejects.toThrow(), 5000);
  });

  it('when its plug is pulled then its names are gone at once, so that nobody opens the next with their numbers', async () => {
    const pair = await openPtyPair();
    undo.push(() => pair.close());
    pair.kill();
    // The folder: a name whose terminal is gone does not "exist" either.
    for (const path of [pair.a, pair.b]) expect(existsSync(dirname(path))).toBe(false);
  });

  it('when this process is killed then nothing of the pair is left', async () => {
    const { child, paths } = await ownerProcess();
    // A terminal names itself before the last of its three processes stands.
    const family = await vi.waitFor(async () => {
      const found = await descendants(child.pid!);
      expect(found.length).toBe(6);
      return found;
    }, 10_000);
    child.kill('SIGKILL');
    await vi.waitFor(async () => expect(await alive(family)).toEqual([]), 10_000);
    for (const path of paths) await expect(access(path)).rejects.toThrow();
  });
});

describe('where no pseudo-terminal can be made', () => {
  it('when the program is missing then the error says what to install', async () => {
    await expect(openPtyPair({ script: '/nonexistent/script' })).rejects.toMatchObject({
      code: 'script_missing',
      next: 'stop',
      hint: expect.stringContaining('bsdutils'),
    });
  });

  it.each([['true'], ['echo'], ['false']])('when the program is really %s then that is an error', async (script) => {
    await expect(openPtyPair({ script })).rejects.toMatchObject({ code: 'pty_failed' });
  });

  it('when the program says nothing then the wait ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pty-'));
    undo.push(() => rm(folder, { recursive: true }));
    const script = join(folder, 'silent');
    await writeFile(script, '#!/bin/sh\nexec sleep 60\n');
    await chmod(script, 0o755);
    const clock = new VirtualClock();
    const outcome = openPtyPair({ clock, script }).catch((error: unknown) => error);
    await settle();
    await clock.advance(10_000);
    expect(await outcome).toMatchObject({ code: 'pty_failed' });
    expect(clock.timerCount).toBe(0);
  });
});

/** What waits at an end now. */
async function readWaiting(path: string): Promise<number[]> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  const found: number[] = [];
  const buffer = new Uint8Array(4096);
  let taken = 1;
  while (taken > 0) {
    taken = await handle.read(buffer).then(
      ({ bytesRead }) => bytesRead,
      () => 0,
    );
    found.push(...buffer.subarray(0, taken));
  }
  await handle.close();
  return found;
}

/** A process that owns a pair and waits. */
async function ownerProcess(): Promise<{ child: ChildProcess; paths: string[] }> {
  const module = new URL('./pty-pair.ts', import.meta.url).href;
  const source = `import(${JSON.stringify(module)}).then(async ({ openPtyPair }) => {
    const pair = await openPtyPair();
    console.log(JSON.stringify([pair.a, pair.b]));
  });`;
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  undo.push(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, paths: JSON.parse(line.toString()) as string[] };
}
