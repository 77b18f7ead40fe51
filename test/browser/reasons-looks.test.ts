import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ALL_LANGUAGES, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, OTHER_SIZES, SIZES, type Size } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { partsInTheirButtons } from '../support/grade-air.ts';
import { gradeLetters } from '../support/grade-measures.ts';
import { atRest, type Box, boxesOf, gapBetween } from '../support/page-measures.ts';
import { citizenSamples, inviting, reasons } from '../support/page-samples.ts';
import { columnTops, seenChoices, tagLines, textBoxes } from '../support/reason-measures.ts';

/** Air, lines and levels of the reasons: what is ticked, what sends, which heading belongs to which box. */

const { open, show, arrange } = useArrangedPages();

const VIEWS = [reasons, citizenSamples['reasons-required']];
const EVERY_MODE: readonly (readonly Mode[])[] = [[], ['elder'], ['low'], MODES];
const BLACK = 'rgb(0, 0, 0)';

/** The reasons in `language`, asked for and demanded, in each of `modes` and every one of `sizes`. */
async function everywhere(
  page: Page,
  language: string,
  modesOf: readonly (readonly Mode[])[],
  look: (size: Size, at: string, modes: readonly Mode[]) => Promise<void>,
  sizes: readonly Size[] = SIZES,
): Promise<void> {
  for (const modes of modesOf) {
    await arrange(page, language, modes, reasons);
    for (const view of VIEWS) {
      await show(page, view);
      await onEveryScreen(
        page,
        async (size, where) => {
          await atRest(page);
          await look(size, `${language} ${modes.join()} ${view.reasonAsked} ${where}`, modes);
        },
        sizes,
      );
    }
  }
}

/** Whoever means the last reason does not send. */
async function expectSendApart(page: Page, modes: readonly Mode[], at: string): Promise<void> {
  const [send] = await boxesOf(page, '.reasons .button--main');
  const gaps = (await seenChoices(page)).map((choice) => gapBetween(choice, send!));
  expect(Math.min(...gaps), at).toBeGreaterThanOrEqual(modes.includes('elder') ? 24 : 12);
}

/** What turns the list is no part of it: 8 dp under the last reason that is seen. */
async function expectTurnApart(page: Page, size: Size, at: string): Promise<void> {
  const [turn] = await boxesOf(page, '.turn');
  if (turn === undefined) return;
  const above = (await seenChoices(page)).filter(({ y, height }) => y + height <= turn.y);
  const gaps = above.map((choice) => gapBetween(choice, turn));
  expect(Math.min(...gaps), at).toBeGreaterThanOrEqual((8 * leastOf(size).textPx) / 30);
}

/** Whoever means one reason does not tick the next: 8 px between two of them. */
async function expectReasonsApart(page: Page, at: string): Promise<void> {
  const boxes = await seenChoices(page);
  const gaps = boxes.flatMap((one, index) => boxes.slice(index + 1).map((other) => gapBetween(one, other)));
  expect(Math.min(...gaps), at).toBeGreaterThanOrEqual(7.9);
}

/** From the signs of a heading to the box that it names. */
async function expectHeadingsApart(page: Page, at: string): Promise<void> {
  const [tags, comment] = await textBoxes(page, ':is(#tags-title, .comment label)');
  const [[tag], [field]] = [await boxesOf(page, '.tag'), await boxesOf(page, '.comment textarea')];
  for (const { text, box } of [
    { text: tags!, box: tag! },
    { text: comment!, box: field! },
  ]) {
    expect(box.y - text.y - (text.height + text.fontPx) / 2, at).toBeGreaterThanOrEqual(8);
  }
}

/** That the grade can be changed, beside the question and not in it. */
async function expectChangeSaid(page: Page, isTight: boolean, at: string): Promise<void> {
  expect(await page.locator('.chosen-title .quiet').isVisible(), at).toBe(!isTight);
  const [question, chosen] = await textBoxes(page, '.reasons :is(h1, .chosen-title)');
  expect(gapBetween(question!, chosen!), at).toBeGreaterThanOrEqual(0);
}

