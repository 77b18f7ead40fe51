import { z } from 'zod';
import type { SerialOptions } from './opener.ts';

/** Line settings as profiles and configurations state them: all but the speed has one usual value. */
export const serialSchema = z.strictObject({
  baudRate: z.int().min(50).max(4_000_000).meta({ title: 'Speed', unit: 'bit/s' }),
  dataBits: z
    .union([z.literal(7), z.literal(8)])
    .meta({ title: 'Data bits', unit: 'bit' })
    .default(8),
  parity: z.enum(['none', 'even', 'odd']).meta({ title: 'Parity' }).default('none'),
  stopBits: z
    .union([z.literal(1), z.literal(2)])
    .meta({ title: 'Stop bits', unit: 'bit' })
    .default(1),
  flowControl: z.enum(['none', 'rtscts', 'xonxoff']).meta({ title: 'Flow control' }).default('none'),
});

/** 8N1 without flow control. @param baudRate bits per second */
export function plainLine(baudRate: number): SerialOptions {
  return { baudRate, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' };
}

/** Where a device is plugged in: a serial device, best one below /dev/serial/by-id, or what the port opener knows. */
export const portPathSchema = z.string().min(1).max(256).meta({ title: 'Where it is plugged in' });
