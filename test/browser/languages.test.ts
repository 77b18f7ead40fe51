import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { QUIET_MS } from '../../app/pages/citizen/digit-keys.ts';
import { OFFERED_PACKS } from '../../app/pages/shared/packs.ts';
import type { CitizenView } from '../../device/visit/views.ts';
import { SIZES, type Size } from '../support/browser.ts';
import { chooseLanguage, chooseModes, MODES, type Mode, OTHER_LANGUAGES } from '../support/comfort-choices.ts';
import {
  axeViolations,
  boxesOf,
  clippedElements,
  lowContrast,
  misplacedGradeParts,
  missedAtOnce,
  spilledPhoneParts,
} from '../support/page-measures.ts';
import { citizenSamples, idle, inviting, NEXT_VISIT_ID, reasons, thanks, VISIT_ID } from '../support/page-samples.ts';
import {
  brokenWords,
  coveredByTick,
  linesBelowEllipsis,
  lyingColumns,
  nearTheEdge,
} from '../support/page-typography.ts';
import { usePages } from '../support/pages.ts';

/** Languages and access modes of the citizen's page: many states in one page, each touched as a person would. */

const pages = usePages();
const { fixture } = pages;

const ALL_LANGUAGES = ['zh-CN', ...OTHER_LANGUAGES];
const { serving, paused } = citizenSamples;

async function open(): Promise<Page> {
  fixture.citizenView = inviting;
  const page = await pages.open(fixture.citizenUrl);
  await page.locator('.grade').first().waitFor();
  return page;
}

/** In a profile that has no font and no script of ours yet, and that nobody else looks at. */
async function openApart(): Promise<Page> {
  fixture.citizenView = inviting;
  const page = await pages.openApart();
  await page.goto(fixture.citizenUrl);
  await page.locator('.grade').first().waitFor();
  return page;
}

async function show(page: Page, view: CitizenView): Promise<void> {
  fixture.show(view);
  await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
}

/** A new visit in which somebody chooses `language` and `modes`, then `view`. */
async function arrange(page: Page, language: string, modes: readonly Mode[], view: CitizenView): Promise<void> {
  await show(page, thanks);
  await show(page, serving);
  await page.locator('html[lang=zh-CN]').waitFor();
  await chooseLanguage(page, language);
  await chooseModes(page, modes);
  if (view.screen !== 'serving') await show(page, inviting);
  if (view.screen !== 'serving' && view.screen !== 'inviting') await show(page, view);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** Everything that is wrong to the eye with the page as it stands; it comes to rest in the first question. */
async function looks(page: Page): Promise<string[]> {
  const clipped = await clippedElements(page);
  const others = await Promise.all([
    misplacedGradeParts(page),
    spilledPhoneParts(page),
    missedAtOnce(page),
    linesBelowEllipsis(page),
    coveredByTick(page),
    nearTheEdge(page),
    lyingColumns(page),
    lowContrast(page, '#app *', 7),
    lowContrast(page, '.grade-label', 10),
  ]);
  return [clipped, ...others].flat();
}

/** dpi of the panels: 10.1 in at 1280×800, 7 in at 800×480; the larger one is scaled by 1.375. */
const leastOf = (size: { height: number }) =>
  size.height === 480
    ? { side: 105, gap: 42, textPx: 25, targetPx: 50 }
    : { side: 118, gap: 47, textPx: 28, targetPx: 56 };

async function gradeFaults(page: Page, size: { height: number }): Promise<string[]> {
  const least = leastOf(size);
  const boxes = await boxesOf(page, '.grade');
  const [first] = boxes;
  return boxes.flatMap((box, index) => {
    const faults: string[] = [];
    if (Math.min(box.width, box.height) < least.side) faults.push(`grade ${index}: ${box.width}×${box.height}`);
    if (Math.abs(box.width - first!.width) > 0.1 || Math.abs(box.height - first!.height) > 0.1) faults.push('unequal');
    const before = boxes[index - 1];
    if (before === undefined) return faults;
    const gap = Math.max(box.x - before.x - before.width, box.y - before.y - before.height);
    return gap < least.gap - 0.5 ? [...faults, `gap ${gap}`] : faults;
  });
}

/** Texts smaller than `leastPx` and switches or buttons lower than `targetPx`; marks and the hall's name are neither. */
function tooSmall(page: Page, { textPx, targetPx }: { textPx: number; targetPx: number }): Promise<string[]> {
  return page.evaluate(
    ([least, target]) => {
      const faults: string[] = [];
      for (const element of document.querySelectorAll('main *')) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
        const size = Number.parseFloat(getComputedStyle(element).fontSize);
        const shown = element.getBoundingClientRect().width > 0;
        if (own && shown && size < least) faults.push(`${size}px: ${element.textContent}`);
      }
      for (const control of document.querySelectorAll('button')) {
        const { width, height } = control.getBoundingClientRect();
        if (Math.min(width, height) < target - 0.5) faults.push(`${width}×${height}: ${control.textContent}`);
      }
      return faults;
    },
    [textPx, targetPx] as const,
  );
}

