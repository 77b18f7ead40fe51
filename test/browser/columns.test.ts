import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { isSmall, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { type Box, boxesOf, spilledPhoneParts } from '../support/page-measures.ts';
import { citizenSamples, inviting, reasons, thanks } from '../support/page-samples.ts';
import { cutColumns, wordsOverLines } from '../support/page-typography.ts';
import { columnTops, textBoxes } from '../support/reason-measures.ts';

/** Screens of few words in Mongolian: columns from one top, together in the middle, as the rows of other scripts. */

const { open, arrange } = useArrangedPages();

const WAYS: readonly (readonly Mode[])[] = [[], ['elder'], ['contrast'], ['low'], MODES];

/** Of the note of the receipt, which is Chinese where a pack has no words for it. */
const WORDS_OF_RECEIPT = '好差评系统 查询 评价 原样 显示 内容'.split(' ');

/** The box around all that match. */
async function extentOf(page: Page, selector: string): Promise<Box> {
  const boxes = await boxesOf(page, selector);
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  return { x, y, width: right - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y };
}

/** How far (px) the middle of what matches is from the middle of the screen below the bar, and how far it reaches out of it. */
async function placeInScreen(page: Page, selector: string): Promise<{ across: number; down: number; out: number }> {
  const [inner, outer] = [await extentOf(page, selector), await extentOf(page, '.screen')];
  return {
    across: Math.abs(inner.x + inner.width / 2 - outer.x - outer.width / 2),
    down: Math.abs(inner.y + inner.height / 2 - outer.y - outer.height / 2),
    out: Math.max(outer.y - inner.y, inner.y + inner.height - outer.y - outer.height),
  };
}

/** The edges of what matches, as they are drawn. */
const framesOf = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluateAll((framed) => framed.map((each) => getComputedStyle(each).borderTop));

describe('in Mongolian', () => {
  it.each(['thanks', 'ended', 'serving'] as const)('%s stands in the middle of the screen', async (name) => {
    const page = await open();
    for (const modes of [[], ['elder']] as const) {
      await arrange(page, 'mn-Mong', modes, citizenSamples[name]);
      await onEveryScreen(page, async (_size, at) => {
        const where = `${modes.join()} ${at}`;
        const { across, down, out } = await placeInScreen(
          page,
          name === 'serving' ? '.serving-text > *, .staff-card' : '.message > *',
        );
        expect(down, where).toBeLessThanOrEqual(8);
        expect(out, where).toBeLessThanOrEqual(0);
        // Across, the text of a case stands at the margin and the card of who serves at the other, as in other scripts.
        if (name !== 'serving') expect(across, where).toBeLessThanOrEqual(8);
      });
    }
  });

  it('the receipt is as high as its words, which begin at one top', async () => {
    const page = await open();
    for (const modes of [[], ['elder']] as const) {
      await arrange(page, 'mn-Mong', modes, thanks);
      await onEveryScreen(page, async ({ height }, at) => {
        const where = `${modes.join()} ${at}`;
        const [label, code, hint] = await boxesOf(page, '.receipt > *');
        expect(Math.abs(label!.y - code!.y), where).toBeLessThanOrEqual(4);
        expect(Math.abs(label!.y - hint!.y), where).toBeLessThanOrEqual(4);
        const [card] = await boxesOf(page, '.receipt');
        expect(card!.height - hint!.height, where).toBeLessThanOrEqual(height === 1080 ? 52 : 40);
        expect(card!.height, where).toBeLessThanOrEqual(Math.max(320, height * 0.4));
      });
    }
  });

  it('what the receipt is for breaks no word', async () => {
    const page = await open();
    for (const modes of WAYS) {
      await arrange(page, 'mn-Mong', modes, thanks);
      await onEveryScreen(page, async (_size, at) => {
        const broken = await wordsOverLines(page, '.receipt .quiet', WORDS_OF_RECEIPT);
        expect(broken, `${modes.join()} ${at}`).toEqual([]);
      });
    }
  });

  it('stars keep as much off their face as beside other letters', async () => {
    const page = await open();
    for (const modes of [[], ['elder']] as const) {
      await arrange(page, 'mn-Mong', modes, reasons);
      const see = async (_size: unknown, at: string) => {
        const [faces, stars] = [await boxesOf(page, '.grade .face'), await boxesOf(page, '.grade .stars')];
        const between = stars.map((star, index) => star.y - faces[index]!.y - faces[index]!.height);
        expect(Math.min(...between), `${modes.join()} ${at}`).toBeGreaterThanOrEqual(5.5);
      };
      await onEveryScreen(page, see, ALL_SIZES.filter(isSmall));
    }
  });

  it('the thanks stand in one column, and nearly half of the receipt is words', async () => {
    const page = await open();
    for (const modes of WAYS) {
      await arrange(page, 'mn-Mong', modes, thanks);
      await onEveryScreen(
        page,
        async (_size, at) => {
          const where = `${modes.join()} ${at}`;
          const [columns = []] = await columnTops(page, '.message h1');
          expect(columns, where).toHaveLength(1);
          const [card] = await boxesOf(page, '.receipt');
          const words = (await boxesOf(page, '.receipt > *')).reduce(
            (sum, { width, height }) => sum + width * height,
            0,
          );
          const roomPx = Number.parseFloat(
            await page.locator('.receipt').evaluate((receipt) => getComputedStyle(receipt).paddingTop),
          );
          const within = (card!.width - 2 * roomPx) * (card!.height - 2 * roomPx);
          // A little less than half, where whole words leave a column short.
          expect(words / within, where).toBeGreaterThanOrEqual(0.43);
        },
        ALL_SIZES,
      );
    }
  });

  it('no word of what the code is for is cut, with what its narrow space ties to it', async () => {
    const page = await open();
    for (const modes of [[], ['elder'], ['low'], MODES] as const) {
      await arrange(page, 'mn-Mong', modes, inviting);
      await onEveryScreen(page, async (_size, at) => {
        expect(await cutColumns(page, '.phone h2'), `${modes.join()} ${at}`).toEqual([]);
        expect(await spilledPhoneParts(page), `${modes.join()} ${at}`).toEqual([]);
      });
    }
  });

  it('who does not rate touches a button framed as the other one, at the margin, its columns level', async () => {
    const page = await open();
    for (const modes of WAYS) {
      await arrange(page, 'mn-Mong', modes, inviting);
      await onEveryScreen(
        page,
        async (_size, at) => {
          const where = `${modes.join()} ${at}`;
          const [tops = []] = await columnTops(page, '.button--quiet');
          expect(Math.max(...tops) - Math.min(...tops), where).toBeLessThanOrEqual(1);
          expect(await cutColumns(page, '.button--quiet'), where).toEqual([]);
          const [[decline], [screen]] = [await boxesOf(page, '.button--quiet'), await boxesOf(page, '.inviting')];
          expect(decline!.x + decline!.width, where).toBeCloseTo(screen!.x + screen!.width, 0);
          const frames = await framesOf(page, '.actions .button');
          expect(new Set(frames).size, `${where}: ${frames.join(' | ')}`).toBe(1);
        },
        ALL_SIZES,
      );
    }
  });

  it('the code ends where the grades do on a wide screen, and what one touch does is said over them', async () => {
    const page = await open();
    for (const modes of [[], ['elder']] as const) {
      await arrange(page, 'mn-Mong', modes, inviting);
      await onEveryScreen(page, async ({ width, height }, at) => {
        if (height === 480 || width < height) return;
        const [[card], [grade], [hint]] = [
          await boxesOf(page, '.phone'),
          await boxesOf(page, '.grade'),
          await boxesOf(page, '.hint'),
        ];
        const where = `${modes.join()} ${at}`;
        expect(Math.abs(card!.y + card!.height - grade!.y - grade!.height), where).toBeLessThanOrEqual(1);
        expect(hint!.y + hint!.height, where).toBeLessThanOrEqual(grade!.y - 8);
      });
    }
  });

  it('words keep 8 px from the face beside them in the largest letters, beyond 7 inches', async () => {
    const page = await open();
    await arrange(page, 'mn-Mong', MODES, inviting);
    await onEveryScreen(page, async ({ height }, at) => {
      if (height === 480) return;
      const [faces, words] = [await boxesOf(page, '.face'), await textBoxes(page, '.grade-label')];
      const gaps = faces.map(({ x, width }, index) => words[index]!.x - x - width);
      expect(Math.min(...gaps), at).toBeGreaterThanOrEqual(7.9);
    });
  });
});
