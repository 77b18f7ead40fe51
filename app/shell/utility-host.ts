import { type UtilityProcess, utilityProcess } from 'electron';
import type { ChildHandle, ProcessHost } from '../supervisor/process-host.ts';

/** What is started under a name. */
export interface UtilityEntry {
  /** Absolute path of the module; may lie inside of the asar. */
  file: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** Child processes as Electron's utility processes; to be used once the app is ready. */
export function utilityHost(entryOf: (name: string) => UtilityEntry): ProcessHost {
  return {
    spawn(name) {
      const entry = entryOf(name);
      const child = utilityProcess.fork(entry.file, [...entry.args], {
        serviceName: name,
        stdio: 'inherit',
        env: { ...process.env, ...entry.env },
      });
      return handleOf(child);
    },
  };
}

function handleOf(child: UtilityProcess): ChildHandle {
  // An 'error' that nobody hears would end the shell; 'exit' follows it and is what counts.
  child.on('error', () => {});
  return {
    get pid() {
      return child.pid;
    },
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onSpawn(listener) {
      child.once('spawn', () => {
        if (child.pid !== undefined) listener(child.pid);
      });
    },
    onExit: (listener) => child.once('exit', (code) => listener({ code, signal: null })),
    kill(signal) {
      // UtilityProcess.kill knows only SIGTERM, which one that hangs may never get to see.
      if (signal === 'SIGKILL' && child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      else child.kill();
    },
  };
}
