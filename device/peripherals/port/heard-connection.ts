import type { PortConnection } from './opener.ts';
import { PortError } from './port-error.ts';

/** What the connections of every kind of port have in common: who listens, and that a loss is told once. */
export abstract class HeardConnection implements PortConnection {
  readonly #path: string;
  #receive: ((bytes: Uint8Array) => void) | null = null;
  #lossListener: ((cause: PortError) => void) | null = null;
  #loss: PortError | null = null;
  #over = false;

  constructor(path: string) {
    this.#path = path;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#receive = listener;
  }

  onClose(listener: (cause: PortError) => void): void {
    this.#lossListener = listener;
    const loss = this.#loss;
    if (loss !== null) queueMicrotask(() => listener(loss));
  }

  write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    if (this.#over) return Promise.reject(new PortError('not_open', `${this.#path} is not open`));
    return this.send(bytes, timeoutMs);
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#receive = null;
    await this.end();
  }

  protected abstract send(bytes: Uint8Array, timeoutMs: number): Promise<void>;
  /** Gives the socket back; may be called again, and after a loss. */
  protected abstract end(): Promise<void>;

  protected received(bytes: Uint8Array): void {
    this.#receive?.(bytes);
  }

  protected error(code: 'write_timeout' | 'write_busy' | 'write_failed' | 'disconnected', text: string, cause?: Error) {
    return new PortError(code, `${this.#path}: ${text}`, cause);
  }

  protected lost(text: string, cause?: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#receive = null;
    this.#loss = this.error('disconnected', text, cause);
    this.#lossListener?.(this.#loss);
  }
}
