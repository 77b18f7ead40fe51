import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, isSmall, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { aroundTick, partsInTheirButtons } from '../support/grade-air.ts';
import { faceSizes } from '../support/grade-measures.ts';
import { outsideMargin } from '../support/page-measures.ts';
import { inviting, reasons } from '../support/page-samples.ts';

/** On 7 inches the five buttons are small, and yet nothing in them touches their border or what is beside it. */

const { open, show, arrange } = useArrangedPages();

const WAYS: readonly (readonly Mode[])[] = [[], ['elder'], ['low'], MODES];
const SMALL = ALL_SIZES.filter(isSmall);

/** In px of 800×480, less a tenth for what begins between two pixels. Letters fill no more than four fifths of their square. */
const FROM_BORDER_PX = 3.9;
const FROM_ANOTHER_PX = 2.4;
/** As wide as on the ordinary screen after the choice. */
const STARS_PX = 63.9;

/** `look` at the question and the reasons in every language and mode, on the screens of 7 inches. */
async function onSmall(page: Page, look: (where: string, unit: number) => Promise<void>): Promise<void> {
  for (const language of ALL_LANGUAGES) {
    for (const modes of WAYS) {
      await arrange(page, language, modes, inviting);
      for (const view of [inviting, reasons]) {
        await show(page, view);
        const see = (size: Size, at: string) =>
          look(`${language} ${modes.join()} ${view.screen} ${at}`, size.height / 480);
        await onEveryScreen(page, see, SMALL);
      }
    }
  }
}

describe('on 7 inches', () => {
  it('faces, stars and words keep off the border of their button and off one another', async () => {
    const page = await open();
    const found: string[] = [];
    await onSmall(page, async (where, unit) => {
      for (const { level, what, px } of await partsInTheirButtons(page)) {
        const least = (what.endsWith('border') ? FROM_BORDER_PX : FROM_ANOTHER_PX) * unit;
        if (px < least) found.push(`${where}, ${level}: ${what} ${px.toFixed(1)} px`);
      }
    });
    expect(found).toEqual([]);
  });

  it('nothing stands outside the margins of the header, not even by what its words need', async () => {
    const page = await open();
    const found: string[] = [];
    await onSmall(page, async (where) => {
      for (const fault of await outsideMargin(page)) found.push(`${where}: ${fault}`);
    });
    expect(found).toEqual([]);
  });

  it('five stars are as long in every language and mode as on the ordinary screen after the choice', async () => {
    const page = await open();
    await onSmall(page, async (where, unit) => {
      for (const { stars } of await faceSizes(page)) expect(stars, where).toBeGreaterThanOrEqual(STARS_PX * unit);
    });
  });
});

/** Which grade a tick belongs to: on the border of two it would mark either. */
it('the tick of the chosen grade is clear of its face and on no other grade', async () => {
  const page = await open();
  const found: string[] = [];
  for (const language of ALL_LANGUAGES) {
    for (const modes of WAYS) {
      await arrange(page, language, modes, reasons);
      const see = async (_size: Size, at: string) => {
        const { face, other } = await aroundTick(page);
        if (face < 1.5 || other < 2)
          found.push(`${language} ${modes.join()} ${at}: face ${face.toFixed(1)}, other ${other.toFixed(1)}`);
      };
      await onEveryScreen(page, see, ALL_SIZES);
    }
  }
  expect(found).toEqual([]);
});
