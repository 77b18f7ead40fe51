import { z } from 'zod';
import { idCardSettingsSchema } from './id-card/settings.ts';
import { keypadSettingsSchema } from './keypad/settings.ts';
import { printerSettingsSchema } from './printer/settings.ts';
import { queueSettingsSchema } from './queue/settings.ts';
import { scannerSettingsSchema } from './scanner/settings.ts';
import { voiceSettingsSchema } from './voice/settings.ts';

/**
 * What the signed configuration says of peripherals (`settings.peripherals`): one member a family, absent where the
 * window has none. Each family's own file holds its schema. Pure.
 */
export const peripheralSettingsSchema = z.strictObject({
  keypad: keypadSettingsSchema.optional(),
  idCard: idCardSettingsSchema.optional(),
  scanner: scannerSettingsSchema.optional(),
  printer: printerSettingsSchema.optional(),
  queue: queueSettingsSchema.optional(),
  /** No device of its own: how loud the window speaks. */
  voice: voiceSettingsSchema.optional(),
});
export type PeripheralSettings = z.infer<typeof peripheralSettingsSchema>;

/** Families that have a driver. */
export type FamilyName = Exclude<keyof PeripheralSettings, 'voice'>;
