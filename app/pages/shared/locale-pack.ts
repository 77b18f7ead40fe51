import { z } from 'zod';

const key = z.string().regex(/^[a-z0-9_]+(\.[A-Za-z0-9_]+)+$/);

/** A language pack as it lies in assets/locales: the wording of one language, with who approved it. */
export const localePackSchema = z.strictObject({
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,8})*$/, 'a BCP 47 language tag'),
  /** The language's own name, as the switch shows it. */
  name: z.string().min(1).max(32),
  version: z.string().min(1).max(64),
  /** The authority that approved the wording; null keeps the pack to trial mode. */
  approvedBy: z.string().min(1).max(200).nullable(),
  /** Of letters in a line. The order of the grades does not follow it. */
  direction: z.enum(['ltr', 'rtl']),
  /** `columns`: lines stand upright and follow one another from left to right, as in traditional Mongolian. */
  lines: z.enum(['rows', 'columns']),
  /** Which strings nobody with authority has looked at, and what else whoever approves the pack must know. */
  review: z.strictObject({ unreviewed: z.union([z.literal('all'), z.array(key)]), note: z.string().max(500) }),
  /** Long words of the grades with the places where a narrow button may break them: `sat-is-fied`. */
  hyphenation: z.array(z.string().regex(/^\p{L}+(-\p{L}+)+$/u)).optional(),
  /**
   * Words of the grades, for a script that may break after every syllable: a line ends between two of them, and inside one
   * only where it is marked (`ཡིད་-ཚིམ་པ།`) and the button is too narrow.
   */
  words: z
    .array(z.string().regex(/^[^\s-]+(-[^\s-]+)*$/u))
    .nonempty()
    .optional(),
  /** Words of a script without spaces after which a narrow heading may break, and inside which it does not. */
  phrases: z.array(z.string().min(1).max(32)).nonempty().optional(),
  strings: z.record(key, z.string().min(1).max(200)),
});
export type LocalePack = z.infer<typeof localePackSchema>;
