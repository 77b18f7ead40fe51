import { z } from 'zod';
import { plainLine, portPathSchema, serialSchema } from '../port/serial-settings.ts';

/** The receipt printer of the window, as the signed configuration names it. */
export const printerSettingsSchema = z.strictObject({
  /** A serial device, or a printer's own like /dev/usb/lp0. */
  path: portPathSchema,
  /** Without meaning for a printer's own device. */
  serial: serialSchema.default(plainLine(9600)),
  /** False for a model that answers no status questions: it is trusted then. */
  answersStatus: z.boolean().meta({ title: 'Answers questions for its status' }).default(true),
  /** Makes QR codes itself; cheap ones do not and get a picture. */
  nativeQr: z.boolean().meta({ title: 'Makes QR codes itself' }).default(true),
  /** Dots of one module of a QR code. */
  moduleDots: z.int().min(2).max(16).meta({ title: 'Size of a QR module', unit: 'dot' }).default(6),
  cutter: z.boolean().meta({ title: 'Has a cutter' }).default(true),
  /** Dots of a line: 384 on paper of 58 mm, 576 on paper of 80 mm. */
  lineDots: z
    .union([z.literal(384), z.literal(576)])
    .meta({ title: 'Length of a line', unit: 'dot' })
    .default(576),
  /**
   * When the slip of a case with its code is printed: with the invitation, or when the visit has ended, whatever ended
   * it. Never by what came of it: paper at the window must not tell a grade from "declined" (design §2.6).
   */
  slip: z.enum(['never', 'invited', 'ended']).meta({ title: 'When the slip of a case is printed' }).default('never'),
});
export type PrinterSettings = z.infer<typeof printerSettingsSchema>;
