import { EventEmitter } from 'node:events';
import { control } from './control.ts';
import { DoubleEvent } from './event.ts';
import { strict } from './strict.ts';

/** The application's life: ready, quit, exit. */
class AppDouble extends EventEmitter {
  readonly commandLine = strict('app.commandLine', {
    appendSwitch: (name: string, value?: string) => void control.switches.push([name, value]),
  });
  readonly #ended = Promise.withResolvers<number>();
  #isExiting = false;

  /** For the test: the exit code, once everything has been taken down. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  get isPackaged(): boolean {
    return control.isPackaged;
  }

  /** Chromium here always runs without its sandbox (root in a container); see README. */
  enableSandbox(): void {}

  whenReady(): Promise<void> {
    return new Promise((resolve) =>
      setImmediate(() => {
        control.isReady = true;
        resolve();
      }),
    );
  }

  requestSingleInstanceLock(): boolean {
    return control.isFirstInstance;
  }

  getPath(name: string): string {
    if (name !== 'userData') throw new Error(`electron double: getPath(${name}) is not there`);
    return control.userData;
  }

  relaunch(options: { args?: string[] } = {}): void {
    control.relaunches.push(options);
  }

  quit(): void {
    if (this.#isExiting) return;
    const event = new DoubleEvent();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  /** Without asking anybody; windows and helpers go, then the process. */
  exit(code = 0): void {
    if (this.#isExiting) return;
    this.#isExiting = true;
    for (const window of control.windows.toReversed()) window.destroy();
    void endAll().then(() => {
      this.emit('quit', new DoubleEvent(), code);
      this.#ended.resolve(code);
      control.onExit(code);
    });
  }
}

async function endAll(): Promise<void> {
  for (let end = control.endings.shift(); end !== undefined; end = control.endings.shift()) await end();
}

/** For the test, which also plays the operating system. */
export const appDouble = new AppDouble();
export const app = strict('app', appDouble);
