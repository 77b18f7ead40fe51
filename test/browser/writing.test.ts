import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { KEY_BOUNCE_MS } from '../../app/pages/citizen/touch-guard.ts';
import { onEveryScreen } from '../support/arranged-pages.ts';
import { SIZES, type Size } from '../support/browser.ts';
import { chooseLanguage, chooseModes, OTHER_LANGUAGES } from '../support/comfort-choices.ts';
import { blanksInColumn, inkFaults } from '../support/key-ink.ts';
import { atRest, axeViolations, boxesOf, clippedElements, lowContrast } from '../support/page-measures.ts';
import { inviting, NEXT_VISIT_ID, reasons } from '../support/page-samples.ts';
import { lyingColumns } from '../support/page-typography.ts';
import { usePages } from '../support/pages.ts';

/** The comment by touch alone: the built page, keys tapped as a finger does. */

const pages = usePages();
const { fixture } = pages;

beforeEach(() => {
  fixture.onCommand = () => ({ kept: true, code: null });
});

async function open(size: Size = SIZES[0], language = 'zh-CN'): Promise<Page> {
  fixture.citizenView = inviting;
  return atTheKeys(await pages.open(fixture.citizenUrl, size), language);
}

async function atTheKeys(page: Page, language: string): Promise<Page> {
  await page.locator('.grade').first().waitFor();
  if (language !== 'zh-CN') await chooseLanguage(page, language);
  fixture.show({ ...reasons, tags: [] });
  await page.locator('#comment').tap();
  await page.locator('.keys').waitFor();
  return page;
}

const key = (page: Page, name: string) => page.locator('.keyboard').getByRole('button', { name, exact: true });

/** As fast as the machine can: nothing that holds the same letter twice in a row, which could be one that bounced. */
async function tap(page: Page, keys: string): Promise<void> {
  for (const name of keys) await key(page, name).tap();
}

/** Candidates of the row that are seen and cut, how many are not seen, and the button that shows them all. */
async function row(page: Page): Promise<{ cut: string[]; hidden: number; button: boolean }> {
  await atRest(page);
  return page.locator('.candidate-list').evaluate(async (list) => {
    for (const _frame of [1, 2, 3]) await new Promise(requestAnimationFrame);
    const edge = list.getBoundingClientRect();
    const all = [...list.children];
    const seen = all.filter((each) => getComputedStyle(each).opacity !== '0');
    const cut = seen.filter((each) => {
      const { left, right } = each.getBoundingClientRect();
      return left < edge.left - 2 || right > edge.right + 2;
    });
    const more = document.querySelector('.more');
    const button = more?.checkVisibility({ visibilityProperty: true }) === true;
    return { cut: cut.map((each) => each.textContent ?? ''), hidden: all.length - seen.length, button };
  });
}

const written = (page: Page) => page.locator('#comment').inputValue();
const kept = () => fixture.commands.at(-1);

describe.each(SIZES)('at $width × $height', (size) => {
  it('a remark is written in pinyin by touch and goes with the reasons, with nothing cut off or too small', async () => {
    const page = await open(size);
    await tap(page, 'paidui');
    await page
      .locator('.candidate')
      .filter({ hasText: /^排队$/ })
      .first()
      .tap();
    await tap(page, 'taijiu');
    expect([...(await axeViolations(page)), ...(await clippedElements(page))]).toEqual([]);
    expect(await lowContrast(page, '#app *', 7)).toEqual([]);
    for (const [modes, least] of [
      [['elder'], 50],
      [[], 44],
    ] as const) {
      await chooseModes(page, modes);
      const { cut, hidden, button } = await row(page);
      expect({ cut, button }).toEqual({ cut: [], button: hidden > 0 });
      const [more] = await boxesOf(page, '.more');
      expect(Math.min(more!.width, more!.height)).toBeGreaterThanOrEqual(least);
    }
    await key(page, '空格').tap();
    await key(page, '。').tap();
    expect(await written(page)).toBe('排队太久。');
    for (const modes of [[], ['elder']] as const) {
      await chooseModes(page, modes);
      expect(await clippedElements(page)).toEqual([]);
      // 60 dp in 老年模式, 44 dp else: 56 and 41 px on 10.1 in, 50 and 37 px on 7 in.
      const least = { elder: size.height === 480 ? 50 : 56, plain: size.height === 480 ? 37 : 41 };
      for (const { width, height } of await boxesOf(page, '.key, .candidate')) {
        expect(Math.min(width, height)).toBeGreaterThanOrEqual(modes.length === 1 ? least.elder : least.plain);
      }
    }
    await key(page, '完成').tap();
    expect(await written(page)).toBe('排队太久。');
    await expect.poll(kept).toMatchObject({ type: 'revise', level: 2, comment: '排队太久。' });
  });
});

