import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CodedError } from '../../errors.ts';
import { LEVELS, levelSchema } from '../../ledger/record.ts';
import { serialSchema } from '../port/serial-settings.ts';
import { byteSchema, type Framing, framingSchema, keySchema, repeated } from './framing/framing-schema.ts';

/**
 * One kind of button box as data. Values of keys differ from maker to maker, some the other way round, so the meaning
 * of a key stands here and nowhere in code.
 */
const keypadProfileSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, '1 to 64 of a-z, 0-9 and -'),
    title: z.string().min(1).max(100),
    /** Shown to the technician as long as the pad is in use; needed where it cannot grade. */
    note: z.string().min(1).max(200).nullable().default(null),
    serial: serialSchema,
    framing: framingSchema,
    /**
     * - `grade`: a press is a rating. Every level has exactly one key, so that five grades cost the same effort
     *   (design §2.5)
     * - `prompt-only`: a press is an event and never a rating; the citizen rates on the screen. All that a pad with
     *   fewer than five keys may be
     */
    completion: z.enum(['grade', 'prompt-only']).default('grade'),
    /** 满意度等级 of each key, as its label says; null where the maker's own word gives it none. */
    levels: z.array(z.strictObject({ key: keySchema, level: levelSchema.nullable() })).max(16),
    /** Sent when an invitation starts (lamp, beep or voice of the pad); a framed family has commands instead. */
    prompt: z.array(byteSchema).max(256).default([]),
    /** The pad stops inviting by itself after this many ms, so the prompt is repeated; null for one that does not. */
    deviceTimeoutMs: z.int().min(1000).max(600_000).nullable().default(null),
    /**
     * How the pad shows that it lives: after so much silence it is asked (by `probe`, or its family's own question), and
     * anything it sends is an answer. Null for a pad that answers nothing; its port is then watched by its path alone.
     */
    liveness: z
      .strictObject({
        everyMs: z.int().min(1000).max(600_000),
        answerWithinMs: z.int().min(100).max(60_000),
        probe: z.array(byteSchema).max(256).default([]),
      })
      .nullable()
      .default(null),
    /** Quiet time in ms that parts two presses; a contact bounces for less. */
    debounceMs: z.int().min(50).max(5000).default(400),
  })
  .superRefine((profile, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const keys: string[] = profile.levels.map((entry) => entry.key);
    const sent = new Set(profile.framing.keys.map((entry) => entry.key));
    for (const key of repeated(keys)) fault('levels', `key ${key} has more than one level`);
    for (const key of keys) if (!sent.has(key)) fault('framing', `no byte gives key ${key}`);
    for (const key of sent) if (!keys.includes(key)) fault('levels', `key ${key} has no level`);
    if (hasCommands(profile.framing) && profile.prompt.length > 0) fault('prompt', 'this family has commands instead');
    if (profile.liveness?.probe.length === 0 && profile.framing.type !== 'sundyn')
      fault('liveness', 'this family has no question of its own; give probe');
    const unequal = unequalGrades(profile.levels.map((entry) => entry.level));
    if (profile.completion === 'prompt-only' && profile.note === null) fault('note', 'tell the technician why');
    if (profile.completion === 'prompt-only' || unequal.length === 0) return;
    for (const message of unequal) fault('levels', message);
    fault('completion', 'a pad without five equal grades must say prompt-only');
  });

function hasCommands({ type }: Framing): boolean {
  return type === 'ff68' || type === 'sundyn';
}

/** Why these keys cannot give five equal grades; empty where they can. */
function unequalGrades(levels: readonly (number | null)[]): string[] {
  const missing = LEVELS.filter((level) => !levels.includes(level)).map((level) => `level ${level} has no key`);
  const twice = repeated(levels).map((level) => `level ${level} has more than one key`);
  return [...missing, ...twice, ...(levels.includes(null) ? ['a key has level null'] : [])];
}
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

/** A profile as its file has it. */
export function keypadProfileFile(profile: KeypadProfile): z.input<typeof keypadProfileSchema> {
  return z.encode(keypadProfileSchema, profile);
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
