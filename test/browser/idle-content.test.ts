import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, isSmall, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { chooseLanguage, chooseModes, type Mode } from '../support/comfort-choices.ts';
import { onEachListPage } from '../support/idle-list.ts';
import { boxesOf, clippedElements } from '../support/page-measures.ts';
import { citizenSamples, idle } from '../support/page-samples.ts';

/** What the hall adds to the idle screen, in every language and size, also in large letters. */

const { open, show } = useArrangedPages();

const MODE_SETS: readonly (readonly Mode[])[] = [[], ['elder']];

/** Parts of the window's half that are not seen, or reach over its edge. */
function spilled(page: Page): Promise<string[]> {
  return page.locator('.window-panel').evaluate((panel) => {
    const edge = panel.getBoundingClientRect();
    const must = [...panel.querySelectorAll('.window-head, .staff-card, .window-code, .window-code *, .staff-name')];
    return must
      .filter((part) => {
        const { top, bottom, left, right, height } = part.getBoundingClientRect();
        return (
          height < 8 || top < edge.top - 1 || bottom > edge.bottom + 1 || left < edge.left - 1 || right > edge.right + 1
        );
      })
      .map((part) => `${part.tagName} ${part.className}`);
  });
}

/** What whoever complains or hesitates wants to know, and does not see, but in large letters on 7 inches; blank rows. */
function hiddenOnce(page: Page, { height }: Size): Promise<string[]> {
  return page.evaluate((isSmall) => {
    const wanted = isSmall ? [] : ['.staff-name ~ .quiet', '.foot span'];
    const hidden = wanted.filter((part) => document.querySelector(part)?.checkVisibility() !== true);
    const list = document.querySelector('.items ul')!;
    const rows = getComputedStyle(list).gridTemplateRows.split(' ').map(Number.parseFloat);
    const blankPx = list.clientHeight - rows.reduce((sum, row) => sum + row, 0);
    return blankPx > 1 ? [...hidden, `${blankPx} px blank`] : hidden;
  }, height === 480);
}

async function expectAllItems(page: Page, modes: readonly Mode[], size: Size, at: string): Promise<number> {
  const shown: { said: string; names: string[] }[] = [];
  await onEachListPage(page, async (said) => {
    shown.push({ said, names: await page.locator('.items li').allInnerTexts() });
  });
  expect(
    shown.flatMap(({ names }) => names),
    at,
  ).toEqual(idle.items.map(({ pieces }) => pieces.join('')));
  if (shown.length === 1) return 1;
  let from = 1;
  for (const { said, names } of shown) {
    expect(said, at).toBe(`${from}–${from + names.length - 1} / ${idle.items.length}`);
    from += names.length;
  }
  const [button] = await boxesOf(page, '.turn-items');
  expect(button!.height, at).toBeGreaterThanOrEqual(modes.includes('elder') ? leastOf(size).targetPx : 44);
  return shown.length;
}

describe.each(ALL_LANGUAGES)('idle in %s', (language) => {
  it("has the window's code with its warning, and says which of how many items it shows", async () => {
    const page = await open();
    let turned = 0;
    for (const modes of MODE_SETS) {
      await show(page, citizenSamples['idle-content']);
      await page.locator('html[lang=zh-CN]').waitFor();
      if (language !== 'zh-CN') await chooseLanguage(page, language);
      await chooseModes(page, modes);
      await onEveryScreen(page, async (size, where) => {
        const at = `${modes.join()} ${where}`;
        expect([...(await clippedElements(page)), ...(await spilled(page))], at).toEqual([]);
        turned += (await expectAllItems(page, modes, size, at)) - 1;
        expect(await hiddenOnce(page, size), at).toEqual([]);
      });
      await show(page, citizenSamples.thanks);
    }
    expect(turned).toBeGreaterThan(0);
  });
});

it('what turns to a picture or a notice is a target of 60 dp on 7 inches', async () => {
  const page = await open();
  await show(page, citizenSamples['idle-content']);
  for (const language of ALL_LANGUAGES) {
    await chooseLanguage(page, language);
    const see = async (size: Size, at: string) => {
      for (const { width, height } of await boxesOf(page, '.dot'))
        expect(Math.min(width, height), `${language} ${at}`).toBeGreaterThanOrEqual(leastOf(size).targetPx - 0.5);
    };
    await onEveryScreen(page, see, ALL_SIZES.filter(isSmall));
  }
});
