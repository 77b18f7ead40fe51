import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Clock, systemClock } from '../../clock.ts';
import { PtyError } from './pty-error.ts';

const START_LIMIT_MS = 10_000;
/** The path that tty prints ends the start; what comes after it on the same pipe is data. */
const PATH_LINE = /^(\/dev\/\S+)\r?\n/;
const LONGEST_PATH_LINE = 256;
/** Below /dev, as the names of all ports are, and open to everybody. */
const NAMES = '/dev/shm';

/**
 * What runs inside the terminal: it makes the line raw, names it, and then waits for the end of descriptor 3 while it
 * holds the line open. That descriptor ends when this process does, however it dies, so nothing is left behind, not even
 * the name; and since nothing inside reads the terminal, all that is written to it is there for whoever opens the path.
 */
const INNER = 'trap \'\' HUP; stty raw -echo; tty; cat <&3 >/dev/null; exec rm -rf "$PTY_NAMES"';

/** A real pseudo-terminal whose far end is this process. */
export interface Pty {
  /**
   * What programs open: a name of its own for the terminal, gone with its plug. The terminal's number is given to the
   * next that asks, so whoever still looks for a device of yesterday under it would open a stranger's and read its bytes.
   */
  readonly path: string;
  /** Sets the one receiver of what programs write to the path. What came before is dropped. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Sends bytes to whoever reads the path. Never blocks. */
  write(bytes: Uint8Array): void;
  /** Stops the far end as it is: it takes nothing and sends nothing, and its line stays open. Final but for closing. */
  freeze(): void;
  /** Pulls the plug at once, without waiting. */
  kill(): void;
  /** Pulls the plug and resolves when its processes are gone. May be called again. */
  close(): Promise<void>;
}

/**
 * Makes a pseudo-terminal by the program `script`, which every Debian has: Node itself cannot make one.
 * @throws PtyError script_missing, pty_failed
 */
export async function openPty(options: { clock?: Clock; script?: string } = {}): Promise<Pty> {
  const { clock = systemClock, script = 'script' } = options;
  const names = mkdtempSync(join(NAMES, 'pty-'));
  const child = spawn(script, ['-qfec', INNER, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    env: { ...process.env, SHELL: '/bin/sh', PTY_NAMES: names },
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  // Writing to a line whose plug was pulled is what happens to a device; its loss shows at the other end.
  for (const pipe of child.stdio) pipe?.on('error', () => pipe.destroy());
  const forget = () => rmSync(names, { recursive: true, force: true });
  void gone.then(() => {
    forget();
    child.stdio[3]?.destroy();
  });
  const terminal = await pathOf(child, clock).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const path = join(names, basename(terminal));
  symlinkSync(terminal, path);
  return new ScriptPty({ path, child, gone, forget });
}

function pathOf(child: ChildProcess, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = () => {
      timer.cancel();
      child.stdout?.off('data', read);
    };
    const fail = (error: PtyError) => {
      end();
      reject(error);
    };
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const path = PATH_LINE.exec(text)?.[1];
      if (path !== undefined) {
        end();
        resolve(path);
      } else if (text.length > LONGEST_PATH_LINE || text.includes('\n')) {
        fail(new PtyError('pty_failed', `script answered ${JSON.stringify(text.slice(0, 80))} instead of a path`));
      }
    };
    const timer = clock.setTimer(START_LIMIT_MS, () =>
      fail(new PtyError('pty_failed', `script named no terminal within ${START_LIMIT_MS} ms`)),
    );
    child.stdout?.on('data', read);
    child.once('exit', (code) =>
      fail(new PtyError('pty_failed', `script ended with ${code} before naming a terminal`)),
    );
    child.once('error', (error: NodeJS.ErrnoException) =>
      fail(new PtyError(error.code === 'ENOENT' ? 'script_missing' : 'pty_failed', error.message, error)),
    );
  });
}

interface Script {
  path: string;
  child: ChildProcess;
  /** Resolves when the program has ended. */
  gone: Promise<void>;
  /** Takes the name away. May be called again. */
  forget: () => void;
}

class ScriptPty implements Pty {
  readonly path: string;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #forget: () => void;
  #receive: ((bytes: Uint8Array) => void) | null = null;

  constructor({ path, child, gone, forget }: Script) {
    this.path = path;
    this.#child = child;
    this.#gone = gone;
    this.#forget = forget;
    // Always read, so that a writer to the path never waits for us.
    child.stdout?.on('data', (bytes: Buffer) => this.#receive?.(bytes));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#receive = listener;
  }

  write(bytes: Uint8Array): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(bytes);
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  kill(): void {
    this.#forget();
    this.#child.kill('SIGKILL');
  }

  async close(): Promise<void> {
    this.kill();
    await this.#gone;
  }
}
