import { z } from 'zod';

/** Bytes are written in hex, as device manuals print them: `0x35`. */
export const byteSchema = z.codec(
  z.string().regex(/^0x[0-9a-f]{2}$/, 'a byte in hex with two lower-case digits, like 0x35'),
  z.int().min(0).max(255),
  { decode: (text) => Number.parseInt(text, 16), encode: (byte) => hex(byte) },
);
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

/** Bytes of one run, as a box sends them for one press. */
const runSchema = z.array(byteSchema).min(1).max(64);

/** Each key is one fixed run of bytes: what learning makes of a box that nobody here has seen. */
const sequenceFramingSchema = z
  .strictObject({
    type: z.literal('sequence'),
    keys: z
      .array(z.strictObject({ bytes: runSchema, key: keySchema }))
      .min(1)
      .max(16),
    /** Runs that the box sends of its own accord, such as a sign of life or the release of a key. */
    ignore: z.array(runSchema).max(16).default([]),
    /** Silence in ms that ends a run which is not complete. */
    byteTimeoutMs: z.int().min(20).max(2000).default(100),
  })
  .superRefine((framing, context) => {
    const runs = [...framing.keys.map(({ bytes }) => bytes), ...framing.ignore];
    for (const [index, run] of runs.entries()) {
      const clash = runs.find((other, at) => at !== index && beginsWith(other, run));
      if (clash === undefined) continue;
      const message = `the run ${run.map(hex).join(' ')} begins another one`;
      context.addIssue({ code: 'custom', path: ['keys'], message });
    }
  });

/** Messages of Sundyn evaluators (peripherals reference, a.4). */
const sundynFramingSchema = z
  .strictObject({
    type: z.literal('sundyn'),
    /** `number`: the key's number in the result; what it means is a table of the hall's server. */
    keys: z
      .array(z.strictObject({ number: z.int().min(0).max(254), key: keySchema }))
      .min(1)
      .max(16),
    /** Whether an invitation starts the evaluator, which then asks. */
    start: z.boolean().default(true),
    /** While inviting, the result is asked for every so many ms, as over USB; null where the device sends it itself. */
    pollMs: z.int().min(500).max(10_000).nullable().default(null),
    /** Silence in ms that ends a message which is not complete. */
    byteTimeoutMs: z.int().min(20).max(2000).default(500),
  })
  .superRefine((framing, context) => {
    for (const number of repeated(framing.keys.map((entry) => entry.number))) {
      context.addIssue({ code: 'custom', path: ['keys'], message: `key number ${number} stands more than once` });
    }
  });

/** Whether a run begins with another one, or is the same. */
export function beginsWith(run: readonly number[], beginning: readonly number[]): boolean {
  return beginning.every((byte, index) => byte === run[index]);
}

/** Framed families join here as further members, and in frame-reader.ts and outgoing.ts. */
export const framingSchema = z.discriminatedUnion('type', [
  byteFramingSchema,
  ff68FramingSchema,
  sequenceFramingSchema,
  sundynFramingSchema,
]);
export type Framing = z.infer<typeof framingSchema>;
export type ByteFraming = z.infer<typeof byteFramingSchema>;
export type SequenceFraming = z.infer<typeof sequenceFramingSchema>;
export type SundynFraming = z.infer<typeof sundynFramingSchema>;
export type Ff68Framing = z.infer<typeof ff68FramingSchema>;

export function repeated<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
