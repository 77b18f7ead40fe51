import { describe, expect, it } from 'vitest';
import { staffCardsSchema } from '../../device/identity/configuration.ts';
import { isStaffCard } from '../../device/staff/staff-card.ts';
import { noCards, StaffCardError, withCards } from './staff-cards.ts';

/** Numbers that nobody has: district 999999. */
const OWN = '999999190001019992';
const OTHER = '999999190002020012';
/** The least cost that a configuration may name. */
const cheap = () => ({ ...noCards(), log2Cost: 12 });

const faultOf = async (...lines: string[]) => {
  const error: unknown = await withCards(cheap(), lines).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StaffCardError);
  return String(error);
};

describe('hashes of the staff’s cards', () => {
  it('are what a configuration takes and a device compares by, and hold no number', async () => {
    const cards = await withCards(cheap(), [OWN, '', `  ${OTHER} `]);
    expect(staffCardsSchema.parse(cards)).toEqual(cards);
    expect(cards.hashes).toHaveLength(2);
    for (const number of [OWN, OTHER]) {
      expect(await isStaffCard(number, cards)).toBe(true);
      expect(JSON.stringify(cards)).not.toContain(number);
    }
    expect(await isStaffCard('999999190001019976', cards)).toBe(false);
  });

  it('keep the cards, the salt and the cost of an earlier run, and have each card once', async () => {
    const before = await withCards(cheap(), [OWN]);
    const after = await withCards(before, [OWN, OTHER]);
    expect(after).toMatchObject({ log2Cost: before.log2Cost, salt: before.salt });
    expect(after.hashes).toHaveLength(2);
    expect(after.hashes[0]).toBe(before.hashes[0]);
  });

  it('are salted anew for every hall', () => {
    expect(noCards().salt).not.toBe(noCards().salt);
  });

  it.each([
    ['no number of a card', ['12345']],
    ['a number that was copied wrongly', [OWN.replace('9992', '9993')]],
  ])('refuse %s by its line, without saying it', async (_what, [typed = '']) => {
    const said = await faultOf(OWN, typed);
    expect(said).toContain('line 2');
    expect(said).not.toContain(typed);
  });
});
