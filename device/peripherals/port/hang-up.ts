import { read } from 'node:fs';
import { promisify } from 'node:util';
import { unixRead } from '@serialport/bindings-cpp/dist/unix-read.js';
import type { SerialPort } from 'serialport';

const readOnce = promisify(read);

/**
 * Ends reading when the line is hung up, as closed by its device. serialport's own reader takes a read of no bytes for
 * "nothing yet" and asks again for ever: when the other end goes at the wrong moment (12 of 60 times right after the
 * opening, on a busy machine) no event ever comes and one core runs hot (serialport/node-serialport#2043).
 * A terminal opened with VMIN 1, as serialport does, answers EAGAIN when there is nothing yet; no bytes mean the end.
 * On Windows nothing is changed: its binding has a reader of its own.
 */
export function endReadingAtHangUp(port: SerialPort): void {
  // Before the first read, which serialport itself starts at this event.
  port.prependOnceListener('open', () => {
    const binding = port.port;
    if (binding === undefined || !('poller' in binding)) return;
    binding.read = (buffer, offset, length) => unixRead({ binding, buffer, offset, length, fsReadAsync: readOrHangUp });
  });
}

type Read = NonNullable<Parameters<typeof unixRead>[0]['fsReadAsync']>;

async function hangUpAware(fd: number, buffer: Buffer, offset: number, length: number, position: null) {
  const result = await readOnce(fd, buffer, offset, length, position);
  // The code that the reader sorts under "device gone".
  if (result.bytesRead === 0) throw Object.assign(new Error('the line was hung up'), { code: 'ENXIO' });
  return result;
}

/** Only the one of the many call shapes that the reader uses. */
const readOrHangUp = hangUpAware as unknown as Read;
