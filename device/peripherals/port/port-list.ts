import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a USB device says of itself; null where it says nothing. */
export interface UsbIdentity {
  /** Four lower-case hex digits. */
  vendorId: string;
  productId: string;
  manufacturer: string | null;
  product: string | null;
  serialNumber: string | null;
}

/** A serial port of this machine. */
export interface ListedPort {
  /** What to configure: a name that stays with the device (/dev/serial/by-id/…) where it has one. */
  path: string;
  /** The system's own name, which may be another one after the next plug. */
  device: string;
  /** Null for ports that are no USB device. */
  usb: UsbIdentity | null;
}

/** Where the system shows its devices; others in tests. */
export interface SystemFolders {
  /** /sys/class/tty */
  tty: string;
  /** /dev */
  dev: string;
}

const SYSTEM: SystemFolders = { tty: '/sys/class/tty', dev: '/dev' };
/** A tty's USB device is a few folders above it. */
const MOST_PARENTS = 6;

/**
 * The serial ports of a Linux machine, as its kernel shows them: no program is asked, so nothing fails where udev is not
 * installed. Never throws; what cannot be read is left out.
 */
export async function listPorts(folders: SystemFolders = SYSTEM): Promise<ListedPort[]> {
  const names = await readdir(folders.tty).catch((): string[] => []);
  const stable = await stableNames(folders.dev);
  const ports = await Promise.all(names.sort().map((name) => portOf(name, folders, stable)));
  return ports.flatMap((port) => (port === null ? [] : [port]));
}

async function portOf(
  name: string,
  { tty, dev }: SystemFolders,
  stable: ReadonlyMap<string, string>,
): Promise<ListedPort | null> {
  // Consoles and pseudo-terminals have no device behind them.
  const folder = await realpath(join(tty, name, 'device')).catch(() => null);
  if (folder === null || (await isEmptySlot(join(tty, name)))) return null;
  const device = join(dev, name);
  return { path: stable.get(device) ?? device, device, usb: await usbOf(folder) };
}

/** The kernel names more 8250 ports than a machine has: those that are not there have type 0. */
async function isEmptySlot(folder: string): Promise<boolean> {
  return (await textOf(join(folder, 'type'))) === '0';
}

async function usbOf(folder: string): Promise<UsbIdentity | null> {
  let at = folder;
  for (let parent = 0; parent < MOST_PARENTS; parent += 1) {
    const [vendorId, productId] = [await textOf(join(at, 'idVendor')), await textOf(join(at, 'idProduct'))];
    if (vendorId !== null && productId !== null) {
      const of = (file: string) => textOf(join(at, file));
      const [manufacturer, product, serialNumber] = [await of('manufacturer'), await of('product'), await of('serial')];
      return { vendorId, productId, manufacturer, product, serialNumber };
    }
    at = dirname(at);
  }
  return null;
}

async function textOf(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}

/** Stable name by device; by-id before by-path, since the same box at another socket keeps only the first. */
async function stableNames(dev: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const folder of [join(dev, 'serial', 'by-id'), join(dev, 'serial', 'by-path')]) {
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const link = join(folder, name);
      const target = await readlink(link).catch(() => null);
      if (target === null) continue;
      const device = join(folder, target);
      if (!names.has(device)) names.set(device, link);
    }
  }
  return names;
}
