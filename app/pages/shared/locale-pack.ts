import { z } from 'zod';

/** A language pack as it lies in assets/locales: the wording of one language, with who approved it. */
export const localePackSchema = z.strictObject({
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,8})*$/, 'a BCP 47 language tag'),
  /** The language's own name, as the switch shows it. */
  name: z.string().min(1).max(32),
  version: z.string().min(1).max(64),
  /** The authority that approved the wording; null keeps the pack to trial mode. */
  approvedBy: z.string().min(1).max(200).nullable(),
  strings: z.record(z.string().regex(/^[a-z0-9_]+(\.[A-Za-z0-9_]+)+$/), z.string().min(1).max(200)),
});
export type LocalePack = z.infer<typeof localePackSchema>;
