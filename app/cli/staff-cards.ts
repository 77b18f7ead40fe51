import { randomBytes } from 'node:crypto';
import { hasRightCheckDigit } from '../../device/peripherals/id-card/check-digit.ts';
import { hashStaffCard, type StaffCards } from '../../device/staff/staff-card.ts';

/** Numbers of citizens' cards have 18 characters, those of the permit of 2017 have 15 (design §2.7: none is ever shown). */
const NUMBER = /^(?:\d{17}[\dX]|[A-Z]{3}\d{12})$/;
const LOG2_COST = 15;
const SALT_BYTES = 16;
/** As many as a configuration may hold. */
const MOST = 500;

/** What is wrong with a typed line; by its place alone, since the line may be a card's number all the same. */
export class StaffCardError extends Error {}

/** Of a configuration that has no cards yet. */
export const noCards = (): StaffCards => ({
  log2Cost: LOG2_COST,
  salt: randomBytes(SALT_BYTES).toString('base64').replace(/=+$/, ''),
  hashes: [],
});

/** @throws StaffCardError for a line that is no number of a card, or one that was copied wrongly */
function numberOf(line: string, at: number): string {
  const number = line.trim().toUpperCase();
  if (!NUMBER.test(number)) throw new StaffCardError(`line ${at}: not the number of an identity card`);
  if (number.length === 18 && !hasRightCheckDigit(number)) {
    throw new StaffCardError(`line ${at}: the check digit does not fit; read the card again`);
  }
  return number;
}

/**
 * `settings.staffCards` with the cards of `lines` beside those of `known`, each once. Of a number nothing stays but its
 * hash. Some 0.1 s a card.
 * @param lines one number each; empty ones are passed over
 * @throws StaffCardError
 */
export async function withCards(
  known: StaffCards,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<StaffCards> {
  const hashes = new Set(known.hashes);
  let at = 0;
  for await (const line of lines) {
    at += 1;
    if (line.trim() !== '') hashes.add(await hashStaffCard(numberOf(line, at), known));
    if (hashes.size > MOST) throw new StaffCardError(`line ${at}: more than ${MOST} cards`);
  }
  return { ...known, hashes: [...hashes] };
}