it.each(ALL_LANGUAGES)(
  'what sends, what names and what may be changed have their air in every mode: %s',
  async (language) => {
    const page = await open();
    await everywhere(page, language, EVERY_MODE, async (size, at, modes) => {
      const isTight = modes.includes('elder') && size.height === 480;
      await expectSendApart(page, modes, at);
      await expectTurnApart(page, size, at);
      if (size.height > 480) await expectReasonsApart(page, at);
      if (modes.includes('elder') && !isTight) await expectHeadingsApart(page, at);
      await expectChangeSaid(page, isTight, at);
    });
  },
);

it.each(ALL_LANGUAGES)(
  'what turns the list keeps 8 dp from the last reason on other panels too: %s',
  async (language) => {
    const page = await open();
    const look = (size: Size, at: string) => expectTurnApart(page, size, at);
    await everywhere(page, language, EVERY_MODE, look, OTHER_SIZES);
  },
);

it('grades in two rows after the choice have 16 px between the rows, one size, and air around what is drawn on them', async () => {
  const page = await open();
  for (const modes of [['elder'], MODES] as const) {
    await arrange(page, 'en', modes, reasons);
    await onEveryScreen(
      page,
      async (_size, at) => {
        const where = `${modes.join()} ${at}`;
        const grades = await boxesOf(page, '.grade');
        expect(grades[3]!.y - grades[0]!.y - grades[0]!.height, where).toBeGreaterThanOrEqual(16);
        expect(
          new Set(grades.map(({ width, height }) => `${width.toFixed(1)} × ${height.toFixed(1)}`)).size,
          where,
        ).toBe(1);
        const air = (await partsInTheirButtons(page)).filter(({ what }) => !what.endsWith('words'));
        for (const { level, what, px } of air) expect(px, `${where}: ${level}, ${what}`).toBeGreaterThanOrEqual(4);
      },
      ALL_SIZES.filter(({ width, height }) => width < height),
    );
  }
});

/** Who looked at the grades, or aims at what sends, finds them where they were. */
it.each(ALL_LANGUAGES)(
  'grades and what sends stand where they stood when a reason is demanded: %s',
  async (language) => {
    const page = await open();
    const large = ALL_SIZES.filter(({ height }) => height > 600);
    for (const modes of EVERY_MODE) {
      const asked = new Map<string, Box[]>();
      const look = () => boxesOf(page, '.reasons :is(.grade, .button--main)');
      await arrange(page, language, modes, VIEWS[0]!);
      await onEveryScreen(page, async (_size, at) => void asked.set(at, await look()), large);
      await show(page, VIEWS[1]!);
      await page.locator('[data-kind=withhold]').waitFor();
      await onEveryScreen(
        page,
        async (_size, at) => {
          const moved = (await look()).map(({ x, y }, index) =>
            Math.hypot(x - asked.get(at)![index]!.x, y - asked.get(at)![index]!.y),
          );
          expect(Math.max(...moved), `${modes.join()} ${at}`).toBeLessThanOrEqual(0.5);
        },
        large,
      );
    }
  },
);

/** All modes at once, wide: the room is the grades' and the remarks', not between the parts. */
it('in Mongolian no height is left empty under the bar, and remarks end over what is under them', async () => {
  const page = await open();
  const look = async (_size: Size, at: string) => {
    const [[screen], [title], [field]] = [
      await boxesOf(page, '.screen'),
      await boxesOf(page, '.reasons h1'),
      await boxesOf(page, '.comment textarea'),
    ];
    expect(title!.y - screen!.y, at).toBeLessThanOrEqual(40);
    const below = await boxesOf(page, '.reasons :is(.tags-foot, .button--main)');
    const gaps = below.map(({ y }) => y - field!.y - field!.height).filter((px) => px > 0);
    // Remarks have whole lines: what is left of one, and the air over what sends.
    expect(Math.min(...gaps), at).toBeLessThanOrEqual(72);
  };
  const wide = ALL_SIZES.filter(({ width, height }) => width > height && height > 600);
  await everywhere(page, 'mn-Mong', [MODES], look, wide);
});

