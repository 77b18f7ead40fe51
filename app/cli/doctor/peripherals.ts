import { accessSync, constants } from 'node:fs';
import { bridgeOf } from '../../../device/peripherals/port/fingerprint.ts';
import { type ListedPort, listPorts } from '../../../device/peripherals/port/port-list.ts';
import { listSerialPaths } from '../../../device/peripherals/port/serialport-opener.ts';
import type { PeripheralSettings } from '../../../device/peripherals/settings.ts';
import { windowBrowser } from '../window.ts';
import { type Check, codeOf, messageOf, pass, warn } from './check.ts';

/** The kernel's own list on Linux, where no program need be asked; serialport's elsewhere (COM names on Windows). */
async function namedPorts(): Promise<string[]> {
  return process.platform === 'linux' ? (await listPorts()).map(describePort) : listSerialPaths();
}

/** A port with what its USB device says; a bridge chip is named, since it says nothing of what is behind it. */
export function describePort(port: ListedPort): string {
  const { path, usb } = port;
  if (usb === null) return path;
  const said = [usb.manufacturer, usb.product, usb.serialNumber].filter((text) => text !== null);
  const bridge = bridgeOf(port);
  const chip = bridge === null ? [] : [`${bridge}, a chip in many devices: name this port itself`];
  return `${path} (${[`USB ${usb.vendorId}:${usb.productId}`, ...said, ...chip].join(', ')})`;
}

/** Without them a touch screen still works, so nothing here is more than a warning. */
export async function checkSerial(list: () => Promise<string[]> = namedPorts): Promise<Check> {
  try {
    const paths = await list();
    return pass('serial ports', paths.length === 0 ? 'None is connected.' : `${paths.join(', ')}.`);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      return warn('serial ports', `They cannot be listed: ${messageOf(error)}.`, 'Check the rights of this user.');
    }
    const next = 'Install udev, or name the port of each box in the configuration.';
    return warn('serial ports', 'The command udevadm is missing, so ports cannot be listed.', next);
  }
}

/**
 * What the configuration names, one line each: whether the path is there and may be used by this user. Opens nothing,
 * so a running device is not disturbed.
 */
export function checkPeripherals(settings: PeripheralSettings): Check[] {
  return Object.entries(settings).flatMap(([family, named]) =>
    named !== undefined && 'path' in named && named.path.startsWith('/') ? [checkPath(family, named.path)] : [],
  );
}

function checkPath(family: string, path: string): Check {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return pass(family, `${path} is there.`);
  } catch (error) {
    if (codeOf(error) === 'EACCES') {
      const next = 'Let the user of the device into the group that owns it (on Debian: dialout, or lp for printers).';
      return warn(family, `${path} may not be used by this user.`, next);
    }
    return warn(family, `${path} is not there.`, 'Check its plug and power, and the path in the configuration.');
  }
}

export function checkBrowser(find: () => string | undefined = windowBrowser): Check {
  const path = find();
  if (path !== undefined) return pass('browser', `${path}.`);
  const next = 'Install chromium, name one by PINGJIAQI_CHROMIUM, or use the package with Electron.';
  return warn('browser', 'No browser for the window was found.', next);
}
