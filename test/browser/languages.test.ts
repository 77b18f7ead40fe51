import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { BASE_PACK, OFFERED_PACKS } from '../../app/pages/shared/packs.ts';
import { ALL_LANGUAGES, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { chooseModes, MODES, type Mode } from '../support/comfort-choices.ts';
import { beyondReach, gradeFaults, nearAGrade, tooSmall } from '../support/grade-measures.ts';
import { looks } from '../support/page-looks.ts';
import {
  axeViolations,
  boxesOf,
  clippedElements,
  lowContrast,
  misplacedGradeParts,
  missedAtOnce,
} from '../support/page-measures.ts';
import { citizenSamples, inviting, reasons, thanks } from '../support/page-samples.ts';
import { brokenWords, coveredByTick, cutItemNames, letterSizes } from '../support/page-typography.ts';

/** Languages and access modes of the citizen's page: many states in one page, each touched as a person would. */

const { open, show, arrange } = useArrangedPages();

const { serving, paused } = citizenSamples;

/** Of the longest token in a code, with its quiet zone. */
const MODULES = Number(/viewBox="0 0 (\d+)/.exec(inviting.qrSvg)?.[1]);
/** 10.1 in at 1280×800, 7 in at 800×480, 21.5 in at 1920×1080. */
const PX_PER_MM: Readonly<Record<number, number>> = {
  800: 149 / 25.4,
  480: 133 / 25.4,
  1280: 149 / 25.4,
  1080: 102 / 25.4,
};

/** And without a fault that axe finds, which no size changes. */
async function expectWhole(page: Page, what: string): Promise<void> {
  await onEveryScreen(page, async (_size, at) => expect(await looks(page), `${what} ${at}`).toEqual([]));
  expect(await axeViolations(page), what).toEqual([]);
}

async function expectWholeQuestion(page: Page, modes: readonly Mode[]): Promise<void> {
  await onEveryScreen(page, async (size, at) => {
    const faults = [
      await looks(page),
      await gradeFaults(page, size),
      await nearAGrade(page, size),
      await cutItemNames(page),
      await beyondReach(page, size, modes),
    ];
    expect(faults.flat(), at).toEqual([]);
    if (modes.includes('contrast')) expect(await lowContrast(page, '#app *', 10), at).toEqual([]);
  });
  expect(await axeViolations(page), modes.join()).toEqual([]);
}

/** For 老年模式: nothing that axe finds, text of 30 dp, targets of 60 dp and no countdown. */
async function expectEasyQuestion(page: Page): Promise<void> {
  await onEveryScreen(page, async (size, at) => {
    expect(await axeViolations(page), at).toEqual([]);
    expect(await page.getByRole('timer').count(), at).toBe(0);
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
      if (modes.includes('elder')) await expectEasyQuestion(page);
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
    if (modes.includes('elder')) await expectEasyQuestion(page);
  });

  it('the screen of a pause is whole, in ordinary and in large text, and says why and for how long', async () => {
    const page = await open();
    const { strings = {} } = (await OFFERED_PACKS.find((pack) => pack.language === language)?.load()) ?? {};
    const said = (['paused.title', 'pause.meeting', 'paused.resumes'] as const).map((key) =>
      // What a pack lacks is said in Chinese.
      (strings[key] ?? BASE_PACK.strings[key] ?? '').replace('{n}', '9'),
    );
    for (const modes of [[], ['elder']] as const) {
      await arrange(page, language, modes, paused);
      for (const words of said) await page.getByText(words, { exact: true }).waitFor();
      await expectWhole(page, modes.join());
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
    }
  });
});

/** Of a hall of a banner in a city in a region, as on its door. */
const LONG_HALL = '内蒙古自治区呼和浩特市新城区政务服务中心';

describe('what is rated', () => {
  it('is said to its end, also with the day of an earlier visit, and without a code the buttons keep their distance', async () => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      for (const modes of [[], ['elder'], ['low'], MODES] as const) {
        await arrange(page, language, modes, inviting);
        for (const sample of ['inviting-again', 'inviting-no-qr'] as const) {
          await show(page, { ...citizenSamples[sample]!, trial: true });
          await page.locator(sample === 'inviting-again' ? '.again' : '.inviting[data-phone=no]').waitFor();
          await onEveryScreen(page, async (size, at) => {
            const faults = [await cutItemNames(page), await clippedElements(page), await nearAGrade(page, size)];
            expect([...faults.flat(), ...(await gradeFaults(page, size))], `${language} ${modes.join()} ${at}`).toEqual(
              [],
            );
          });
        }
      }
    }
  });
});

describe('large letters', () => {
  it.each<[string, readonly Mode[]]>([
    ['alone', []],
    ['in the lower half', ['low']],
  ])('are nowhere smaller than ordinary ones, in the header and in the question: %s', async (_name, modes) => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      const ordinary = new Map<string, Record<string, number>>();
      await arrange(page, language, modes, inviting);
      await onEveryScreen(page, async (_size, at) => void ordinary.set(at, await letterSizes(page)));
      await chooseModes(page, ['elder', ...modes]);
      await onEveryScreen(page, async (_size, at) => {
        const before = Object.entries(ordinary.get(at) ?? {});
        const sizes = await letterSizes(page);
        const smaller = before.filter(([text, px]) => text in sizes && sizes[text]! < px - 0.1);
        expect(smaller, `${language} ${at}`).toEqual([]);
        expect(before.length).toBeGreaterThan(10);
      });
    }
  });
});

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
const SAID = ['.question h1', '.question .item-name', '.question .hint', ':is(.phone h2, .phone-open):visible'];

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
    expect(said.get('at 1280 × 800')).toEqual(SAID);
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
  it('stays whole on the buttons of the grades in every mode and size', async () => {
    const page = await open();
    for (const modes of [[], ['contrast'], ['low'], ['elder'], MODES] as const) {
      for (const view of [inviting, reasons]) {
        await arrange(page, 'en', modes, view);
        const see = async (_size: Size, at: string) =>
          expect(await brokenWords(page), `${view.screen} ${modes.join()} ${at}`).toEqual([]);
        await onEveryScreen(page, see, ALL_SIZES);
      }
    }
  });

  it('that breaks says so by a hyphen', async () => {
    const page = await open();
    await arrange(page, 'en', [], inviting);
    // No screen of ours is so narrow.
    await page.locator('.grades').evaluate((grades: HTMLElement) => grades.style.setProperty('width', '34rem'));
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