it('after the choice columns keep 4 px from their face, and beyond 7 inches face and stars are in the middle together', async () => {
  const page = await open();
  await everywhere(page, 'mn-Mong', EVERY_MODE, async ({ width, height }, at, modes) => {
    if (width < height) return;
    const [faces, words] = [await boxesOf(page, '.face'), await textBoxes(page, '.grade-label')];
    const [stars, grades] = [await boxesOf(page, '.stars'), await boxesOf(page, '.grade')];
    const lines = await boxesOf(page, '.grade-label');
    const isTight = height === 480 && modes.includes('elder');
    const isBeside = height === 480 || !modes.includes('low') || modes.includes('elder');
    if (!isBeside) return;
    for (const [index, face] of faces.entries()) {
      // The boxes of 30 dp letters reach into one another on 7 inches; their ink stays within its line.
      const word = isTight ? lines[index]! : words[index]!;
      expect(word.x - face.x - face.width, at).toBeGreaterThanOrEqual(4);
      if (height === 480) continue;
      const grade = grades[index]!;
      const above = face.y - grade.y;
      const below = grade.y + grade.height - stars[index]!.y - stars[index]!.height;
      expect(Math.abs(above - below), at).toBeLessThanOrEqual(2);
    }
  });
});

it('the strokes of Tibetan headings end above the grades', async () => {
  const page = await open();
  await everywhere(page, 'bo', EVERY_MODE, async (_size, at) => {
    const [grade] = await boxesOf(page, '.grade');
    for (const line of await textBoxes(page, '.reasons :is(h1, .chosen-title strong)')) {
      expect(grade!.y - line.y - line.height, at).toBeGreaterThanOrEqual(8);
    }
  });
});

it('all columns of the grades begin at one level, as large as before the choice where a card has the width', async () => {
  const page = await open();
  const before = new Map<string, number[]>();
  await arrange(page, 'mn-Mong', [], inviting);
  await onEveryScreen(page, async (_size, at) => void before.set(at, await gradeLetters(page)));
  await everywhere(page, 'mn-Mong', EVERY_MODE, async (size, at, modes) => {
    const tops = await columnTops(page);
    expect(Math.max(...tops.flat()) - Math.min(...tops.flat()), at).toBeLessThanOrEqual(1);
    expect(Math.max(...tops.map((columns) => columns.length)), at).toBeGreaterThan(1);
    const rated = before.get(`at ${size.width} × ${size.height}`)!;
    const isWide = size.width > size.height && size.height > 480;
    if (isWide && modes.length === 0) expect(Math.min(...(await gradeLetters(page))), at).toBe(Math.min(...rated));
  });
});

it.each<[string, readonly Mode[]]>([
  ['high contrast', ['contrast']],
  ['all at once', MODES],
])('a ticked reason has the strongest line and a black box, and the pager is black: %s', async (_name, modes) => {
  const page = await open();
  let pagers = 0;
  await arrange(page, 'zh-CN', modes, { ...reasons, tags: [reasons.choices[0]!.code] });
  await onEveryScreen(page, async (_size, at) => {
    await atRest(page);
    const [ticked] = await tagLines(page, '.tag[aria-checked=true]');
    expect(ticked, at).toMatchObject({ color: BLACK, box: BLACK });
    const others = await tagLines(page, '.tag[aria-checked=false]');
    expect(ticked!.px, at).toBeGreaterThan(Math.max(...others.map(({ px }) => px)));
    for (const { color } of await tagLines(page, '.turn')) expect(color, at).toBe(BLACK);
    pagers += await page.locator('.turn').count();
  });
  // Only large letters on 7 inches leave reasons that are not seen.
  expect(pagers).toBe(modes.includes('elder') ? 1 : 0);
});
