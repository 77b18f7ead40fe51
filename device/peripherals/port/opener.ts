import type { PortError } from './port-error.ts';

/** Line settings of a serial port, as a device profile states them. */
export interface SerialOptions {
  /** Bits per second, 50 … 4,000,000. */
  baudRate: number;
  dataBits: 7 | 8;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
  flowControl: 'none' | 'rtscts' | 'xonxoff';
}

/** One opening of a port. It is used up when it closes; the next opening gives a new one. */
export interface PortConnection {
  /** Sets the one receiver of bytes. What arrived before it was set is dropped. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Sets the one listener for a loss. Called at most once, also when the loss came first; never after `close()`. */
  onClose(listener: (cause: PortError) => void): void;
  /**
   * Gives bytes to the operating system; resolves when it has taken them, not when the device has.
   * @param timeoutMs 1 … 2^31−1; afterwards it rejects and the bytes may still go out later
   * @throws PortError write_timeout, write_busy, write_failed, not_open
   */
  write(bytes: Uint8Array, timeoutMs: number): Promise<void>;
  /** Closes; pending writes are cancelled. Never rejects; may be called again. */
  close(): Promise<void>;
}

/** Where ports come from: real ones, or fakes in tests. Later also serial servers over TCP. */
export interface PortOpener {
  /** @throws PortError missing, no_permission, busy, not_a_tty, bad_options, unknown */
  open(path: string, options: SerialOptions): Promise<PortConnection>;
}
