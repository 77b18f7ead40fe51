import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { control } from './control.ts';
import { onlyKnown, strict } from './strict.ts';

const CHILD_SIDE = new URL('./utility-child.ts', import.meta.url).href;

interface ForkOptions {
  serviceName?: string;
  stdio?: 'inherit';
  env?: NodeJS.ProcessEnv;
}

/** A utility process is a child of plain Node in which `process.parentPort` is as in Electron. */
class UtilityProcessDouble extends EventEmitter {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    super();
    this.#child = child;
    child.once('spawn', () => this.emit('spawn'));
    child.on('message', (message) => this.emit('message', message));
    child.once('exit', (code, signal) => this.emit('exit', signal === null ? (code ?? 0) : 128 + 9));
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => {});
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = strict('utilityProcess', {
  fork(modulePath: string, args: string[] = [], options: ForkOptions = {}): UtilityProcessDouble {
    onlyKnown('utilityProcess.fork', options, ['serviceName', 'stdio', 'env']);
    const child = fork(modulePath, args, {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--import', CHILD_SIDE],
      env: options.env ?? process.env,
    });
    // Electron takes its utility processes with it.
    control.endings.push(async () => void child.kill('SIGKILL'));
    return strict('UtilityProcess', new UtilityProcessDouble(child));
  },
});
