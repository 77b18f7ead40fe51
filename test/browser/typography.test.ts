import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ALL_LANGUAGES, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { inkUnder } from '../support/grade-measures.ts';
import { boxesOf, gapBetween } from '../support/page-measures.ts';
import { citizenSamples, inviting } from '../support/page-samples.ts';
import { textBoxes } from '../support/reason-measures.ts';

/** Edges, words and lines of the citizen's page as a typographer would have them, beyond 7 inches. */

const { open, show, arrange } = useArrangedPages();

const required = citizenSamples['reasons-required'];
const EVERY_MODE: readonly (readonly Mode[])[] = [[], ['elder'], ['low'], MODES];
/** Columns stand otherwise: test/browser/columns.test.ts. */
const IN_ROWS = ALL_LANGUAGES.filter((language) => language !== 'mn-Mong');
/** Of the token in the code: the part of its side that its quiet zone takes on each side, 4 modules. */
const QUIET = 4 / Number(/viewBox="0 0 (\d+)/.exec(inviting.qrSvg)?.[1]);

/** On 7 inches a button turns the list of reasons; on the next screen it is gone a moment later, once the list was measured. */
const beyondSmall = (page: Page, look: Parameters<typeof onEveryScreen>[1]) =>
  onEveryScreen(page, async (size, at) => {
    if (size.height === 480) return;
    await expect.poll(() => page.locator('.reasons .tags-foot .turn').count(), { message: at }).toBe(0);
    await look(size, at);
  });

/** How many lines each text of `selector` takes, text by text as `<wbr>` parts them. */
const linesOfWords = (page: Page, selector: string): Promise<{ text: string | null; lines: number }[]> =>
  page.locator(selector).evaluate((element) =>
    [...element.childNodes]
      .filter((node) => node.nodeType === 3)
      .map((node) => {
        const letters = document.createRange();
        letters.selectNodeContents(node);
        return { text: node.textContent, lines: letters.getClientRects().length };
      }),
  );

it.each(IN_ROWS)(
  'the way not to rate ends on the margin of the page, and not at the foot of the screen: %s',
  async (language) => {
    const page = await open();
    for (const modes of EVERY_MODE) {
      await arrange(page, language, modes, inviting);
      await beyondSmall(page, async ({ height }, size) => {
        const at = `${modes.join()} ${size}`;
        const [words] = await textBoxes(page, '.inviting .button--quiet');
        const [button] = await boxesOf(page, '.inviting .button--quiet');
        const [row] = await boxesOf(page, '.inviting .actions');
        const endPx = language === 'ug' ? words!.x - row!.x : row!.x + row!.width - words!.x - words!.width;
        expect(Math.abs(endPx), at).toBeLessThanOrEqual(2);
        expect(height - button!.y - button!.height, at).toBeGreaterThanOrEqual(16);
      });
    }
  },
);

it('in Uyghur face and words of the reasons stand where reading begins, and a last bracket on the edge of its box', async () => {
  const page = await open();
  for (const modes of EVERY_MODE) {
    await arrange(page, 'ug', modes, required!);
    await beyondSmall(page, async ({ width, height }, size) => {
      const at = `${modes.join()} ${size}`;
      const [faces, words] = [await boxesOf(page, '.face'), await textBoxes(page, '.grade-label')];
      const besides = width > height ? faces : [];
      expect(
        besides.filter(({ x }, index) => x < words[index]!.x + words[index]!.width),
        at,
      ).toEqual([]);
      const [title, label] = await textBoxes(page, ':is(#tags-title, .comment label)');
      const [[list], [field]] = [await boxesOf(page, '.tag-list'), await boxesOf(page, '.comment textarea')];
      // A bracket of half an em, with the little that every letter has beside it; the list reaches 2 px beyond its boxes.
      const stops = [
        list!.x + list!.width - 2 - title!.x - title!.width,
        field!.x + field!.width - label!.x - label!.width,
      ];
      expect(Math.max(...stops.map(Math.abs)), at).toBeLessThanOrEqual(1);
      for (const line of ['#tags-title', '.comment label'])
        expect(await lastSignEm(page, line), at).toBeLessThanOrEqual(0.6);
    });
  }
});

/** Width of the last sign of `selector` in em. */
const lastSignEm = (page: Page, selector: string): Promise<number> =>
  page.locator(selector).evaluate((element) => {
    const text = element.firstChild!;
    const sign = document.createRange();
    sign.setStart(text, (text.textContent?.length ?? 1) - 1);
    sign.setEnd(text, text.textContent?.length ?? 1);
    return sign.getBoundingClientRect().width / Number.parseFloat(getComputedStyle(element).fontSize);
  });

it('in the lower half what is asked for once more stands in the place of what was asked, as large, and nothing moves', async () => {
  const page = await open();
  for (const language of ['zh-CN', 'en', 'ug']) {
    for (const modes of [['low'], MODES] as const) {
      await arrange(page, language, modes, { ...required!, tags: [] });
      const before = new Map<string, unknown>();
      const choices = () => boxesOf(page, '.grade, .tag, .reasons .button--main, .comment textarea');
      await beyondSmall(page, async (_size, at) => void before.set(at, await choices()));
      await page.locator('.reasons .button--main').evaluate((send: HTMLElement) => send.click());
      await page.locator('.not-kept:not(:empty, .last-seconds)').waitFor();
      await beyondSmall(page, async (_size, size) => {
        const at = `${language} ${modes.join()} ${size}`;
        expect(await choices(), at).toEqual(before.get(size));
        const [asked, again] = await textBoxes(page, '#tags-title, .not-kept:not(.last-seconds)');
        expect(again!.fontPx, at).toBeGreaterThanOrEqual(asked!.fontPx * (language === 'en' ? 0.8 : 1));
        const [box] = await boxesOf(page, '.not-kept:not(.last-seconds)');
        const gaps = (await choices()).map((choice) => gapBetween(choice, box!));
        expect(Math.min(...gaps), at).toBeGreaterThanOrEqual(0);
      });
    }
  }
});

it('lines of Tibetan grades have the pitch that stacks need', async () => {
  const page = await open();
  for (const modes of EVERY_MODE) {
    await arrange(page, 'bo', modes, inviting);
    for (const view of [inviting, required!]) {
      await show(page, view);
      await beyondSmall(page, async ({ width, height }, at) => {
        const pitch = await page.locator('.grade-label').evaluateAll((labels) =>
          labels.map((label) => {
            const { lineHeight, fontSize } = getComputedStyle(label);
            return Number.parseFloat(lineHeight) / Number.parseFloat(fontSize);
          }),
        );
        const isReasonsUpright = view.screen === 'reasons' && width < height;
        const least = isReasonsUpright ? 1.65 : 1.45;
        expect(Math.min(...pitch), `${view.screen} ${modes.join()} ${at}`).toBeGreaterThanOrEqual(least - 0.001);
      });
    }
  }
});

it('the words beside the code are whole, and as far from the edge of their card as the code', async () => {
  const page = await open();
  for (const language of IN_ROWS) {
    for (const modes of EVERY_MODE.slice(1)) {
      await arrange(page, language, modes, inviting);
      await beyondSmall(page, async ({ width, height }, size) => {
        if (width < height) return;
        const at = `${language} ${modes.join()} ${size}`;
        const [card] = await boxesOf(page, '.phone');
        const [code] = await boxesOf(page, '.phone img');
        const inkPx = Math.min(code!.x - card!.x, card!.x + card!.width - code!.x - code!.width) + QUIET * code!.width;
        for (const { x, width: along } of await boxesOf(page, '.phone > div > *')) {
          if (along === 0) continue;
          const edgePx = Math.min(x - card!.x, card!.x + card!.width - x - along);
          expect(edgePx, at).toBeGreaterThanOrEqual(inkPx - 2);
        }
        if (language === 'en') return;
        const hint = await textBoxes(page, '.phone .quiet, .enlarge span');
        const lines = modes.includes('elder') ? 1 : 2;
        const seen = hint.filter((line) => line.width > 0);
        expect(
          seen.map((line) => Math.round(line.height / line.fontPx / 1.4)),
          at,
        ).toEqual([lines]);
      });
    }
  }
});

it('the Chinese hint breaks between its phrases alone, also in a page of another script', async () => {
  const page = await open();
  for (const language of ['zh-CN', 'bo', 'ug']) {
    for (const modes of EVERY_MODE) {
      await arrange(page, language, modes, inviting);
      await beyondSmall(page, async (_size, at) => {
        const words = await linesOfWords(page, '.hint');
        expect(words.map(({ text }) => text)).toContain('评价，');
        expect(
          words.filter(({ lines }) => lines > 1),
          `${language} ${modes.join()} ${at}`,
        ).toEqual([]);
      });
    }
  }
});

it.each(IN_ROWS)(
  'what enlarges the code has its air: the glass in a line of words, 8 px to the border: %s',
  async (language) => {
    const page = await open();
    for (const modes of [['elder'], MODES] as const) {
      await arrange(page, language, modes, inviting);
      await beyondSmall(page, async (_size, size) => {
        const at = `${modes.join()} ${size}`;
        const [[glass], [button]] = [await boxesOf(page, '.enlarge .icon'), await boxesOf(page, '.enlarge')];
        const [words] = await textBoxes(page, '.enlarge span');
        // Over a single line of words it stands as over a column; a line to itself over two lines is one too many.
        const isOver = glass!.y + glass!.height <= words!.y + 1;
        expect(isOver && words!.height > 2 * words!.fontPx, at).toBe(false);
        const ends = [words!, glass!].flatMap(({ x, width }) => [x - button!.x, button!.x + button!.width - x - width]);
        expect(Math.min(...ends), at).toBeGreaterThanOrEqual(8);
        if (!isOver) expect(gapBetween(glass!, words!), at).toBeLessThanOrEqual(12);
        expect(words!.height, at).toBeLessThanOrEqual(3 * words!.fontPx);
        expect(await inkUnder(page, '.phone h2', button!.y), at).toBeGreaterThanOrEqual(6);
      });
    }
  },
);

it.each(IN_ROWS)(
  'upright the hint in large letters belongs to the grades, clear of the code, and both stand by the middle of all five: %s',
  async (language) => {
    const page = await open();
    for (const name of ['inviting', 'inviting-guided', 'inviting-again'] as const) {
      await arrange(page, language, ['elder'], citizenSamples[name]);
      await beyondSmall(page, async ({ width, height }, size) => {
        if (width > height) return;
        const at = `${name} ${size}`;
        const [[hint], [card], grades] = [
          await boxesOf(page, '.hint'),
          await boxesOf(page, '.phone'),
          await boxesOf(page, '.grade'),
        ];
        const last = grades.at(-1)!;
        const middle = (grades[0]!.y + last.y + last.height) / 2;
        expect(Math.abs((hint!.y + card!.y + card!.height) / 2 - middle), at).toBeLessThanOrEqual(8);
        const fromCodePx = gapBetween(hint!, card!);
        expect(fromCodePx, at).toBeGreaterThanOrEqual(32);
        expect(fromCodePx, at).toBeGreaterThanOrEqual(gapBetween(hint!, grades[1]!));
      });
    }
  },
);

it.each(IN_ROWS)(
  'in the lower half of a wide screen what heads the grades and the reasons is one line: %s',
  async (language) => {
    const page = await open();
    for (const modes of [['low'], MODES] as const) {
      await arrange(page, language, modes, required!);
      await beyondSmall(page, async ({ width, height }, size) => {
        if (width < height) return;
        const [chosen, title] = await textBoxes(page, ':is(.chosen-title .quiet, #tags-title)');
        const step = chosen!.y + chosen!.height / 2 - title!.y - title!.height / 2;
        expect(Math.abs(step), `${modes.join()} ${size}`).toBeLessThanOrEqual(3);
      });
    }
  },
);

it('in Uyghur the heading over the keys has the brackets of the same heading over the remarks', async () => {
  const page = await open();
  await arrange(page, 'ug', [], required!);
  await page.locator('#comment').click();
  await page.locator('.writing h1').waitFor();
  expect(await lastSignEm(page, '.writing h1')).toBeLessThanOrEqual(0.6);
});

it('no line ends in the day of an earlier visit', async () => {
  const page = await open();
  for (const language of ALL_LANGUAGES) {
    for (const modes of EVERY_MODE) {
      await arrange(page, language, modes, inviting);
      await show(page, citizenSamples['inviting-again']);
      await page.locator('.again').waitFor();
      const see = async (_size: Size, at: string) =>
        expect(await linesOfDay(page), `${language} ${modes.join()} ${at}`).toBe(1);
      await onEveryScreen(page, see, ALL_SIZES);
    }
  }
});

/** In how many lines the day of an earlier visit stands. */
const linesOfDay = (page: Page): Promise<number> =>
  page.locator('.again').evaluate((again) => {
    const text = again.firstChild!;
    const day = document.createRange();
    day.setStart(text, text.textContent!.indexOf('2026'));
    day.setEnd(text, text.textContent!.indexOf('03') + 2);
    return new Set([...day.getClientRects()].map(({ top }) => Math.round(top))).size;
  });
