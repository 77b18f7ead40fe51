import { z } from 'zod';
import { plainLine, portPathSchema, serialSchema } from '../port/serial-settings.ts';

/** The reader of identity cards, as the signed configuration names it. It is opened only where the policy asks. */
export const idCardSettingsSchema = z.strictObject({
  path: portPathSchema,
  /** 115200 is what readers ship with (peripherals reference, b.1). */
  serial: serialSchema.default(plainLine(115_200)),
});
export type IdCardSettings = z.infer<typeof idCardSettingsSchema>;
