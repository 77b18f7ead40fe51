import type { PortConnection, PortOpener, SerialOptions } from '../port/opener.ts';
import { PortError } from '../port/port-error.ts';

/** A connection that a test plays the device of. */
export class FakeConnection implements PortConnection {
  readonly written: number[][] = [];
  closed = false;
  /** What the next writes do: go through, at once or when `took` is called, hang for ever, or fail with the error. */
  nextWrite: 'ok' | 'slow' | 'hang' | PortError = 'ok';
  #taking: (() => void) | null = null;
  #receive: ((bytes: Uint8Array) => void) | null = null;
  #lost: ((cause: PortError) => void) | null = null;

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#receive = listener;
  }

  onClose(listener: (cause: PortError) => void): void {
    this.#lost = listener;
  }

  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    if (this.nextWrite === 'hang') throw new PortError('write_timeout', `fake took nothing for ${timeoutMs} ms`);
    if (typeof this.nextWrite !== 'string') throw this.nextWrite;
    if (this.#taking !== null) throw new PortError('write_busy', 'fake is still taking an earlier write');
    this.written.push([...bytes]);
    if (this.nextWrite === 'slow') await new Promise<void>((resolve) => (this.#taking = resolve));
  }

  /** The system says that the slow write is done, which may be after the device has answered it. */
  took(): void {
    const taking = this.#taking;
    this.#taking = null;
    taking?.();
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** The device sends. */
  send(...bytes: number[]): void {
    if (!this.closed) this.#receive?.(Uint8Array.from(bytes));
  }

  /** The device goes away and the system says so. */
  unplug(): void {
    this.#lost?.(new PortError('disconnected', 'fake: unplugged'));
  }
}

/** Opens fakes; what is at the path is the test's to say. */
export class FakeOpener implements PortOpener {
  readonly connections: FakeConnection[] = [];
  readonly openedWith: { path: string; options: SerialOptions }[] = [];
  /** The identity that the path has now; null when nothing is there. */
  identity: string | null = 'first';
  /** What openings do: succeed while something is at the path, fail with the error, or never answer. */
  nextOpen: 'ok' | 'hang' | Error = 'ok';
  readonly #late: (() => void)[] = [];

  readonly identify = async (): Promise<string | null> => this.identity;

  async open(path: string, options: SerialOptions): Promise<PortConnection> {
    this.openedWith.push({ path, options });
    if (this.nextOpen === 'hang') await new Promise<void>((resolve) => this.#late.push(resolve));
    else if (this.nextOpen !== 'ok') throw this.nextOpen;
    if (this.identity === null) throw new Error(`Error: No such file or directory, cannot open ${path}`);
    const connection = new FakeConnection();
    this.connections.push(connection);
    return connection;
  }

  /** Lets openings that hung succeed after all. */
  releaseLate(): void {
    for (const release of this.#late.splice(0)) release();
  }

  get newest(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nothing was opened yet');
    return connection;
  }
}
