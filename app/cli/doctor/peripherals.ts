import { listSerialPaths } from '../../../device/peripherals/port/serialport-opener.ts';
import { windowBrowser } from '../window.ts';
import { type Check, codeOf, messageOf, pass, warn } from './check.ts';

/** Without them a touch screen still works, so nothing here is more than a warning. */
export async function checkSerial(list: () => Promise<string[]> = listSerialPaths): Promise<Check> {
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

export function checkBrowser(find: () => string | undefined = windowBrowser): Check {
  const path = find();
  if (path !== undefined) return pass('browser', `${path}.`);
  const next = 'Install chromium, name one by PINGJIAQI_CHROMIUM, or use the package with Electron.';
  return warn('browser', 'No browser for the window was found.', next);
}
