import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { OFFERED_PACKS } from '../../app/pages/shared/packs.ts';
import {
  ALL_LANGUAGES,
  isSmall,
  leastOf,
  onEveryScreen,
  opensByButton,
  type Seen,
  useArrangedPages,
} from '../support/arranged-pages.ts';
import { ALL_SIZES, OTHER_SIZES, SIZES, type Size } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { faceSizes, gradeLetters, inkAboveGrades, inkAboveStars, inkUnder } from '../support/grade-measures.ts';
import { type Box, boxesOf, clippedElements, gapBetween } from '../support/page-measures.ts';
import { citizenSamples, inviting, reasons } from '../support/page-samples.ts';
import { type ReasonParts, reasonParts, textBoxes } from '../support/reason-measures.ts';

/** Of a box, in page coordinates. */
const rightOf = ({ x, width }: Box): number => x + width;

/** What a way to have the screen promises, measured in every language and size. */

const { open, show, arrange, everywhere } = useArrangedPages();

/** Both screens on which the reasons are asked for. */
const REASONS = [reasons, citizenSamples['reasons-required']] as const;

/** What `measure` gives of the question on the ordinary screen and under `modes`, in every language and size. */
async function besideOrdinary<T>(
  modes: readonly Mode[],
  measure: (page: Page) => Promise<T>,
  compare: (before: T, now: T, seen: Seen) => void,
): Promise<void> {
  const page = await open();
  const ordinary = new Map<string, T>();
  await everywhere(page, [[]], inviting, async ({ language, at }) => {
    ordinary.set(language + at, await measure(page));
  });
  await everywhere(page, [modes], inviting, async (seen) => {
    compare(ordinary.get(seen.language + seen.at)!, await measure(page), seen);
  });
}

describe('the words of the grades', () => {
  it.each<[string, readonly Mode[]]>([
    ['老年模式', ['elder']],
    ['low', ['low']],
    ['all at once', MODES],
  ])('are never smaller than on the ordinary screen, and 30 dp where letters are large: %s', async (_name, modes) => {
    await besideOrdinary(modes, gradeLetters, (before, now, { size, where }) => {
      const leastPx = modes.includes('elder') ? leastOf(size).textPx : 0;
      expect(
        now.filter((px, index) => px < Math.max(before[index]!, leastPx)),
        where,
      ).toEqual([]);
      expect(before).toHaveLength(5);
    });
  });
});

describe('faces and stars', () => {
  it.each<[string, readonly Mode[]]>([
    ['老年模式', ['elder']],
    ['all at once', MODES],
  ])('are under large letters no smaller than under small ones, beyond 7 inches: %s', async (_name, modes) => {
    await besideOrdinary(modes, faceSizes, (before, now, { size, where }) => {
      if (size.height === 480) return;
      const smaller = now.filter(
        ({ face, stars }, index) => face < before[index]!.face - 0.1 || stars < before[index]!.stars - 0.1,
      );
      expect(smaller, where).toEqual([]);
      expect(before).toHaveLength(5);
    });
  });

  it('stand upright where reading begins, at the right in Uyghur', async () => {
    const page = await open();
    for (const modes of [[], ['elder']] as const) {
      await arrange(page, 'ug', modes, inviting);
      await page.setViewportSize({ width: 800, height: 1280 });
      const [faces, words, stars] = await Promise.all(
        ['.face', '.grade-label', '.stars'].map((part) => boxesOf(page, part)),
      );
      for (const [index, face] of faces!.entries()) {
        expect(rightOf(words![index]!), `${modes.join()} ${index}`).toBeLessThan(face.x);
        expect(rightOf(stars![index]!), `${modes.join()} ${index}`).toBeCloseTo(rightOf(words![index]!), 0);
      }
    }
  });
});

describe('the reasons in large letters', () => {
  it.each<[string, readonly Mode[]]>([
    ['老年模式', ['elder']],
    ['all at once', MODES],
  ])('have no part that is smaller than on the ordinary screen: %s', async (_name, modes) => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      const ordinary = new Map<string, ReasonParts>();
      const everywhere = async (look: (where: string) => Promise<void>) => {
        for (const view of REASONS) {
          await show(page, view);
          await onEveryScreen(page, (_size, at) => look(`${language} ${view.reasonAsked} ${at}`));
        }
      };
      await arrange(page, language, [], reasons);
      await everywhere(async (at) => void ordinary.set(at, await reasonParts(page)));
      await arrange(page, language, modes, reasons);
      await everywhere(async (at) => {
        const [before, now] = [ordinary.get(at)!, await reasonParts(page)];
        expect(now.lettersPx, at).toBeGreaterThanOrEqual(before.lettersPx);
        expect(now.tagPx, at).toBeGreaterThanOrEqual(before.tagPx);
        // In its own corner it is whole where a larger one lay on its face or on another grade.
        expect(now.tickPx, at).toBeGreaterThanOrEqual(Math.min(before.tickPx, 20));
        expect(now.starsPx, at).toBeGreaterThanOrEqual(before.starsPx - 0.1);
      });
      expect(ordinary.size).toBe(8);
    }
  });
});

