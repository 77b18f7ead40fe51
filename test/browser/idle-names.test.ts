import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, SIZES, type Size } from '../support/browser.ts';
import { chooseLanguage, chooseModes, type Mode } from '../support/comfort-choices.ts';
import { onEachListPage } from '../support/idle-list.ts';
import { atRest } from '../support/page-measures.ts';
import { citizenSamples, idle } from '../support/page-samples.ts';
import { cutItemNames, wordsOverLines } from '../support/page-typography.ts';

/** Names of the configuration on the idle screen: of the window, of its department and of what is done here. */

const { open, show } = useArrangedPages();

const WAYS: readonly (readonly Mode[])[] = [[], ['elder']];
const VIEWS = ['idle', 'idle-content'] as const;
const PLACE = '.window-name > :not(.window-number)';
/** The department's name of the samples alone. */
const WORDS_OF_PLACE = ['青城市', '自然', '资源局', '不动产', '登记'];

/** `look` at each of `views` of the idle window, plain and in large letters, in `language`. */
async function inBothWays(
  language: string,
  look: (page: Page, where: string) => Promise<void>,
  sizes: readonly Size[] = SIZES,
): Promise<void> {
  const page = await open();
  for (const modes of WAYS) {
    for (const name of VIEWS) {
      await show(page, citizenSamples.thanks);
      await show(page, citizenSamples[name]);
      await page.locator('html[lang=zh-CN]').waitFor();
      if (language !== 'zh-CN') await chooseLanguage(page, language);
      await chooseModes(page, modes);
      await onEveryScreen(page, (_size, at) => look(page, `${name} ${modes.join()} ${at}`), sizes);
    }
  }
}

/** The least way (px) from the lines of a name to the rules over and under it, and how uneven both are. */
const airOfNames = (page: Page): Promise<{ least: number; uneven: number }> =>
  page.locator('.items li > span').evaluateAll((names) => {
    const airs = names.map((name) => {
      const row = name.parentElement!.getBoundingClientRect();
      const { top, bottom, left, right } = name.getBoundingClientRect();
      const isRows = getComputedStyle(name).writingMode === 'horizontal-tb';
      return isRows ? [top - row.top, row.bottom - bottom] : [left - row.left, row.right - right];
    });
    const uneven = airs.map(([over = 0, under = 0]) => Math.abs(over - under));
    return { least: Math.min(...airs.flat()), uneven: Math.max(...uneven) };
  });

describe.each(ALL_LANGUAGES)('names on the idle screen in %s', (language) => {
  it('end no line inside a word of the window or its department', async () => {
    await inBothWays(
      language,
      async (page, where) => expect(await wordsOverLines(page, PLACE, WORDS_OF_PLACE), where).toEqual([]),
      ALL_SIZES,
    );
  });

  it('are whole, also the long ones, and keep off the rules between them', async () => {
    await inBothWays(language, async (page, where) => {
      await onEachListPage(page, async () => {
        expect(await cutItemNames(page, '.items li > span'), where).toEqual([]);
        const { least, uneven } = await airOfNames(page);
        expect(least, where).toBeGreaterThanOrEqual(LEAST_AIR_PX);
        expect(uneven, where).toBeLessThanOrEqual(1);
      });
    });
  });
});

/** Beside it the line has some 3 px of its own over and under its signs. */
const LEAST_AIR_PX = 4;

it('a name too long for its lines is cut where it ends, also on a page that runs from the right', async () => {
  const page = await open();
  const endless = idle.items.map(({ code, pieces }) => ({
    code,
    pieces: [...pieces, ...pieces, ...pieces, ...pieces],
  }));
  await show(page, { ...idle, items: endless });
  await chooseLanguage(page, 'ug');
  await page.setViewportSize(SIZES[1]);
  await atRest(page);
  const ways = await page.locator('.items li > span').evaluateAll((names) =>
    names.map((name) => {
      const { direction, textAlign } = getComputedStyle(name);
      return `${direction} ${textAlign}`;
    }),
  );
  expect(new Set(ways)).toEqual(new Set(['ltr right']));
});
