import { z } from 'zod';

/**
 * The manifest of a voice pack: which recorded sounds say what, in one language. A hall replaces a pack by one of its
 * own; nothing is synthesised at run time.
 */

/**
 * What can be said. `answered` is played after every grade and after "declined" alike, so a pack cannot have a sound of
 * its own for a grade: there is no key for it (design §2.5, §2.6).
 */
export const PHRASE_IDS = ['welcome', 'invite', 'answered', 'one_metre_line', 'paused', 'call'] as const;
export type PhraseId = (typeof PHRASE_IDS)[number];

/** Read out character by character: the number of a ticket, and that of the window. */
export const FILL_NAMES = ['ticket', 'window'] as const;
export type FillName = (typeof FILL_NAMES)[number];

const FILE = /^[a-z0-9][a-z0-9-]{0,62}\.wav$/;
const wavFile = z.string().regex(FILE, 'a file of the pack’s own folder, like welcome.wav');
const hole = z.enum(FILL_NAMES.map((name) => `{${name}}` as const));

const phraseSchema = z.strictObject({
  /** Sounds and holes, played one after the other. */
  parts: z
    .array(z.union([wavFile, hole]))
    .min(1)
    .max(16),
  /** What is said, for whoever checks the pack; never shown. */
  text: z.string().max(200),
});

export const voicePackSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, '1 to 64 lower-case letters, digits and hyphens'),
  version: z.string().min(1).max(64),
  /** BCP 47. */
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,8})*$/, 'a BCP 47 language tag'),
  /** The authority that approved wording and voice; null for none. */
  approvedBy: z.string().min(1).max(200).nullable(),
  /** Played where a phrase, or one character of it, is missing. */
  chime: wavFile,
  phrases: z.partialRecord(z.enum(PHRASE_IDS), phraseSchema),
  /** One sound for each digit and capital letter that can be read out. */
  characters: z.record(z.string().regex(/^[0-9A-Z]$/, 'one digit or capital letter'), wavFile),
});
export type VoicePack = z.infer<typeof voicePackSchema>;

/** Every sound that a manifest names, once. */
export function filesOf({ chime, phrases, characters }: VoicePack): string[] {
  const parts = Object.values(phrases).flatMap(({ parts: of }) => of.filter((part) => !part.startsWith('{')));
  return [...new Set([chime, ...parts, ...Object.values(characters)])];
}
