import { z } from 'zod';
import { keypadSettingsSchema } from './keypad/settings.ts';

/**
 * What the signed configuration says of peripherals (`settings.peripherals`): one member a family, absent where the
 * window has none. Each family's own file holds its schema. Pure.
 */
export const peripheralSettingsSchema = z.strictObject({
  keypad: keypadSettingsSchema.optional(),
});
export type PeripheralSettings = z.infer<typeof peripheralSettingsSchema>;

export type FamilyName = keyof PeripheralSettings;
