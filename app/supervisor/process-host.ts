import type { ParentEnvelope } from './envelope.ts';

/** How a child ended. Exactly one of `code` and `signal` is set, or neither when it never started. */
export interface ChildExit {
  code: number | null;
  signal: string | null;
}

/** One child process, however it was made. Listeners are attached in the same turn as `spawn` returns. */
export interface ChildHandle {
  /** Undefined before the operating system has started it, and for ever if it could not. */
  readonly pid: number | undefined;
  /** Sends a message; one that cannot be delivered any more is dropped, because `onExit` tells of the loss. */
  post(message: ParentEnvelope): void;
  onMessage(listener: (message: unknown) => void): void;
  onSpawn(listener: (pid: number) => void): void;
  /** Called once, also for a process that could not be started. */
  onExit(listener: (exit: ChildExit) => void): void;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** Where child processes come from: Node's fork, Electron's utility processes, or a test. */
export interface ProcessHost {
  /** Starts the child of that name. A thrown error counts as a child that ended at once. */
  spawn(name: string): ChildHandle;
}