describe('what has to be said about the reasons', () => {
  it('has 30 dp in large letters on 7 inches, and covers nothing', async () => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      for (const modes of [['elder'], MODES] as const) {
        await arrange(page, language, modes, citizenSamples['reasons-required']);
        await page.locator('.reasons .button--main').evaluate((send: HTMLElement) => send.click());
        await page.locator('.not-kept:not(:empty)').waitFor();
        const see = async (size: Size, at: string) => {
          const fontPx = await page
            .locator('.not-kept')
            .evaluate((line) => Number.parseFloat(getComputedStyle(line).fontSize));
          expect(fontPx, `${language} ${modes.join()} ${at}`).toBeGreaterThanOrEqual(leastOf(size).textPx);
          expect(await clippedElements(page), `${language} ${modes.join()} ${at}`).toEqual([]);
        };
        await onEveryScreen(page, see, ALL_SIZES.filter(isSmall));
      }
    }
  });
});

describe('the strokes that hang from Tibetan words', () => {
  it('end above the grades where they hang from the question', async () => {
    const page = await open();
    for (const modes of [[], ['elder']] as const) {
      await arrange(page, 'bo', modes, inviting);
      await page.setViewportSize({ width: 800, height: 480 });
      expect(await inkAboveGrades(page), modes.join()).toBeGreaterThanOrEqual(4);
    }
  });

  it('end above the name of the item where it stands under the question on 7 inches', async () => {
    const page = await open();
    for (const modes of [['low'], ['elder'], MODES] as const) {
      await arrange(page, 'bo', modes, inviting);
      const see = async (_size: Size, at: string) => {
        const signsY = await page.locator('.item-name').evaluate((item) => {
          const { lineHeight, fontSize } = getComputedStyle(item);
          return item.getBoundingClientRect().top + (Number.parseFloat(lineHeight) - Number.parseFloat(fontSize)) / 2;
        });
        expect(await inkUnder(page, '.question h1', signsY), `${modes.join()} ${at}`).toBeGreaterThanOrEqual(4);
      };
      await onEveryScreen(page, see, ALL_SIZES.filter(isSmall));
    }
  });

  it('end above the stars, with air between them, in every mode', async () => {
    const page = await open();
    for (const modes of [[], ['elder'], ['low'], MODES] as const) {
      await arrange(page, 'bo', modes, inviting);
      for (const view of [inviting, ...REASONS]) {
        await show(page, view);
        await onEveryScreen(page, async (_size, at) => {
          const where = `${view.screen} ${modes.join()} ${at}`;
          expect(Math.min(...(await inkAboveStars(page))), where).toBeGreaterThanOrEqual(4);
        });
      }
    }
  });
});

/** Of the longest token, with the quiet zone. */
const MODULES = Number(/viewBox="0 0 (\d+)/.exec(inviting.qrSvg)?.[1]);

describe('the code beside the grades', () => {
  it.each<[string, readonly Mode[]]>([
    ['ordinary', []],
    ['老年模式', ['elder']],
    ['low', ['low']],
    ['all at once', MODES],
  ])('has modules of three pixels on every screen but the smallest: %s', async (_name, modes) => {
    const page = await open();
    await everywhere(page, [modes], inviting, async ({ language, size, where }) => {
      if (opensByButton(language, modes, size)) return;
      const [code] = await boxesOf(page, '.phone img');
      const leastPx = size.height === 480 ? 1.37 : 3;
      expect(Math.min(code!.width, code!.height) / MODULES, where).toBeGreaterThanOrEqual(leastPx);
    });
  });

  it.each<[string, readonly Mode[]]>([
    ['老年模式', ['elder']],
    ['all at once', MODES],
  ])('gives way on 7 inches to a button in large letters that says what it opens: %s', async (_name, modes) => {
    const page = await open();
    for (const pack of await Promise.all(OFFERED_PACKS.map(({ load }) => load()))) {
      await arrange(page, pack.language, modes, inviting);
      const words = pack.strings['inviting.phone'] ?? '';
      const seeButton = async (size: Size, at: string) => {
        const where = `${pack.language} ${at}`;
        const isButton = opensByButton(pack.language, modes, size);
        expect(await page.locator('.phone img').isVisible(), where).toBe(!isButton);
        if (!isButton) return;
        const button = page.getByRole('button', { name: words, exact: true });
        const [text, icon] = [
          (await textBoxes(page, '.phone-open span'))[0]!,
          (await boxesOf(page, '.phone-open .icon'))[0]!,
        ];
        // In one line, or in three columns and no fourth.
        const isColumns = pack.language === 'mn-Mong';
        const acrossPx = isColumns ? text.width : text.height;
        expect(acrossPx, where).toBeLessThan((isColumns ? 4 : 2) * text.fontPx);
        expect(icon.width, where).toBeGreaterThanOrEqual(text.fontPx);
        await button.focus();
        expect(await button.evaluate((control) => control === document.activeElement), where).toBe(true);
        await button.evaluate((control: HTMLElement) => control.click());
        await page.locator('.large-code').waitFor();
        await page.locator('.large-code .button--main').evaluate((back: HTMLElement) => back.click());
        await page.locator('.grade').first().waitFor();
      };
      await onEveryScreen(page, seeButton, [SIZES[1], OTHER_SIZES[0]]);
    }
  });

  it.each<[string, readonly Mode[]]>([
    ['low', ['low']],
    ['all at once', MODES],
  ])(
    'is in a card that ends 8 mm over grades that stand in the lower half of a wide screen: %s',
    async (_name, modes) => {
      const page = await open();
      await everywhere(page, [modes], inviting, async ({ size, where }) => {
        if (size.height === 480 || size.width < size.height) return;
        const [card] = await boxesOf(page, '.phone');
        const nearest = Math.min(...(await boxesOf(page, '.grade')).map((grade) => gapBetween(grade, card!)));
        expect(nearest, where).toBeGreaterThanOrEqual(leastOf(size).codeGap);
      });
    },
  );

  it.each<[string, readonly Mode[]]>([
    ['老年模式', ['elder']],
    ['all at once', MODES],
  ])('has a glass beside it in large letters that names and does what a touch on it does: %s', async (_name, modes) => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      await arrange(page, language, modes, inviting);
      await onEveryScreen(page, async (size, at) => {
        if (opensByButton(language, modes, size)) return;
        const { height } = size;
        const [glass] = await boxesOf(page, '.enlarge .icon');
        expect(glass?.width, `${language} ${at}`).toBeGreaterThanOrEqual(24);
        expect(await page.locator('.enlarge span').isVisible(), `${language} ${at}`).toBe(height > 480);
        expect(gapBetween(glass!, (await boxesOf(page, '.phone img'))[0]!), `${language} ${at}`).toBeGreaterThan(0);
      });
      const name = language === 'en' ? 'Touch to enlarge' : '轻触可放大';
      await page.getByRole('button', { name, exact: true }).evaluate((glass: HTMLElement) => glass.click());
      await page.locator('.large-code').waitFor();
    }
  });
});

