import { accessSync, constants, statSync } from 'node:fs';
import { type Check, fail, messageOf, pass, warn } from './check.ts';

/** Whether this user may keep a device's data there, and nobody else may read them. */
export function checkFolder(dir: string): Check {
  const name = 'data folder';
  try {
    const stat = statSync(dir, { throwIfNoEntry: false });
    if (stat === undefined) {
      return warn(name, `${dir} is not there yet.`, 'Start the device, or name its folder by --data.');
    }
    if (!stat.isDirectory()) return fail(name, `${dir} is no folder.`, 'Remove it or name another folder.');
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((stat.mode & 0o077) === 0) return pass(name, `${dir}, its owner's alone.`);
    return warn(name, `Other users may look into ${dir}.`, `Run: chmod 700 ${dir}`);
  } catch (error) {
    return fail(
      name,
      `${dir} cannot be used: ${messageOf(error)}.`,
      'Run as the user of the device, or give it the folder.',
    );
  }
}
