import { z } from 'zod';
import { levelSchema, uuidSchema } from '../../../device/ledger/record.ts';
import { codeSchema } from '../../../device/policy/catalogue.ts';
import type { CitizenView } from '../../../device/visit/views.ts';

/**
 * The socket between the citizen's page and the appliance (loopback, path `/citizen/socket`), JSON text frames.
 * The server sends the whole view on connection and whenever it changes; the page sends commands with a number and
 * gets one `ack` each. A view that a command causes arrives before its `ack`.
 */

const visit = { visitId: uuidSchema };
const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,8})*$/, 'a BCP 47 language tag');

export const citizenCommandSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('rate'), ...visit, level: levelSchema, language }),
  z.strictObject({
    type: z.literal('revise'),
    ...visit,
    level: levelSchema,
    tags: z.array(codeSchema).max(40),
    // Half of a character, where a length limit cut an emoji, has no canonical form (RFC 8785) and so no hash.
    comment: z
      .string()
      .max(500)
      .transform((text) => text.toWellFormed()),
    language,
  }),
  z.strictObject({ type: z.literal('submit'), ...visit }),
  z.strictObject({ type: z.literal('decline'), ...visit }),
  z.strictObject({ type: z.literal('extend'), ...visit }),
  z.strictObject({ type: z.literal('guide'), ...visit, on: z.boolean() }),
  z.strictObject({ type: z.literal('key'), ...visit, level: levelSchema }),
]);

export const pageMessageSchema = z.strictObject({ n: z.int().min(1), command: citizenCommandSchema });
export type PageMessage = z.infer<typeof pageMessageSchema>;

export type ServerMessage =
  | { type: 'view'; view: CitizenView }
  /** `kept: false` means nothing was stored and the same screen stands; `code` says why. */
  | { type: 'ack'; n: number; kept: boolean; code: string | null };
