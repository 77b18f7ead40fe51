import { createHash } from 'node:crypto';
import { type KeypadProfile, keypadProfileFile, parseKeypadProfile } from '../profile.ts';
import type { SchoolSetup } from './keypad-school.ts';

const LONGEST_TITLE = 100;

/**
 * Puts a known kind of box into service at a port, over the present word of the configuration, as a technician chose.
 * Durable on return; a crash before leaves the box that was in service.
 * @param baudRate bits per second at which it was heard; null where the line is not ours to set
 * @returns id of the profile, which is one of this device's own where the speed is not the shipped one
 * @throws the file system's error: nothing changed
 */
export function chooseProfile(
  { store, profiles, configured, note }: Pick<SchoolSetup, 'store' | 'profiles' | 'configured' | 'note'>,
  path: string,
  profile: KeypadProfile,
  baudRate: number | null,
): string {
  const isShippedSo = baudRate === null || baudRate === profile.serial.baudRate;
  const file = isShippedSo ? null : atSpeed(profile, baudRate);
  const id = file?.id ?? profile.id;
  if (file === null) store.choose(path, id, configured());
  else {
    store.keep(file, path, configured());
    profiles.set(id, parseKeypadProfile(file));
  }
  note('keypad_chosen', { profile: id, path });
  return id;
}

/** The same kind of box with another line speed, as a file. */
function atSpeed(profile: KeypadProfile, baudRate: number): { id: string } & Record<string, unknown> {
  const { id: of, title, serial, ...rest } = keypadProfileFile(profile);
  const file = { title: `${title}，${baudRate} bit/s`.slice(-LONGEST_TITLE), serial: { ...serial, baudRate }, ...rest };
  const mark = createHash('sha256')
    .update(JSON.stringify([of, file]))
    .digest('hex');
  return { id: `learned-${mark.slice(0, 12)}`, ...file };
}
