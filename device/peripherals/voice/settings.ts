import { z } from 'zod';
import { DAY_MS, SHANGHAI_OFFSET_MS } from '../../time.ts';

const volumeStepSchema = z.strictObject({
  /** From this time of day on, Shanghai time. */
  from: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day like 08:30')
    .meta({ title: 'From', description: '00:00 to 23:59', unit: 'time of day in Asia/Shanghai' }),
  /** 0 is silent, 100 the loudest. */
  percent: z.int().min(0).max(100).meta({ title: 'Volume', unit: '%' }),
});
export type VolumeStep = z.infer<typeof volumeStepSchema>;

export const voiceSettingsSchema = z.strictObject({
  /** Whether a called number is said here too; most queue systems say it themselves, and two voices are none. */
  calls: z.boolean().meta({ title: 'Called numbers are said here too' }).default(false),
  /** Quieter in the morning, silent at night. Steps in any order; the last one of the day holds until the first. */
  volume: z
    .array(volumeStepSchema)
    .max(24)
    .refine((steps) => new Set(steps.map(({ from }) => from)).size === steps.length, 'each time of day once')
    .meta({ title: 'Volume over the day' })
    .default([]),
});

/** What a device is as loud as where nobody said anything. */
export const PLAIN_VOLUME_PERCENT = 60;

const minutesOf = (from: string) => Number(from.slice(0, 2)) * 60 + Number(from.slice(3));

/** The volume of this moment, 0 … 100. @param wallMs ms since 1970 */
export function volumeAt(steps: readonly VolumeStep[], wallMs: number): number {
  const minute = Math.floor(((wallMs + SHANGHAI_OFFSET_MS) % DAY_MS) / 60_000);
  const byTime = steps.toSorted((a, b) => minutesOf(a.from) - minutesOf(b.from));
  const now = byTime.findLast(({ from }) => minutesOf(from) <= minute) ?? byTime.at(-1);
  return now?.percent ?? PLAIN_VOLUME_PERCENT;
}
