import { constants, type FileHandle, open } from 'node:fs/promises';
import type { Clock, Timer } from '../../clock.ts';
import type { PortConnection, PortOpener } from '../port/opener.ts';
import { PortError, type PortErrorCode } from '../port/port-error.ts';

/** How often a device that takes nothing now, or has said nothing yet, is asked again. */
const ASK_EVERY_MS = 20;
const ANSWER_BYTES = 64;

/** A printer's own device file (the usblp driver of Linux), in contrast to a serial line. */
export const PRINTER_DEVICE = /^\/dev\/(usb\/)?lp\d+$/;

/**
 * Opens printers that are files. Nothing is ever waited for inside the system: a printer without paper takes no bytes,
 * and a blocked call could not be given up.
 */
export function createFileOpener(clock: Clock): PortOpener {
  return {
    async open(path) {
      const flags = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY;
      try {
        return new FileConnection(await open(path, flags), path, clock);
      } catch (error) {
        throw new PortError(OPEN_CODES[codeOf(error)] ?? 'unknown', `cannot open ${path}: ${String(error)}`, error);
      }
    },
  };
}

const OPEN_CODES: Readonly<Record<string, PortErrorCode>> = {
  ENOENT: 'missing',
  ENODEV: 'missing',
  ENXIO: 'missing',
  EACCES: 'no_permission',
  EPERM: 'no_permission',
  EBUSY: 'busy',
  EISDIR: 'not_a_tty',
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

class FileConnection implements PortConnection {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #clock: Clock;
  #receive: ((bytes: Uint8Array) => void) | null = null;
  #lost: ((cause: PortError) => void) | null = null;
  #closed = false;
  #writing = false;
  #timer: Timer;

  constructor(file: FileHandle, path: string, clock: Clock) {
    this.#file = file;
    this.#path = path;
    this.#clock = clock;
    this.#timer = clock.setTimer(0, () => void this.#listen());
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#receive = listener;
  }

  onClose(listener: (cause: PortError) => void): void {
    this.#lost = listener;
  }

  async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    if (this.#closed) throw new PortError('not_open', `${this.#path} is not open`);
    if (this.#writing) throw new PortError('write_busy', `${this.#path} still holds an earlier write`);
    this.#writing = true;
    try {
      await this.#writeAll(bytes, this.#clock.monotonicMs() + timeoutMs);
    } finally {
      this.#writing = false;
    }
  }

  async #writeAll(bytes: Uint8Array, untilMs: number): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const taken = await this.#file.write(bytes, at).then(
        ({ bytesWritten }) => bytesWritten,
        (error: unknown) => {
          if (codeOf(error) === 'EAGAIN') return 0;
          throw new PortError('write_failed', `${this.#path}: ${String(error)}`, error);
        },
      );
      at += taken;
      if (this.#closed) throw new PortError('not_open', `${this.#path} was closed`);
      if (taken > 0) continue;
      if (this.#clock.monotonicMs() >= untilMs) throw new PortError('write_timeout', `${this.#path} takes nothing`);
      await new Promise<void>((resolve) => this.#clock.setTimer(ASK_EVERY_MS, resolve));
    }
  }

  /** Reads what is there. "Nothing yet" is EAGAIN, and with some drivers no bytes at all; a lost device is an error. */
  async #listen(): Promise<void> {
    const buffer = new Uint8Array(ANSWER_BYTES);
    const taken = await this.#file.read(buffer, 0, ANSWER_BYTES, null).then(
      ({ bytesRead }) => bytesRead,
      (error: unknown) => {
        if (codeOf(error) !== 'EAGAIN') this.#lose(error);
        return 0;
      },
    );
    if (this.#closed) return;
    if (taken > 0) this.#receive?.(buffer.subarray(0, taken));
    this.#timer = this.#clock.setTimer(taken > 0 ? 0 : ASK_EVERY_MS, () => void this.#listen());
  }

  #lose(error: unknown): void {
    if (this.#closed) return;
    this.#lost?.(new PortError('disconnected', `${this.#path}: ${String(error)}`, error));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer.cancel();
    // A handle whose device is gone may refuse to close; nothing of ours is left either way.
    await this.#file.close().catch(() => undefined);
  }
}
