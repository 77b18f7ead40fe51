import { z } from 'zod';

/** Bytes are written in hex, as device manuals print them: `0x35`. */
export const byteSchema = z
  .string()
  .regex(/^0x[0-9a-f]{2}$/, 'a byte in hex with two lower-case digits, like 0x35')
  .transform((text) => Number.parseInt(text, 16));
export const keySchema = z.string().regex(/^[a-z0-9_-]{1,16}$/, 'a key name of 1 to 16 of a-z, 0-9, _ and -');

/** Several bytes may stand for one key, never one byte for several keys. */
const keysSchema = z
  .array(z.strictObject({ byte: byteSchema, key: keySchema }))
  .min(1)
  .max(256);

/** One byte per press: a raw byte or one ASCII character. */
const byteFramingSchema = z
  .strictObject({
    type: z.literal('byte'),
    keys: keysSchema,
    /** Bytes that belong to a press and say nothing, like a line end after a digit. */
    ignore: z.array(byteSchema).max(256).default([]),
  })
  .superRefine((framing, context) => {
    for (const byte of repeated([...framing.keys.map((entry) => entry.byte), ...framing.ignore])) {
      context.addIssue({ code: 'custom', path: ['keys'], message: `byte ${hex(byte)} stands more than once` });
    }
  });

/** Call box and evaluator on one bus, in frames that begin with FF 68 (peripherals reference, a.2). */
const ff68FramingSchema = z
  .strictObject({
    type: z.literal('ff68'),
    /** Of this window's call box and evaluator; frames of other windows on the bus are passed over. */
    address: byteSchema,
    /** `byte`: the one data byte of an evaluator key (FUNC 11). */
    keys: keysSchema,
    /** Whether an invitation starts the evaluator, which then speaks. */
    start: z.boolean().default(true),
    /** Whether it beeps before that. */
    beep: z.boolean().default(false),
    /** Star lamps, sent whenever the port opens; null leaves the pad's own setting. */
    stars: z.int().min(1).max(5).nullable().default(null),
    /** Whether what the pad sends is answered, as it expects: the same frame back, for a key with FUNC 01. */
    acknowledge: z.boolean().default(true),
    /** Silence in ms that ends a frame which is not complete: a lost byte must not join two presses. */
    byteTimeoutMs: z.int().min(20).max(2000).default(100),
  })
  .superRefine((framing, context) => {
    for (const byte of repeated(framing.keys.map((entry) => entry.byte))) {
      context.addIssue({ code: 'custom', path: ['keys'], message: `byte ${hex(byte)} stands more than once` });
    }
  });

/** Framed families join here as further members, and in frame-reader.ts and outgoing.ts. */
export const framingSchema = z.discriminatedUnion('type', [byteFramingSchema, ff68FramingSchema]);
export type Framing = z.infer<typeof framingSchema>;
export type ByteFraming = z.infer<typeof byteFramingSchema>;
export type Ff68Framing = z.infer<typeof ff68FramingSchema>;

export function repeated<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