const levelsByPlace = (page: Page): Promise<(string | null)[]> =>
  page.locator('.grade').evaluateAll((grades) =>
    grades
      .map((grade) => ({ box: grade.getBoundingClientRect(), level: grade.getAttribute('data-level') }))
      .toSorted((a, b) => a.box.left - b.box.left || a.box.top - b.box.top)
      .map(({ level }) => level),
  );

/** Of the longest token in a code, with its quiet zone. */
const MODULES = Number(/viewBox="0 0 (\d+)/.exec(inviting.qrSvg)?.[1]);
/** 10.1 in at 1280×800, 7 in at 800×480, 21.5 in at 1920×1080. */
const PX_PER_MM: Readonly<Record<number, number>> = {
  800: 149 / 25.4,
  480: 133 / 25.4,
  1280: 149 / 25.4,
  1080: 102 / 25.4,
};

/** The page as somebody arranged it, on one screen after the other: it has no script that asks for a size. */
async function onEveryScreen(page: Page, look: (size: Size, at: string) => Promise<void>): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await look(size, `at ${size.width} × ${size.height}`);
  }
}

async function expectWhole(page: Page, what: string): Promise<void> {
  await onEveryScreen(page, async (_size, at) => expect(await looks(page), `${what} ${at}`).toEqual([]));
}

async function expectWholeQuestion(page: Page, modes: readonly Mode[]): Promise<void> {
  await onEveryScreen(page, async (size, at) => {
    expect([...(await looks(page)), ...(await gradeFaults(page, size))], at).toEqual([]);
    const half = modes.includes('low') ? size.height / 2 : 0;
    for (const { y } of await boxesOf(page, '.grade')) expect(y, at).toBeGreaterThanOrEqual(half);
    if (modes.includes('contrast')) expect(await lowContrast(page, '#app *', 10), at).toEqual([]);
  });
}

/** For 老年模式: nothing that axe finds, text of 30 dp, targets of 60 dp and no countdown. */
async function expectEasyQuestion(page: Page, language: string): Promise<void> {
  await onEveryScreen(page, async (size, at) => {
    expect(await axeViolations(page), at).toEqual([]);
    expect(await page.getByRole('timer').count(), at).toBe(0);
    // The columns of Mongolian have no room for it on 7 inches.
    if (language === 'mn-Mong' && size.height === 480) return;
    expect(await tooSmall(page, leastOf(size)), at).toEqual([]);
  });
}

/** On one touch, whole, in modules of a millimetre; and the question comes back. */
async function expectLargeCode(page: Page): Promise<void> {
  await page.locator('.phone-code').evaluate((code: HTMLElement) => code.click());
  await page.locator('.large-code').waitFor();
  await onEveryScreen(page, async (size, at) => {
    expect(await looks(page), `large code ${at}`).toEqual([]);
    const [code] = await boxesOf(page, '.large-code > img');
    expect(Math.min(code!.width, code!.height) / MODULES, at).toBeGreaterThanOrEqual(PX_PER_MM[size.height]!);
  });
  await page.locator('.large-code .button--main').evaluate((back: HTMLElement) => back.click());
  await expect.poll(() => page.locator('.grade').count()).toBe(5);
}