it.each([SIZES[1], SIZES[2]])('every language has keys that fit at $width × $height', async (size) => {
  for (const language of OTHER_LANGUAGES) {
    const page = await open(size, language);
    expect([...(await clippedElements(page)), ...(await lyingColumns(page))], language).toEqual([]);
  }
});

it('a comma in a column keeps clear of the sign above it, and Mongolian letters stay joined', async () => {
  const page = await open(SIZES[0], 'mn-Mong');
  for (const modes of [[], ['elder']] as const) {
    await chooseModes(page, modes);
    for (const size of [SIZES[0], SIZES[1]]) {
      await page.setViewportSize(size);
      const where = `${modes.join()} ${size.width} × ${size.height}`;
      await page.locator('#comment').fill('齐，');
      await atRest(page);
      const blanks = await blanksInColumn(page, '#comment');
      expect(blanks, where).toHaveLength(1);
      expect(blanks[0], where).toBeGreaterThanOrEqual(2);
      await page.locator('#comment').fill('ᠦᠨᠡᠯᠡᠬᠦ');
      expect(await blanksInColumn(page, '#comment'), where).toEqual([]);
    }
  }
});

describe('the keys', () => {
  it.each([
    ['mn-Mong', 'ᠮᠣᠩ', 'ᠮᠣᠩ'],
    ['bo', 'བོད་ཡིག།', 'བོད་ཡིག།'],
    ['ug', 'ياخشى', 'ياخشى'],
    ['en', 'ok', 'ok'],
  ])('write %s', async (language, keys, text) => {
    const page = await open(SIZES[0], language);
    if (language === 'ug') {
      await tap(page, 'يا');
      await key(page, '换一组字符').tap();
      await tap(page, 'خ');
      await key(page, '换一组字符').tap();
      await tap(page, 'شى');
    } else await tap(page, keys);
    expect(await written(page)).toBe(text);
  });

  it.each(SIZES)('hold their signs, apart from border and hint, at $width × $height', async (size) => {
    for (const language of ['zh-CN', ...OTHER_LANGUAGES]) {
      const page = await open(size, language);
      for (const level of ['first', 'second']) {
        if (level === 'second') await page.locator('.key[aria-pressed]').first().tap();
        for (const modes of [[], ['elder']] as const) {
          await chooseModes(page, modes);
          await atRest(page);
          expect(await inkFaults(page), `${language} ${level} ${modes.join()}`).toEqual([]);
        }
      }
    }
  });

  it('tell Mongolian letters of one shape by a Latin hint that is no part of their name', async () => {
    const page = await open(SIZES[0], 'mn-Mong');
    const shown = new Map<string, string>();
    for (const letter of 'ᠣᠤᠥᠦᠲᠳ') shown.set(letter, await key(page, letter).locator('.key-hint').innerText());
    expect([...shown.values()].join(' ')).toBe('o u ö ü t d');
  });

  it('write letters that stand 8 px and more above the candidates, as large as all text', async () => {
    const page = await open(SIZES[0]);
    await tap(page, 'shi');
    for (const [modes, leastPx] of [
      [[], 18],
      [['elder'], 28],
    ] as const) {
      await chooseModes(page, modes);
      await atRest(page);
      const [letters] = await boxesOf(page, '.letters');
      const [candidate] = await boxesOf(page, '.candidate');
      expect(candidate!.y - letters!.y - letters!.height).toBeGreaterThanOrEqual(8);
      const size = await page
        .locator('.letters')
        .evaluate((each) => Number.parseFloat(getComputedStyle(each).fontSize));
      expect(size).toBeGreaterThanOrEqual(leastPx);
    }
  });

  it('go from one layout to the next and to digits and back, and write what was typed on the way', async () => {
    const page = await open();
    await tap(page, 'hao');
    await key(page, '123').tap();
    await tap(page, '1');
    await key(page, '拼音').tap();
    await key(page, 'ABC').tap();
    await tap(page, 'ab');
    await key(page, '删除').tap();
    expect(await written(page)).toBe('好1a');
  });

  it('write a letter twice that is struck twice, and once where the contact broke for an instant', async () => {
    fixture.citizenView = inviting;
    const page = await pages.openHeld();
    await page.goto(fixture.citizenUrl);
    await atTheKeys(page, 'en');
    await tap(page, 'too');
    await page.clock.runFor(KEY_BOUNCE_MS);
    await tap(page, 'ok');
    expect(await written(page)).toBe('took');
  });

  it('take letters back before text, write at the caret, and leave physical keys as they are', async () => {
    const page = await open();
    await page.keyboard.type('很');
    await page.keyboard.press('Home');
    await tap(page, 'nix');
    await key(page, '删除').tap();
    await page.locator('.candidate').first().tap();
    expect(await written(page)).toBe('你很');
  });

  it('cut nothing of what hangs below the line of a "g"', async () => {
    const page = await open(SIZES[0]);
    await tap(page, 'chuangk');
    for (const modes of [[], ['elder']] as const) {
      await chooseModes(page, modes);
      await onEveryScreen(page, async (_size, at) => {
        await atRest(page);
        const cutPx = await page.locator('.letters').evaluate((letters) => {
          const { fontWeight, fontSize, fontFamily, overflowY } = getComputedStyle(letters);
          const brush = document.createElement('canvas').getContext('2d')!;
          brush.font = `${fontWeight} ${fontSize} ${fontFamily}`;
          const ink = brush.measureText(letters.textContent ?? '');
          const line = document.createRange();
          line.selectNodeContents(letters);
          const baseline = line.getBoundingClientRect().bottom - ink.fontBoundingBoxDescent;
          const edge = overflowY === 'visible' ? innerHeight : letters.getBoundingClientRect().bottom;
          return baseline + ink.actualBoundingBoxDescent - edge;
        });
        expect(cutPx, `${modes.join()} ${at}`).toBeLessThanOrEqual(0);
      });
    }
  });

  it('have a button for more candidates only where more follow, and cut none at the end of the row', async () => {
    const page = await open(SIZES[1]);
    let without = 0;
    for (const letters of ['shi', 'chuangk', 'nou']) {
      await tap(page, letters);
      const { cut, hidden, button } = await row(page);
      expect({ cut, button }, letters).toEqual({ cut: [], button: hidden > 0 });
      without += button ? 0 : 1;
      while ((await page.locator('.letters').innerText()) !== '')
        await key(page, '删除').evaluate((back: HTMLElement) => back.click());
    }
    expect(without).toBe(1);
  });

  it.each(SIZES)(
    'show more candidates in rows from edge to edge, as many as there is room for, at $width × $height',
    async (size) => {
      const page = await open(size);
      await tap(page, 'shi');
      await page.locator('.more').tap();
      for (const modes of [[], ['elder']] as const) {
        await chooseModes(page, modes);
        await atRest(page);
        const [list] = await boxesOf(page, '.candidate-list');
        const boxes = await boxesOf(page, '.candidate');
        const seen = await page
          .locator('.candidate')
          .evaluateAll((all) => all.map((each) => getComputedStyle(each).opacity === '1'));
        const shown = boxes.filter((_box, index) => seen[index]);
        const [first] = shown;
        const rows = new Set(shown.map(({ y }) => y)).size;
        const inRow = shown.filter(({ y }) => y === first!.y);
        expect([first!.x - list!.x, list!.x + list!.width - inRow.at(-1)!.x - first!.width].map(Math.round)).toEqual([
          0, 0,
        ]);
        const step = boxes[inRow.length]!.y - first!.y;
        const room = Math.floor((list!.height + step - first!.height + 1) / step);
        expect(rows).toBe(Math.min(Math.ceil(boxes.length / inRow.length), room));
        expect(rows).toBeGreaterThan(3);
      }
    },
  );

  it('turn the list of candidates with one button as long as more follow, and close it at the end', async () => {
    const page = await open(SIZES[1]);
    await tap(page, 'shi');
    const more = page.locator('.more');
    const seen = new Set<string>();
    await more.tap();
    for (;;) {
      for (const each of await page.locator('.candidate').all())
        if ((await each.evaluate((one) => getComputedStyle(one).opacity)) === '1') seen.add(await each.innerText());
      if ((await more.getAttribute('data-more')) === 'up') break;
      await more.tap();
    }
    expect([...seen]).toEqual(await page.locator('.candidate').allInnerTexts());
    expect(seen.size).toBeGreaterThan(44);
    await more.tap();
    await page.locator('.keys').waitFor();
  });

  it('show more candidates over the keys, and one of them goes in', async () => {
    const page = await open(SIZES[1]);
    await tap(page, 'shi');
    await page.locator('.more').tap();
    expect(await page.locator('.keys').count()).toBe(0);
    expect(await clippedElements(page)).toEqual([]);
    expect(await key(page, '完成').isVisible()).toBe(true);
    await key(page, '删除').tap();
    expect(await page.locator('.letters').innerText()).toBe('sh');
    await tap(page, 'i');
    await page.locator('.more').tap();
    await page.locator('.candidate').filter({ hasText: '视' }).tap();
    expect(await written(page)).toBe('视');
    await page.locator('.keys').waitFor();
  });

  it('still write letters where the dictionary cannot be had', async () => {
    fixture.citizenView = { ...reasons, tags: [] };
    const page = await pages.openApart();
    await page.route('**/*.txt', (route) => route.abort());
    await page.goto(fixture.citizenUrl);
    await page.locator('#comment').tap();
    await tap(page, 'ok');
    await key(page, '完成').tap();
    await expect.poll(kept).toMatchObject({ comment: 'ok' });
  });

  it('that cannot be had leave the comment to be typed', async () => {
    fixture.citizenView = { ...reasons, tags: [] };
    const page = await pages.openApart();
    await page.route('**/assets/panel-*.js', (route) => route.abort());
    await page.goto(fixture.citizenUrl);
    const failed = page.waitForEvent('requestfailed');
    await page.locator('#comment').tap();
    await failed;
    await page.keyboard.type('ok');
    await expect.poll(kept).toMatchObject({ comment: 'ok' });
  });
});

it('nothing that one person typed, chose or opened is there for the next', async () => {
  const page = await open();
  await tap(page, 'biaojiwenzi');
  await page.locator('.more').tap();
  fixture.show({ ...reasons, visitId: NEXT_VISIT_ID, tags: [] });
  await page.locator('.reasons').waitFor();
  const found = await page.evaluate(() => document.documentElement.outerHTML);
  expect(found).not.toContain('biaojiwenzi');
  expect(found).not.toContain('标记');
  await page.locator('#comment').tap();
  await page.locator('.keys').waitFor();
  expect([await written(page), await page.locator('.letters').innerText()]).toEqual(['', '']);
  expect(await page.locator('.candidate').count()).toBe(0);
  await tap(page, 'bjwz');
  const offered = await page.locator('.candidate').allInnerTexts();
  expect(offered).not.toContain('标记文字');
});
