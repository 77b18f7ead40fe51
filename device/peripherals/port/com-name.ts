const COM_NAME = /^(?:\\\\[.?]\\)?(COM\d{1,3})$/i;

/**
 * A serial port's name on Windows as the system prints it (`COM7` for `com7` and `\\.\COM7`); null for any other path.
 * Such a name is no file: looking it up as one would open the device.
 */
export function comName(path: string): string | null {
  return COM_NAME.exec(path)?.[1]?.toUpperCase() ?? null;
}