describe.each(ALL_LANGUAGES)('in %s', (language) => {
  it.each<[string, readonly Mode[]]>([
    ['ordinary', []],
    ['老年模式', ['elder']],
  ])(
    'a visit is whole on each of its screens, its question in five equal grades of 20 mm: %s',
    async (_name, modes) => {
      const page = await open();
      await arrange(page, language, modes, serving);
      await expectWhole(page, 'serving');
      await show(page, inviting);
      await expectWholeQuestion(page, modes);
      if (modes.includes('elder')) await expectEasyQuestion(page, language);
      await expectLargeCode(page);
      for (const view of [citizenSamples['reasons-required']!, thanks]) {
        await show(page, view);
        await expectWhole(page, view.screen);
        expect(await page.locator('html').getAttribute('lang'), view.screen).toBe(language);
      }
    },
  );

  it.each<[string, readonly Mode[]]>([
    ['low', ['low']],
    ['all at once', MODES],
  ])('the question is whole in five equal grades of 20 mm: %s', async (_name, modes) => {
    const page = await open();
    await arrange(page, language, modes, inviting);
    await expectWholeQuestion(page, modes);
  });

  it('the screen of a pause is whole, in ordinary and in large text', async () => {
    const page = await open();
    for (const modes of [[], ['elder']] as const) {
      await arrange(page, language, modes, paused);
      await expectWhole(page, modes.join());
    }
  });
});

/** Of a hall of a banner in a city in a region, as on its door. */
const LONG_HALL = '内蒙古自治区呼和浩特市新城区政务服务中心';

describe('a hall with a long name', () => {
  it('has it whole, and the number of the window beside it, in every language and size of letters', async () => {
    const page = await open();
    const window = { ...inviting.window, hall: LONG_HALL };
    for (const language of ALL_LANGUAGES) {
      for (const modes of [[], ['elder']] as const) {
        await arrange(page, language, modes, inviting);
        await show(page, { ...inviting, window });
        await page.getByText(LONG_HALL).waitFor();
        await onEveryScreen(page, async (_size, at) => {
          expect(await missedAtOnce(page), `${language} ${modes.join()} ${at}`).toEqual([]);
        });
      }
    }
  });
});

/** What the question says: what may be left out where there is no room, in any language. */
const SAID = ['.question h1', '.question .item-name', '.question .hint', '.phone h2'];

describe('a question in another language', () => {
  it.each<[string, readonly Mode[]]>([
    ['ordinary', []],
    ['老年模式', ['elder']],
    ['low', ['low']],
    ['all at once', MODES],
  ])('says all that the Chinese one says on the same screen: %s', async (_name, modes) => {
    const page = await open();
    const said = new Map<string, string[]>();
    for (const language of ALL_LANGUAGES) {
      await arrange(page, language, modes, inviting);
      await onEveryScreen(page, async (_size, at) => {
        const shown: string[] = [];
        for (const part of SAID) if (await page.locator(part).isVisible()) shown.push(part);
        if (language === 'zh-CN') said.set(at, shown);
        expect(shown, `${language} ${at}`).toEqual(said.get(at));
      });
    }
    expect(said.get('at 1280 × 800')).toEqual(modes.includes('elder') ? SAID.toSpliced(2, 1) : SAID);
  });
});

describe('the grades in Mongolian', () => {
  it('have letters of 30 dp in 老年模式 also after the choice, on 7 inches so large as other scripts', async () => {
    const page = await open();
    await arrange(page, 'mn-Mong', ['elder'], reasons);
    await onEveryScreen(page, async ({ height }, at) => {
      expect([...(await misplacedGradeParts(page)), ...(await clippedElements(page))], at).toEqual([]);
      const sizes = await page
        .locator('.grade-label')
        .evaluateAll((all) => all.map((label) => Number.parseFloat(getComputedStyle(label).fontSize)));
      expect(Math.min(...sizes), at).toBeGreaterThanOrEqual(height === 480 ? 19 : 28);
    });
  });
});

