import { z } from 'zod';

/** The button box of the window, as the signed configuration names it. */
export const keypadSettingsSchema = z.strictObject({
  /**
   * Where the box is: a serial device, best one below /dev/serial/by-id; COM3 on Windows; usb:vvvv:pppp?serialNumber=… by
   * what it says of itself; tcp://host:port of a serial server; udp://address:port?listen=port.
   */
  path: z.string().min(1).max(256).meta({ title: 'Where the button box is' }),
  /** Id of a profile: one of assets/keypad-profiles, or one that was learned at this device. */
  profile: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, '1 to 64 of a-z, 0-9 and -')
    .meta({ title: 'Profile of the button box', description: '1 to 64 of a-z, 0-9 and -' }),
});
export type KeypadSettings = z.infer<typeof keypadSettingsSchema>;
