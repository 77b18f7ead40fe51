import { SerialPort } from 'serialport';
import type { Clock } from '../../clock.ts';
import { endReadingAtHangUp } from './hang-up.ts';
import { HeardConnection } from './heard-connection.ts';
import { OneWrite } from './one-write.ts';
import type { PortConnection, PortOpener, SerialOptions } from './opener.ts';
import { classifyOpenError } from './port-error.ts';

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

class SerialConnection extends HeardConnection {
  readonly #port: SerialPort;
  readonly #writes: OneWrite;

  constructor(port: SerialPort, clock: Clock) {
    super(port.path);
    this.#port = port;
    this.#writes = new OneWrite(clock, (code, text, cause) => this.error(code, text, cause));
    // A port that nobody reads never reports that its device went, so it flows from the first moment.
    port.on('data', (bytes: Buffer) => this.received(bytes));
    port.on('error', (error) => this.#failed(error));
    // After a failed write the event comes twice; only the first counts.
    port.on('close', (error?: Error | null) => this.lost(error?.message ?? 'closed', error ?? undefined));
  }

  protected send(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    return this.#writes.run(timeoutMs, (done) => void this.#port.write(Buffer.from(bytes), done));
  }

  protected end(): Promise<void> {
    // "Port is not open" is the only answer besides success, and means the same to us.
    return new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }

  /** Errors of writes reach their caller too; any other error means that the stream is no longer usable. */
  #failed(error: Error): void {
    if (this.#port.isOpen) this.#port.close();
    this.lost(error.message, error);
  }
}
