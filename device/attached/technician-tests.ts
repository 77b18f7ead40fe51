import type { Clock } from '../clock.ts';
import type { CardSummary } from '../peripherals/id-card/card-identity.ts';
import type { PrintItem } from '../peripherals/printer/document.ts';
import type { DocumentOutcome } from '../peripherals/printer/printer-family.ts';
import type { Attached } from './attached.ts';

/** How long a technician has to lay a card down. */
export const CARD_TEST_MS = 15_000;

/**
 * What a card test found: that a card was read and whether its number is sound, and nothing of the person.
 * - `in_use`: a citizen's visit needs the reader now - `none`: no reader is configured - `no_card`: time was up; `hint`
 *   says what the reader's trouble is, if any
 */
export type CardTest =
  | ({ outcome: 'read' } & CardSummary)
  | { outcome: 'no_card'; hint: string | null }
  | { outcome: 'in_use' | 'none' };

/** Reads one card and forgets it. Never rejects. */
export function testCard({ raterCard, peripherals }: Attached, clock: Clock): Promise<CardTest> {
  if (!peripherals.idCard.present) return Promise.resolve({ outcome: 'none' });
  return new Promise((resolve) => {
    const timer = clock.setTimer(CARD_TEST_MS, () => {
      const hint = peripherals.status().find(({ family }) => family === 'idCard')?.hint ?? null;
      raterCard.giveBack();
      resolve({ outcome: 'no_card', hint });
    });
    const lent = raterCard.lend((identity) => {
      timer.cancel();
      raterCard.giveBack();
      resolve({ outcome: 'read', ...identity.summary() });
    });
    if (lent) return;
    timer.cancel();
    resolve({ outcome: 'in_use' });
  });
}

/** A sheet that shows what a printer can do: Chinese, sizes, places, and a code that a phone can read. Never rejects. */
export function testPrint({ peripherals }: Attached, sheet: readonly PrintItem[]): Promise<DocumentOutcome> {
  return peripherals.printer.print(() => sheet);
}