describe('老年模式 without a countdown', () => {
  it('names the button for more time beside the large code, and speaks of no time that it does not show', async () => {
    const page = await open();
    for (const [modes, said, timers] of [
      [[], /剩余时间/, 1],
      [['elder'], /时间不够/, 0],
    ] as const) {
      await arrange(page, 'zh-CN', modes, inviting);
      await page.locator('.phone-code').evaluate((code: HTMLElement) => code.click());
      expect(await page.locator('.large-code .quiet').innerText()).toMatch(said);
      expect(await page.getByRole('timer').count()).toBe(timers);
    }
  });

  it('says how many items the window has, of which fewer fit in large letters', async () => {
    const page = await open();
    await show(page, idle);
    await chooseModes(page, ['elder']);
    await onEveryScreen(page, async (_size, at) => {
      expect(await page.getByText(`共 ${idle.items.length} 项`).isVisible(), at).toBe(true);
      expect(await clippedElements(page), at).toEqual([]);
    });
  });
});

describe('the tick of the chosen grade', () => {
  it('covers no words, also at both ends of the row', async () => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      for (const modes of [[], ['elder']] as const) {
        await arrange(page, language, modes, reasons);
        for (const level of [5, 1] as const) {
          await show(page, { ...reasons, level, tags: [] });
          await page.locator(`[data-level="${level}"][aria-pressed=true]`).waitFor();
          await onEveryScreen(page, async (_size, at) => {
            expect(await coveredByTick(page), `${language} ${modes.join()} ${level} ${at}`).toEqual([]);
          });
        }
      }
    }
  });
});

describe('an English word', () => {
  it('stays whole on the buttons of the grades, but in the largest letters of the smallest spaces', async () => {
    const page = await open();
    for (const modes of [[], ['contrast'], ['low'], ['elder']] as const) {
      for (const view of [inviting, reasons]) {
        await arrange(page, 'en', modes, view);
        await onEveryScreen(page, async ({ height }, at) => {
          if (modes.some((mode) => mode === 'elder') && height === 480) return;
          expect(await brokenWords(page), `${view.screen} ${modes.join()} ${at}`).toEqual([]);
        });
      }
    }
  });

  it('that breaks says so by a hyphen', async () => {
    const page = await open();
    await arrange(page, 'en', MODES, inviting);
    await page.setViewportSize(SIZES[1]);
    expect(await brokenWords(page)).not.toEqual([]);
    const word = page.locator('[data-level="2"] .word');
    const drawn = await word.screenshot();
    await word.evaluate((text: HTMLElement) => text.style.setProperty('hyphenate-character', '""'));
    expect((await word.screenshot()).equals(drawn)).toBe(false);
  });
});

describe('a Tibetan word', () => {
  it('stays whole on the buttons of the grades in every mode', async () => {
    const page = await open();
    for (const modes of [[], ['low'], ['elder'], MODES] as const) {
      for (const view of [inviting, reasons]) {
        await arrange(page, 'bo', modes, view);
        expect(await page.locator('[data-level="3"] .word').first().innerText()).toBe('ཕལ་ཆེར་');
        await onEveryScreen(page, async (_size, at) => {
          const faults = [...(await brokenWords(page)), ...(await misplacedGradeParts(page))];
          expect(faults, `${view.screen} ${modes.join()} ${at}`).toEqual([]);
        });
      }
    }
  });
});

