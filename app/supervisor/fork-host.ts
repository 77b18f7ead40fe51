import { type ChildProcess, fork } from 'node:child_process';
import type { ChildHandle, ProcessHost } from './process-host.ts';

/** What is started under a name. */
export interface ForkEntry {
  /** Absolute path of the module. */
  file: string;
  args?: readonly string[];
  /** Added to the parent's environment. */
  env?: Readonly<Record<string, string>>;
}

/**
 * Child processes of plain Node, on the Node that runs the parent.
 * @param entryOf asked again at each start, so that a later child can be told what an earlier one said when ready
 */
export function forkHost(entryOf: (name: string) => ForkEntry): ProcessHost {
  return { spawn: (name) => handleOf(start(entryOf(name))) };
}

/**
 * Structured clone instead of JSON, so that bytes and dates cross as in Electron. The parent's standard output carries
 * lines that programs read (design §7), so a child's goes to standard error.
 */
function start(entry: ForkEntry): ChildProcess {
  return fork(entry.file, entry.args ?? [], {
    serialization: 'advanced',
    stdio: ['ignore', 2, 'inherit', 'ipc'],
    execArgv: [],
    env: { ...process.env, ...entry.env },
  });
}

function handleOf(child: ChildProcess): ChildHandle {
  return {
    get pid() {
      return child.pid;
    },
    post(message) {
      // Between death and 'exit' the channel is closed already; the callback takes the error that says so.
      if (child.connected) child.send(message, ignoreLateFailure);
    },
    onMessage: (listener) => child.on('message', listener),
    onSpawn(listener) {
      child.once('spawn', () => {
        if (child.pid !== undefined) listener(child.pid);
      });
    },
    onExit(listener) {
      const once = { done: false };
      const end = (code: number | null, signal: string | null) => {
        if (once.done) return;
        once.done = true;
        listener({ code, signal });
      };
      child.once('exit', end);
      // Without a pid there was no start, and so there will be no 'exit'.
      child.on('error', () => {
        if (child.pid === undefined) end(null, null);
      });
    },
    kill: (signal) => child.kill(signal),
  };
}

/** The exit event tells of the loss; the ends of the outbox ask again. */
function ignoreLateFailure(): void {}
