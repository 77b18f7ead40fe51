import { type Fingerprint, fingerprintSchema, recognise } from './fingerprint.ts';
import { PortError } from './port-error.ts';
import type { ListedPort } from './port-list.ts';

const SCHEME = 'usb:';
const PARTS = new Set(['manufacturer', 'product', 'serialNumber']);

export function isUsbPath(path: string): boolean {
  return path.startsWith(SCHEME);
}

/**
 * A device by what it says of itself, wherever it is plugged in: `usb:1a86:7523?serialNumber=A1`. The query may hold
 * manufacturer, product and serialNumber.
 * @throws PortError bad_path
 */
export function parseUsbPath(path: string): Fingerprint {
  const [ids = '', query = ''] = path.slice(SCHEME.length).split('?');
  const [vendorId, productId, ...rest] = ids.split(':');
  const parts = [...new URLSearchParams(query)];
  const parsed = fingerprintSchema.safeParse({ vendorId, productId, ...Object.fromEntries(parts) });
  if (parsed.success && rest.length === 0 && parts.every(([name]) => PARTS.has(name))) return parsed.data;
  throw new PortError('bad_path', `${path} is not usb:vvvv:pppp?manufacturer=…&product=…&serialNumber=…`);
}

/**
 * The one port that fits.
 * @throws PortError missing, ambiguous, bad_path
 */
export function resolveUsbPath(path: string, ports: readonly ListedPort[]): string {
  const seen = recognise(parseUsbPath(path), ports);
  if (seen.outcome === 'found') return seen.port.device;
  if (seen.outcome === 'none') throw new PortError('missing', `no port fits ${path}`);
  const why =
    seen.reason === 'several' ? 'several ports fit' : 'it names a bridge chip that many kinds of device are built with';
  throw new PortError('ambiguous', `${path}: ${why}: ${seen.ports.map((port) => port.path).join(', ')}`);
}
