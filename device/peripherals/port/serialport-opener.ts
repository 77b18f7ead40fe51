import { SerialPort } from 'serialport';
import type { Clock } from '../../clock.ts';
import { endReadingAtHangUp } from './hang-up.ts';
import { OneWrite } from './one-write.ts';
import type { PortConnection, PortOpener, SerialOptions } from './opener.ts';
import { classifyOpenError, PortError } from './port-error.ts';

/** The ports of this machine. Nothing else in the product imports serialport. */
export function createSerialPortOpener(clock: Clock): PortOpener {
  return { open: (path, options) => openSerialPort(clock, path, options) };
}

/**
 * Paths of the serial ports that this machine names.
 * @throws Error; on Linux code `ENOENT` where the command `udevadm` is not installed
 */
export async function listSerialPaths(): Promise<string[]> {
  const ports = await SerialPort.list();
  return ports.map(({ path }) => path);
}

/**
 * Always a new object: one that lost a write says it is open again and then refuses every write. Keys that were pressed
 * while nobody had the port open are gone, because serialport empties the queues when it sets the baud rate.
 */
async function openSerialPort(clock: Clock, path: string, options: SerialOptions): Promise<PortConnection> {
  try {
    const port = new SerialPort(portSettings(path, options));
    endReadingAtHangUp(port);
    const connection = new SerialConnection(port, clock);
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    return connection;
  } catch (error) {
    throw classifyOpenError(error, path);
  }
}

function portSettings(path: string, options: SerialOptions) {
  const { baudRate, dataBits, parity, stopBits, flowControl } = options;
  const handshake = {
    rtscts: flowControl === 'rtscts',
    xon: flowControl === 'xonxoff',
    xoff: flowControl === 'xonxoff',
  };
  // hupcl drops DTR on closing, which resets many pads and readers on every reopening.
  return { path, baudRate, dataBits, parity, stopBits, ...handshake, hupcl: false, lock: true, autoOpen: false };
}

class SerialConnection implements PortConnection {
  readonly #port: SerialPort;
  readonly #writes: OneWrite;
  #receive: ((bytes: Uint8Array) => void) | null = null;
  #lossListener: ((cause: PortError) => void) | null = null;
  #loss: PortError | null = null;
  #closed = false;

  constructor(port: SerialPort, clock: Clock) {
    this.#port = port;
    this.#writes = new OneWrite(clock, (code, text, cause) => new PortError(code, `${port.path}: ${text}`, cause));
    // A port that nobody reads never reports that its device went, so it flows from the first moment.
    port.on('data', (bytes: Buffer) => this.#receive?.(bytes));
    port.on('error', (error) => this.#failed(error));
    // After a failed write the event comes twice; only the first counts.
    port.on('close', (error?: Error | null) => this.#lost(error));
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
    if (this.#closed) return Promise.reject(new PortError('not_open', `${this.#port.path} is not open`));
    return this.#writes.run(timeoutMs, (done) => void this.#port.write(Buffer.from(bytes), done));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#receive = null;
    // "Port is not open" is the only answer besides success, and means the same to us.
    await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }

  /** Errors of writes reach their caller too; any other error means that the stream is no longer usable. */
  #failed(error: Error): void {
    if (this.#port.isOpen) this.#port.close();
    this.#lost(error);
  }

  #lost(error: Error | null | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#receive = null;
    this.#loss = new PortError('disconnected', `${this.#port.path}: ${error?.message ?? 'closed'}`, error);
    this.#lossListener?.(this.#loss);
  }
}
