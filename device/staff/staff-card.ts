import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { staffCardsSchema } from '../identity/configuration.ts';
import { derive } from './pin-hash.ts';

/**
 * Cards of the staff, known by hash alone. One salt for all of a configuration, so that a card costs one derivation
 * however many people serve here; a number has few enough possible values to be guessed, which is why it costs that much.
 */
export type StaffCards = z.infer<typeof staffCardsSchema>;

/** What a number is hashed by; `hashes` are for comparing only. */
type Recipe = Pick<StaffCards, 'log2Cost' | 'salt'>;

const HASH_BYTES = 32;

function hashOf(number: string, { log2Cost, salt }: Recipe): Promise<Buffer> {
  const recipe = { cost: 2 ** log2Cost, blockSize: 8, parallelism: 1, salt: Buffer.from(salt, 'base64') };
  return derive(number.toUpperCase(), recipe, HASH_BYTES);
}

/** The hash of a card's number as `settings.staffCards.hashes` carries it: base64 without padding. */
export async function hashStaffCard(number: string, recipe: Recipe): Promise<string> {
  return (await hashOf(number, recipe)).toString('base64').replace(/=+$/, '');
}

/** Whether a card is one of the staff's own; takes some 0.1 s off the main thread. */
export async function isStaffCard(number: string, cards: StaffCards): Promise<boolean> {
  const given = await hashOf(number, cards);
  return cards.hashes.some((hash) => timingSafeEqual(Buffer.from(hash, 'base64'), given));
}
