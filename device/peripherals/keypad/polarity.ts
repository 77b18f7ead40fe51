import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LEVELS, levelSchema } from '../../ledger/record.ts';

/**
 * What the key values of the devices we know of mean. They contradict each other, so no value has a meaning of its
 * own: a profile says which of these it follows by having the same table (peripherals reference, a.3).
 */
const polaritySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  title: z.string().min(1).max(100),
  /** Raw value of a key and its 满意度等级, null where the maker gives it none; empty where a server says it. */
  codes: z.array(z.strictObject({ code: z.int().min(0).max(255), level: levelSchema.nullable() })).max(16),
});
export type Polarity = z.infer<typeof polaritySchema>;

/** `none`: the device says that nobody rated, by time-out for instance. `unknown`: an event for the technician. */
export type CodeMeaning = { type: 'level'; level: 1 | 2 | 3 | 4 | 5 } | { type: 'none' } | { type: 'unknown' };

/** What a raw value means; an unknown one is never the best grade, as some products have it. */
export function meaningOf({ codes }: Polarity, code: number): CodeMeaning {
  const entry = codes.find((known) => known.code === code);
  if (entry === undefined) return { type: 'unknown' };
  return entry.level === null ? { type: 'none' } : { type: 'level', level: entry.level };
}

/** Whether the device has exactly one key for each grade, so that it may grade by itself (design §2.5). */
export function canGrade({ codes }: Polarity): boolean {
  const given = codes.flatMap(({ level }) => (level === null ? [] : [level]));
  return given.length === LEVELS.length && new Set(given).size === LEVELS.length;
}

/**
 * Reads the table of known polarities, assets/keypad-polarities.json.
 * @throws Error where the file is not ours as we ship it
 */
export async function readPolarities(file: string | URL): Promise<Polarity[]> {
  return z.array(polaritySchema).parse(JSON.parse(await readFile(file, 'utf8')));
}