describe('the order of the grades', () => {
  it('follows the layout in page coordinates in every language, whatever its direction, with its own label', async () => {
    const page = await open();
    for (const pack of await Promise.all(OFFERED_PACKS.map(({ load }) => load()))) {
      for (const layout of ['best-left', 'best-right'] as const) {
        await arrange(page, pack.language, [], inviting);
        await show(page, { ...inviting, layout });
        const order = layout === 'best-left' ? ['5', '4', '3', '2', '1'] : ['1', '2', '3', '4', '5'];
        await expect.poll(() => levelsByPlace(page), { message: `${pack.language} ${layout}` }).toEqual(order);
        for (const level of order) {
          const name = pack.strings[`level.${level}`] ?? '';
          const named = page.getByRole('button', { name, exact: true });
          expect(await named.getAttribute('data-level'), `${pack.language} ${level}`).toBe(level);
        }
      }
    }
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('ltr');
  });

  it('sends the level that was touched, with the tag of the language', async () => {
    const page = await open();
    for (const language of OTHER_LANGUAGES) {
      await arrange(page, language, [], inviting);
      await page.locator('.grade').first().click();
      await expect.poll(() => fixture.commands.at(-1)).toEqual({ type: 'rate', visitId: VISIT_ID, level: 5, language });
    }
  });
});

describe('fonts', () => {
  /** The font of every text in `selector` as Chromium drew it: family, and whether it came with the page. */
  async function fontsOf(page: Page, cdp: CDPSession, selector: string): Promise<string[]> {
    await cdp.send('DOM.enable');
    await cdp.send('CSS.enable');
    const { root } = await cdp.send('DOM.getDocument', { depth: -1 });
    const { nodeIds } = await cdp.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector });
    const used = await Promise.all(nodeIds.map((nodeId) => cdp.send('CSS.getPlatformFontsForNode', { nodeId })));
    await page.evaluate(() => undefined);
    const text = await page.locator(selector).allInnerTexts();
    let spaces = text.join('').split(' ').length - 1;
    const families = used
      .flatMap(({ fonts }) => fonts)
      .filter((font) => {
        // The space between two words of these scripts is the Chinese font's: it has no letter to get wrong.
        if (font.isCustomFont || font.glyphCount > spaces) return true;
        spaces -= font.glyphCount;
        return false;
      });
    return [...new Set(families.map((font) => `${font.familyName}${font.isCustomFont ? '*' : ''}`))];
  }

  const SCRIPT_FONTS: Record<string, string> = {
    'mn-Mong': 'Noto Sans Mongolian*',
    bo: 'Noto Serif Tibetan*',
    ug: 'Noto Sans Arabic*',
  };

  it('come with the page for each script, are loaded only with their language, and leave no letter to chance', async () => {
    const page = await openApart();
    const loaded: string[] = [];
    page.on('response', (response) => /\.woff2?$/.test(response.url()) && loaded.push(response.url()));
    await page.reload();
    await page.locator('.grade').first().waitFor();
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const bytes = await Promise.all(loaded.map(async (url) => (await (await fetch(url)).arrayBuffer()).byteLength));
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(300_000);
    expect(loaded.filter((url) => /mongolian|tibetan|arabic/.test(url))).toEqual([]);

    const cdp = await page.context().newCDPSession(page);
    const system = /^(?:Noto Sans CJK|Noto Sans SC|Source Han Sans|DejaVu Sans$)/;
    for (const [language, family] of Object.entries(SCRIPT_FONTS)) {
      loaded.length = 0;
      await arrange(page, language, [], inviting);
      expect(await fontsOf(page, cdp, '.grade-label'), language).toEqual([family]);
      const others = await fontsOf(page, cdp, '#app *');
      expect(
        others.filter((name) => !name.endsWith('*') && !system.test(name)),
        language,
      ).toEqual([]);
      expect(loaded.length, loaded.join()).toBeLessThanOrEqual(2);
    }
  });

  it('are there before their language is shown, so that no grade moves once it is', async () => {
    const page = await openApart();
    await page.setViewportSize(SIZES[2]);
    for (const language of Object.keys(SCRIPT_FONTS)) {
      await show(page, thanks);
      await show(page, inviting);
      const held = Promise.withResolvers<void>();
      const asked = page.waitForRequest(/\.woff2$/);
      await page.route(/\.woff2$/, (route) => held.promise.then(() => route.continue()));
      await page.locator(`.switch[lang=${language}]`).evaluate((control: HTMLElement) => control.click());
      await asked;
      expect(await page.evaluate(() => document.documentElement.lang), language).toBe('zh-CN');
      held.resolve();
      await page.locator(`html[lang=${language}]`).waitFor();
      const boxes = () => boxesOf(page, '.grade, .grade-label, .face, .stars');
      const atFirst = await boxes();
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      expect(await boxes(), language).toEqual(atFirst);
      await page.unroute(/\.woff2$/);
    }
  });

  it('bring the slices of Chinese where the system has no Chinese font, and only there', async () => {
    const page = await openApart();
    const slices = () => page.locator('link[rel=stylesheet][href*="fonts"]').count();
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    expect(await slices()).toBe(0);
    await page.addInitScript(() => {
      FontFace.prototype.load = () => Promise.reject(new Error('no such font'));
    });
    await page.reload();
    await expect.poll(slices).toBe(1);
  });

  it('show the names of the languages before any of them is chosen', async () => {
    const page = await openApart();
    const cdp = await page.context().newCDPSession(page);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    for (const language of Object.keys(SCRIPT_FONTS)) {
      const [font, ...more] = await fontsOf(page, cdp, `.switch[lang=${language}] .language-name`);
      expect([font?.endsWith('*'), more]).toEqual([true, []]);
    }
  });
});

