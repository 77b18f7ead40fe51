import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bridgeOf, recognise } from './fingerprint.ts';
import { type ListedPort, listPorts, type UsbIdentity } from './port-list.ts';
import { parseUsbPath, resolveUsbPath } from './usb-path.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sys-'));
  await mkdir(join(root, 'tty'));
  await mkdir(join(root, 'dev', 'serial', 'by-id'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

/** A USB device with one tty on one of its interfaces, laid out as the kernel does. */
async function plug(tty: string, files: Record<string, string>, byId?: string): Promise<void> {
  const device = join(root, 'devices', `usb-${tty}`);
  const port = join(device, '1-2:1.0', tty);
  await mkdir(port, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(device, name), `${text}\n`);
  await mkdir(join(root, 'tty', tty));
  await symlink(port, join(root, 'tty', tty, 'device'));
  if (byId !== undefined) await symlink(`../../${tty}`, join(root, 'dev', 'serial', 'by-id', byId));
}
const list = () => listPorts({ tty: join(root, 'tty'), dev: join(root, 'dev') });

describe('the ports of a machine', () => {
  it('are listed with what their USB device says, under the name that stays', async () => {
    const files = { idVendor: '0403', idProduct: '6001', manufacturer: 'FTDI', product: 'USB Serial', serial: 'A1' };
    await plug('ttyUSB0', files, 'usb-FTDI_A1');
    await plug('ttyUSB1', { idVendor: '1a86', idProduct: '7523' });
    expect(await list()).toEqual([
      {
        path: join(root, 'dev/serial/by-id/usb-FTDI_A1'),
        device: join(root, 'dev/ttyUSB0'),
        usb: { vendorId: '0403', productId: '6001', manufacturer: 'FTDI', product: 'USB Serial', serialNumber: 'A1' },
      },
      {
        path: join(root, 'dev/ttyUSB1'),
        device: join(root, 'dev/ttyUSB1'),
        usb: { vendorId: '1a86', productId: '7523', manufacturer: null, product: null, serialNumber: null },
      },
    ]);
  });

  it('do not hold consoles, empty slots and what cannot be read', async () => {
    await mkdir(join(root, 'tty', 'tty1'));
    await mkdir(join(root, 'devices', 'serial8250'), { recursive: true });
    for (const [tty, type] of [
      ['ttyS0', '4'],
      ['ttyS1', '0'],
    ] as const) {
      await mkdir(join(root, 'tty', tty));
      await writeFile(join(root, 'tty', tty, 'type'), type);
      await symlink(join(root, 'devices', 'serial8250'), join(root, 'tty', tty, 'device'));
    }
    expect(await list()).toEqual([{ path: join(root, 'dev/ttyS0'), device: join(root, 'dev/ttyS0'), usb: null }]);
  });

  it('are none where the kernel shows none, and nothing fails', async () => {
    expect(await listPorts({ tty: join(root, 'none'), dev: join(root, 'none') })).toEqual([]);
    expect(Array.isArray(await listPorts())).toBe(true);
  });
});

const usb = (vendorId: string, productId: string, more: Partial<UsbIdentity> = {}): UsbIdentity => ({
  vendorId,
  productId,
  manufacturer: null,
  product: null,
  serialNumber: null,
  ...more,
});
const port = (device: string, identity: UsbIdentity | null): ListedPort => ({ path: device, device, usb: identity });

describe('a device known by its fingerprint', () => {
  const own = port('/dev/ttyACM0', usb('1234', 'abcd', { product: 'Pad', serialNumber: '7' }));
  const other = port('/dev/ttyACM1', usb('1234', 'abcd', { product: 'Pad', serialNumber: '8' }));
  const bridge = port('/dev/ttyUSB0', usb('1a86', '7523'));
  const builtIn = port('/dev/ttyS0', null);

  it.each<[string, ListedPort[], string]>([
    ['usb:1234:abcd', [own, bridge, builtIn], '/dev/ttyACM0'],
    ['usb:1234:abcd?serialNumber=8', [own, other], '/dev/ttyACM1'],
    ['usb:1234:abcd?product=Pad&serialNumber=7', [other, own], '/dev/ttyACM0'],
  ])('%s is found', (path, ports, device) => {
    expect(resolveUsbPath(path, ports)).toBe(device);
  });

  it.each<[string, ListedPort[], string]>([
    ['usb:1234:abcd?product=Reader', [own], 'missing'],
    ['usb:1234:abce', [own, builtIn], 'missing'],
    ['usb:1234:abcd', [own, other], 'ambiguous'],
    // A chip that is in everything: even one alone may be the reader and not the pad.
    ['usb:1a86:7523', [bridge, own], 'ambiguous'],
  ])('%s is %s no guess', (path, ports, code) => {
    expect(() => resolveUsbPath(path, ports)).toThrow(expect.objectContaining({ code }));
  });

  it('a bridge chip with a serial number of its own may be named by it', () => {
    const known = port('/dev/ttyUSB3', usb('10c4', 'ea60', { serialNumber: '0042' }));
    expect(recognise({ vendorId: '10c4', productId: 'ea60', serialNumber: '0042' }, [known])).toMatchObject({
      outcome: 'found',
    });
    expect([bridgeOf(known), bridgeOf(bridge), bridgeOf(own)]).toEqual(['CP210x', 'CH340', null]);
  });

  it.each([
    'usb:',
    'usb:1234',
    'usb:1234:ABCD',
    'usb:1234:abcd:1',
    'usb:1234:abcd?colour=red',
    'usb:1234:abcd?product=',
  ])('%s is refused with what a path looks like', (path) => {
    expect(() => parseUsbPath(path)).toThrow(expect.objectContaining({ code: 'bad_path' }));
  });
});