describe('the large code', () => {
  it('is in large letters no smaller than in small ones but on 7 inches, and keeps away from the edge', async () => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      const ordinary = new Map<string, number>();
      for (const modes of [[], ['elder'], MODES] as const) {
        await arrange(page, language, modes, inviting);
        await page.locator('.phone-code').evaluate((code: HTMLElement) => code.click());
        await page.locator('.large-code').waitFor();
        await onEveryScreen(page, async ({ height }, at) => {
          const where = `${language} ${modes.join()} ${at}`;
          const [code] = await boxesOf(page, '.large-code > img');
          expect(height - code!.y - code!.height, where).toBeGreaterThanOrEqual(8);
          const [back] = await boxesOf(page, '.large-code .button--main');
          const leastPx = height === 480 ? 8 : 16;
          expect(height - back!.y - back!.height, where).toBeGreaterThanOrEqual(leastPx);
          if (modes.length === 0) ordinary.set(at, code!.width);
          if (at === 'at 800 × 1280') expect(code!.width, where).toBeGreaterThanOrEqual(ordinary.get(at)! - 0.1);
        });
        await page.locator('.large-code .button--main').evaluate((back: HTMLElement) => back.click());
        await page.locator('.grade').first().waitFor();
      }
    }
  });
});

describe('the words over the code in Chinese', () => {
  it('break after a word alone, in every mode and size', async () => {
    const page = await open();
    for (const modes of [[], ['elder'], ['low'], MODES] as const) {
      await arrange(page, 'zh-CN', modes, inviting);
      await onEveryScreen(page, async (size, at) => {
        if (opensByButton('zh-CN', modes, size)) return;
        const linesOfWords = await page.locator('.phone h2').evaluate((title) =>
          [...title.childNodes]
            .filter((node) => node.nodeType === 3)
            .map((word) => {
              const letters = document.createRange();
              letters.selectNodeContents(word);
              return letters.getClientRects().length;
            }),
        );
        expect(linesOfWords, `${modes.join()} ${at}`).toEqual([1, 1]);
      });
    }
  });
});

describe('who serves', () => {
  it('is named with the number of that person while the case is worked on, in large letters too', async () => {
    const page = await open();
    await everywhere(page, [['elder'], MODES], citizenSamples.serving, async ({ where }) => {
      const said = await page
        .locator('.staff-text > p')
        .evaluateAll((lines) =>
          lines.filter((line) => line.getBoundingClientRect().height > 0).map((line) => line.textContent),
        );
      expect(said, where).toHaveLength(4);
      expect(said.at(-1), where).toContain(citizenSamples.serving.staff.number);
    });
  });
});

describe('that one touch is enough and the staff see nothing', () => {
  it('is said in large letters too, where there is room', async () => {
    const page = await open();
    await everywhere(page, [['elder'], MODES], inviting, async ({ size, where }) => {
      const hint = page.locator('.hint');
      expect(await hint.isVisible(), where).toBe(size.height !== 480);
      const fontPx = await hint.evaluate((line) => Number.parseFloat(getComputedStyle(line).fontSize));
      expect(fontPx, where).toBeGreaterThanOrEqual(leastOf(size).textPx);
    });
  });
});