describe('a pack that cannot be had', () => {
  it('leaves the page in Chinese, whole, and others can still be chosen', async () => {
    const page = await openApart();
    await page.route('**/assets/bo-*.js', (route) => route.abort());
    const control = page.locator('.switch[lang=bo]');
    const failed = page.waitForEvent('requestfailed');
    await control.evaluate((element: HTMLElement) => element.click());
    await failed;
    await expect.poll(() => page.locator('#question').innerText()).toBe('请您对本次服务作出评价');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    expect(await control.getAttribute('aria-pressed')).toBe('false');
    await chooseLanguage(page, 'en');
  });
});

describe('the next person', () => {
  it('finds Chinese and no mode: on idle, and in a new visit', async () => {
    const page = await open();
    const state = () =>
      page.evaluate(() => [
        document.documentElement.lang,
        document.querySelectorAll('[data-comfort][aria-pressed=true]').length,
      ]);
    for (const next of [idle, { ...inviting, visitId: NEXT_VISIT_ID }]) {
      await arrange(page, 'ug', MODES, inviting);
      expect(await state()).toEqual(['ug', 3]);
      await show(page, next);
      await expect.poll(state).toEqual(['zh-CN', 0]);
    }
  });

  it('is offered modes but no language that nobody approved, outside trial', async () => {
    const page = await open();
    await show(page, { ...idle, trial: false });
    await expect.poll(() => page.locator('.switch[lang]').count()).toBe(0);
    expect(await page.locator('.switch[data-comfort]').count()).toBe(3);
  });

  it('sees a draft marked as such in trial mode', async () => {
    const page = await open();
    for (const language of OTHER_LANGUAGES) {
      await arrange(page, language, [], inviting);
      expect(await page.locator('.mark').count(), language).toBe(2);
    }
  });
});

describe('a button box that poses as a keyboard', () => {
  it('rates while the question stands, once for a held key, and never in a text field or on another screen', async () => {
    const page = await open();
    await page.keyboard.press('Control+4');
    await page.keyboard.press('7');
    // A digit right behind another key is what a scanner types, and no press.
    await page.keyboard.press('3');
    await page.waitForTimeout(QUIET_MS);
    await page.keyboard.down('2');
    await page.keyboard.down('2');
    await page.keyboard.up('2');
    await expect
      .poll(() => fixture.commands)
      .toEqual([{ type: 'rate', visitId: VISIT_ID, level: 2, language: 'zh-CN' }]);
    await show(page, reasons);
    await page.keyboard.press('5');
    await page.getByRole('textbox').fill('');
    await page.keyboard.type('531');
    await show(page, thanks);
    await page.keyboard.press('5');
    await page.waitForTimeout(500);
    expect(fixture.commands.filter(({ type }) => type === 'rate')).toHaveLength(1);
    expect(fixture.commands.filter((c) => c.type === 'revise' && c.level !== reasons.level)).toEqual([]);
  });
});

