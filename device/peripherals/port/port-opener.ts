import type { Clock } from '../../clock.ts';
import { isNetPath, parseNetPath } from './net-path.ts';
import type { PortOpener } from './opener.ts';
import { listPorts } from './port-list.ts';
import { createSerialPortOpener } from './serialport-opener.ts';
import { openTcp } from './tcp-opener.ts';
import { openUdp } from './udp-opener.ts';
import { isUsbPath, resolveUsbPath } from './usb-path.ts';

/** Every port that this product can open: serial ports of the machine, by name or fingerprint, serial servers, and devices on the network. */
export function createPortOpener(clock: Clock): PortOpener {
  const serial = createSerialPortOpener(clock);
  return {
    async open(path, options) {
      // Looked for at every opening: the box may come back at another socket.
      if (isUsbPath(path)) return serial.open(resolveUsbPath(path, await listPorts()), options);
      if (!isNetPath(path)) return serial.open(path, options);
      const net = parseNetPath(path);
      return net.scheme === 'tcp' ? openTcp(clock, path, net.host, net.port) : openUdp(path, net);
    },
  };
}
