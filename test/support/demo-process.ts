import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { TechnicianStatus } from '../../app/server/technician/status.ts';
import { type CentreInspection, inspect } from './centre-inspection.ts';

const LAUNCHER = fileURLToPath(new URL('../../app/pingjiaqi.mjs', import.meta.url));
/** From a cold cache on a busy machine; design §7 gives a minute. */
const READY_LIMIT_MS = 60_000;

export const pidsSchema = z.strictObject({
  appliance: z.int().positive(),
  agent: z.int().positive(),
  centre: z.int().positive().nullable(),
});
export type Pids = z.infer<typeof pidsSchema>;
export type ProcessName = keyof Pids;

/** The first line of `demo`, exactly as design §7 says. */
export const readyLineSchema = z.strictObject({
  ready: z.literal(true),
  citizen: z.url(),
  staff: z.url(),
  technician: z.url(),
  api: z.url(),
  apiKey: z.string().min(16),
  centre: z.url(),
  keypad: z.string().nullable(),
  data: z.string(),
  pids: pidsSchema,
});
export type ReadyLine = z.infer<typeof readyLineSchema>;
const pidsLineSchema = z.strictObject({ pids: pidsSchema });

export interface DemoProcessOptions {
  /** Kept by the caller; a temporary folder, removed at the end, where left out. */
  dataDir?: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** What to run instead of this checkout's command: an installed `pingjiaqi`. */
  program?: readonly [string, ...string[]];
}

export interface Exit {
  code: number | null;
  signal: string | null;
  tookMs: number;
}

const running = new Set<DemoProcess>();

/** For `afterEach`: whatever a test left behind is gone when this resolves. */
export async function endAllDemos(): Promise<void> {
  await Promise.all([...running].map((demo) => demo.destroy()));
}

/** Ends with the signal where it is `exit`'s: no orphan outlives a test run that was cut off. */
process.once('exit', () => {
  for (const demo of running) demo.killGroup();
});

/** A folder for the data of one device, removed with `rmSync` by whoever made it. */
export const newDataDir = (): string => mkdtempSync(join(tmpdir(), 'pingjiaqi-test-'));

/** Runs `pingjiaqi` with this Node to its end. */
export async function runCommand(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** The real `demo --headless` as a child process: its processes, its lines, its doors. */
export class DemoProcess {
  readonly ready: ReadyLine;
  readonly centre: CentreInspection;
  readonly #child: ChildProcess;
  readonly #io: Io;
  readonly #temporaryDir: string | null;
  #pids: Pids;

  constructor(child: ChildProcess, io: Io, ready: ReadyLine, temporaryDir: string | null) {
    this.#child = child;
    this.#io = io;
    this.#temporaryDir = temporaryDir;
    this.ready = ready;
    this.#pids = ready.pids;
    this.centre = inspect(ready.centre);
    io.onLine = (line) => {
      this.#pids = pidsLineSchema.parse(JSON.parse(line)).pids;
    };
    running.add(this);
  }

  /** Who was said to live last. */
  pids(): Pids {
    return this.#pids;
  }

  /** Everything on standard error so far: the logs of all processes. */
  log(): string {
    return this.#io.errors;
  }

  /** SIGKILL, to the process that was last said to live under that name. @returns its pid */
  kill(name: ProcessName): number {
    const pid = this.#pids[name];
    if (pid === null) throw new Error(`${name} does not run`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It ended by itself before the demo said so.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    return pid;
  }

  /** The business API, with the key. */
  api(path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    const authorization = `Bearer ${this.ready.apiKey}`;
    const url = `${this.ready.api}/v1${path}`;
    const signal = AbortSignal.timeout(10_000);
    if (body === undefined) return fetch(url, { headers: { authorization, ...headers }, signal });
    const all = { authorization, 'content-type': 'application/json', ...headers };
    return fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body), signal });
  }

  async status(): Promise<TechnicianStatus> {
    const url = new URL('/technician/status', this.ready.technician);
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return (await response.json()) as TechnicianStatus;
  }

  /** SIGTERM, as design §7 says; how it ended and after how long. */
  async stop(): Promise<Exit> {
    const startedAt = performance.now();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await gone;
    }
    if (this.#temporaryDir === null) running.delete(this);
    const { exitCode: code, signalCode: signal } = this.#child;
    return { code, signal, tookMs: performance.now() - startedAt };
  }

  killGroup(): void {
    killGroup(this.#child);
  }

  /** The end without manners, for a test that failed in between. */
  async destroy(): Promise<void> {
    const isRunning = this.#child.exitCode === null && this.#child.signalCode === null;
    const gone = isRunning ? once(this.#child, 'exit') : null;
    this.killGroup();
    await gone;
    running.delete(this);
    if (this.#temporaryDir !== null) rmSync(this.#temporaryDir, { recursive: true, force: true });
  }
}

interface Io {
  errors: string;
  onLine: (line: string) => void;
}

/** Its own process group, so that whatever it started can be ended with it. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Starts a demo and waits for its ready line; throws with its standard error where none comes. */
export async function startDemoProcess(options: DemoProcessOptions = {}): Promise<DemoProcess> {
  const temporaryDir = options.dataDir === undefined ? newDataDir() : null;
  const data = options.dataDir ?? temporaryDir ?? '';
  const [program, ...before] = options.program ?? [process.execPath, LAUNCHER];
  const child = spawn(program, [...before, 'demo', '--headless', '--data', data, ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...options.env },
  });
  const io: Io = { errors: '', onLine: () => undefined };
  child.stderr.on('data', (bytes: Buffer) => (io.errors += bytes.toString()));
  const line = new Promise<string>((resolve) => {
    io.onLine = resolve;
  });
  createInterface({ input: child.stdout }).on('line', (text) => io.onLine(text));
  try {
    const first = await firstOf(line, child);
    return new DemoProcess(child, io, readyLineSchema.parse(JSON.parse(first)), temporaryDir);
  } catch (error) {
    killGroup(child);
    if (temporaryDir !== null) rmSync(temporaryDir, { recursive: true, force: true });
    throw new Error(`the demo did not get ready: ${io.errors}`, { cause: error });
  }
}

async function firstOf(line: Promise<string>, child: ChildProcess): Promise<string> {
  const limit = AbortSignal.timeout(READY_LIMIT_MS);
  const ended = once(child, 'exit', { signal: limit }).then(([code]) => {
    throw new Error(`ended with ${code} before it was ready`);
  });
  return Promise.race([line, ended]);
}