describe('the five faces', () => {
  it.each(['achromatopsia', 'deuteranopia', 'protanopia'] as const)('differ by shape alone under %s', async (type) => {
    const page = await openApart();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Emulation.setEmulatedVisionDeficiency', { type });
    const pictures: string[] = [];
    for (const face of await page.locator('.face').all()) {
      pictures.push((await face.screenshot()).toString('base64'));
    }
    await cdp.send('Emulation.setEmulatedVisionDeficiency', { type: 'none' });
    const shares = await page.evaluate(async (all) => {
      const dark = await Promise.all(
        all.map(async (png) => {
          const bitmap = new Image();
          bitmap.src = `data:image/png;base64,${png}`;
          await bitmap.decode();
          const brush = new OffscreenCanvas(116, 116).getContext('2d')!;
          brush.drawImage(bitmap, 0, 0, 116, 116);
          const { data } = brush.getImageData(0, 0, 116, 116);
          return Array.from({ length: 116 * 116 }, (_, at) => (data[at * 4 + 1] ?? 0) < 110);
        }),
      );
      return dark.flatMap((a, i) =>
        dark.slice(i + 1).map((b) => {
          const ink = Math.max(a.filter(Boolean).length, b.filter(Boolean).length);
          return a.filter((is, at) => is !== b[at]).length / ink;
        }),
      );
    }, pictures);
    expect(shares).toHaveLength(10);
    for (const share of shares) expect(share).toBeGreaterThan(0.3);
  });
});

/** Reasons whose words are higher than their box. */
const tightReasons = (page: Page): Promise<(string | null)[]> =>
  page
    .locator('.tag')
    .evaluateAll((tags) =>
      tags.filter((tag) => tag.scrollHeight > tag.clientHeight + 1).map(({ textContent }) => textContent),
    );

/** The sign that more reasons stand below, as it looks now: 0 … 1. */
const signOfMore = (page: Page): Promise<{ hidden: number; opacity: number }> =>
  page.locator('.tags').evaluate(async (tags) => {
    const withhold = tags.querySelector('[data-kind=withhold]');
    const [owner, pseudo] = withhold === null ? [tags, '::after'] : [withhold, '::before'];
    // A scroll timeline is read anew with the next frame.
    for (const _frame of [1, 2]) await new Promise(requestAnimationFrame);
    // Of the reasons themselves: what else makes the list scroll hides nothing.
    const last = [...tags.querySelectorAll('.tag:not([data-kind=withhold])')].at(-1)!.getBoundingClientRect();
    const edge = withhold?.getBoundingClientRect().top ?? tags.getBoundingClientRect().bottom;
    const hidden = Math.max(0, last.bottom - edge - 1);
    return { hidden, opacity: Number(getComputedStyle(owner, pseudo).opacity) };
  });

const READERS: readonly [string, readonly Mode[]][] = [
  ['zh-CN', []],
  ['zh-CN', ['elder']],
  ['en', ['elder']],
  ['mn-Mong', ['elder']],
  ['mn-Mong', ['low']],
  ['ug', ['low']],
];

describe('reasons that do not fit', () => {
  it.each(SIZES)('are announced by a sign at $width × $height, which goes when the last one is seen', async (size) => {
    const page = await open();
    await page.setViewportSize(size);
    let scrolled = 0;
    for (const [language, modes] of READERS) {
      for (const view of [reasons, citizenSamples['reasons-required']]) {
        await arrange(page, language, modes, view);
        expect(await tightReasons(page), `${language} ${modes.join()}`).toEqual([]);
        const above = await signOfMore(page);
        expect(above.opacity, `${language} ${modes.join()}: ${above.hidden} px hidden`).toBe(above.hidden > 0 ? 1 : 0);
        scrolled += above.hidden > 0 ? 1 : 0;
        await page.locator('.tags').evaluate((tags) => tags.scrollTo(0, 10_000));
        expect((await signOfMore(page)).opacity).toBe(0);
      }
    }
    if (size.height <= 800) expect(scrolled).toBeGreaterThan(0);
  });
});
