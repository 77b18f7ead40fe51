import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CodedError } from '../../errors.ts';
import { LEVELS, levelSchema } from '../../ledger/record.ts';

/** Bytes are written in hex, as device manuals print them: `0x35`. */
const byteSchema = z
  .string()
  .regex(/^0x[0-9a-f]{2}$/, 'a byte in hex with two lower-case digits, like 0x35')
  .transform((text) => Number.parseInt(text, 16));
const keySchema = z.string().regex(/^[a-z0-9_-]{1,16}$/, 'a key name of 1 to 16 of a-z, 0-9, _ and -');

/** One byte per press: a raw byte or one ASCII character. */
const byteFramingSchema = z
  .strictObject({
    type: z.literal('byte'),
    /** Several bytes may stand for one key, never one byte for several keys. */
    keys: z
      .array(z.strictObject({ byte: byteSchema, key: keySchema }))
      .min(1)
      .max(256),
    /** Bytes that belong to a press and say nothing, like a line end after a digit. */
    ignore: z.array(byteSchema).max(256).default([]),
  })
  .superRefine((framing, context) => {
    for (const byte of repeated([...framing.keys.map((entry) => entry.byte), ...framing.ignore])) {
      context.addIssue({ code: 'custom', path: ['keys'], message: `byte ${hex(byte)} stands more than once` });
    }
  });

/** Framed families (start mark, length, checksum) join here as further members, and in framing/frame-reader.ts. */
const framingSchema = z.discriminatedUnion('type', [byteFramingSchema]);
export type Framing = z.infer<typeof framingSchema>;
export type ByteFraming = z.infer<typeof byteFramingSchema>;

const serialSchema = z.strictObject({
  baudRate: z.int().min(50).max(4_000_000),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  flowControl: z.enum(['none', 'rtscts', 'xonxoff']).default('none'),
});

/**
 * One kind of button box as data. Values of keys differ from maker to maker, some the other way round, so the meaning
 * of a key stands here and nowhere in code.
 */
const keypadProfileSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, '1 to 64 of a-z, 0-9 and -'),
    title: z.string().min(1).max(100),
    serial: serialSchema,
    framing: framingSchema,
    /** 满意度等级 of each key: every level once, so that five grades cost the same effort (design §2.5). */
    levels: z.array(z.strictObject({ key: keySchema, level: levelSchema })).max(16),
    /** Sent when an invitation starts (lamp, beep or voice of the pad); empty for a pad that only listens. */
    prompt: z.array(byteSchema).max(256).default([]),
    /** Quiet time in ms that parts two presses; a contact bounces for less. */
    debounceMs: z.int().min(50).max(5000).default(400),
  })
  .superRefine((profile, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const given = profile.levels.map((entry) => entry.level);
    const keys = profile.levels.map((entry) => entry.key);
    const sent = new Set(profile.framing.keys.map((entry) => entry.key));
    for (const level of LEVELS) if (!given.includes(level)) fault('levels', `level ${level} has no key`);
    for (const level of repeated(given)) fault('levels', `level ${level} has more than one key`);
    for (const key of repeated(keys)) fault('levels', `key ${key} has more than one level`);
    for (const key of keys) if (!sent.has(key)) fault('framing', `no byte gives key ${key}`);
    for (const key of sent) if (!keys.includes(key)) fault('levels', `key ${key} has no level`);
  });
export type KeypadProfile = z.infer<typeof keypadProfileSchema>;

/** `unreadable`: no such file, or not JSON. `bad_profile`: the message lists every fault with its place. */
export class KeypadProfileError extends CodedError<'unreadable' | 'bad_profile'> {}

/**
 * Checks a profile from outside and fills in its defaults.
 * @throws KeypadProfileError bad_profile
 */
export function parseKeypadProfile(value: unknown): KeypadProfile {
  const parsed = keypadProfileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'profile'}: ${issue.message}`);
  throw new KeypadProfileError('bad_profile', faults.join('; '), {
    next: 'stop',
    hint: 'Correct the keypad profile at the places named, or choose a shipped one.',
  });
}

/**
 * Reads a profile file; those we ship are in assets/keypad-profiles.
 * @throws KeypadProfileError unreadable, bad_profile
 */
export async function readKeypadProfile(file: string | URL): Promise<KeypadProfile> {
  return parseKeypadProfile(await readJson(file));
}

async function readJson(file: string | URL): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const message = `cannot read keypad profile ${String(file)}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new KeypadProfileError('unreadable', message, {
      next: 'stop',
      hint: 'Name a JSON file that exists and that the service user may read.',
      cause,
    });
  }
}

function repeated<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
