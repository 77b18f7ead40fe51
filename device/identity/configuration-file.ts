import { z } from 'zod';

/** The document as a centre answers for it (reference-protocol §3). */
const replySchema = z.looseObject({ configuration: z.string() });

/**
 * The compact JWS in a file that somebody brought: alone, or in the JSON that a centre answers with. Whether it is one,
 * and signed, is judged where it is used.
 */
export function readConfigurationFile(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return trimmed;
  try {
    return replySchema.safeParse(JSON.parse(trimmed)).data?.configuration ?? trimmed;
  } catch {
    return trimmed; // no JSON either: the signature check refuses it
  }
}
