import { z } from 'zod';
import { plainLine, portPathSchema, serialSchema } from '../port/serial-settings.ts';
import { scanRulesSchema } from './scan-rules.ts';

/** The scanner of the window, as the signed configuration names it. */
export const scannerSettingsSchema = z.strictObject({
  ...scanRulesSchema.shape,
  path: portPathSchema,
  serial: serialSchema.default(plainLine(9600)),
  /** Code of the item that a scanned slip is for; where left out, the only one of the window, or none in particular. */
  item: z.string().min(1).max(64).meta({ title: 'Item that a slip is for' }).optional(),
  /** Whether a scan opens the rating screen too; if not, staff invite. */
  invite: z.boolean().meta({ title: 'A scan opens the rating screen' }).default(true),
});
export type ScannerSettings = z.infer<typeof scannerSettingsSchema>;
