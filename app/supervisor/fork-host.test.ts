import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../device/clock.ts';
import { forkHost } from './fork-host.ts';
import { Supervisor, type SupervisorOptions } from './supervisor.ts';

const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url).pathname;
let supervisor: Supervisor;

function supervise(modes: Record<string, string>, options: Partial<SupervisorOptions> = {}): Supervisor {
  const host = forkHost((name) => ({ file: fixture('echo-child.ts'), args: [modes[name] ?? 'good'] }));
  supervisor = new Supervisor({ host, clock: systemClock, order: Object.keys(modes), ...options });
  supervisor.start();
  return supervisor;
}

afterEach(async () => {
  await supervisor.stop();
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('brings a real child back each time it is killed, with a new pid', async () => {
  supervise({ only: 'good' });
  const seen = new Set<number>();
  for (let life = 0; life < 3; life++) {
    await supervisor.whenReady();
    const { only: pid } = supervisor.pids();
    seen.add(pid!);
    const gone = once(supervisor, 'exit');
    process.kill(pid!, 'SIGKILL');
    expect((await gone)[1]).toEqual({ code: null, signal: 'SIGKILL' });
  }
  expect(seen.size).toBe(3);
});

it('keeps the compiled modules of a child before it ends, so that one that is killed comes up quickly', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const host = forkHost(() => ({ file: fixture('echo-child.ts'), env: { NODE_COMPILE_CACHE: folder } }));
  supervisor = new Supervisor({ host, clock: systemClock, order: ['only'] });
  supervisor.start();
  const kept = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  await vi.waitFor(() => expect(kept()).not.toEqual([]), { timeout: 60_000, interval: 20 });
});

/** A message of a child, what it says to its peer unpacked. */
function opened(message: unknown): unknown {
  const envelope = message as { payload: unknown };
  return envelope.payload instanceof Uint8Array ? { ...envelope, payload: deserialize(envelope.payload) } : message;
}

it('relays between two real children without touching what they say, also after one was killed', async () => {
  const host = forkHost((name) => ({ file: fixture('echo-child.ts'), args: [name === 'agent' ? 'asks' : 'good'] }));
  const heard: unknown[] = [];
  const listening = {
    spawn(name: string) {
      const handle = host.spawn(name);
      handle.onMessage((message) => heard.push({ from: name, message: opened(message) }));
      return handle;
    },
  };
  const order = ['appliance', 'agent'];
  supervisor = new Supervisor({ host: listening, clock: systemClock, order, link: ['appliance', 'agent'] });
  supervisor.start();
  const question = { at: new Date(0), bytes: new Uint8Array([1, 2, 3]), big: 1n };
  const answerOf = (link: number, pid: number | null | undefined) => ({
    from: 'appliance',
    message: { channel: 'outbox', link, payload: { echo: question, pid } },
  });
  await vi.waitFor(() => expect(heard).toContainEqual(answerOf(1, supervisor.pids().appliance)), 10_000);
  process.kill(supervisor.pids().appliance!, 'SIGKILL');
  await vi.waitFor(() => expect(heard).toContainEqual(answerOf(2, supervisor.pids().appliance)), 10_000);
});

it('stops real children in order and kills the one that will not end', async () => {
  supervise({ first: 'good', second: 'stubborn' }, { stopLimitMs: 1_000 });
  await supervisor.whenReady();
  const pids = Object.values(supervisor.pids());
  expect(await supervisor.stop()).toEqual({ stopped: ['first'], killed: ['second'] });
  expect(pids.filter((pid) => pid !== null && isAlive(pid))).toEqual([]);
});

it('reports an entry that cannot run and goes on trying', async () => {
  supervisor = new Supervisor({
    host: forkHost(() => ({ file: fixture('no-such-file.ts') })),
    clock: systemClock,
    order: ['missing'],
  });
  const exits: unknown[] = [];
  supervisor.on('exit', (_name, exit) => exits.push(exit));
  supervisor.start();
  await vi.waitFor(() => expect(exits).toEqual([{ code: 1, signal: null }, expect.anything()]), 10_000);
});

it('leaves no child behind when the parent itself is killed', async () => {
  supervise({});
  const parent = spawn(process.execPath, [fixture('orphan-parent.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const { echo: pid } = JSON.parse(line.toString()) as { echo: number };
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);
});
