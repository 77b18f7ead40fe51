import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark's own. */
export interface BenchChild<Said> {
  /** Its first message. */
  said: Said;
  pid: number;
  stop(): Promise<void>;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/**
 * Starts a module of this folder and waits for its first message.
 * @throws Error where it ends before
 */
export async function startChild<Said>(file: string, args: readonly string[] = []): Promise<BenchChild<Said>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { stdio: ['ignore', 2, 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${file} ended before it was ready`);
  });
  const [said] = (await Promise.race([once(child, 'message'), ended])) as [Said];
  // The race is over; a later end is what `stop` waits for.
  ended.catch(() => undefined);
  return { said, pid: child.pid ?? 0, stop: () => end(child) };
}
