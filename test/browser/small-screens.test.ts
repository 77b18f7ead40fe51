import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, isSmall, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { inkUnder } from '../support/grade-measures.ts';
import { boxesOf, gapBetween } from '../support/page-measures.ts';
import { citizenSamples, inviting, reasons, thanks } from '../support/page-samples.ts';
import { seenReasons } from '../support/reason-measures.ts';

/** What 7 inches keep of the other screens' order where every pixel is wanted: margins, and space between controls. */

const { open, arrange } = useArrangedPages();

const WAYS: readonly (readonly Mode[])[] = [[], ['elder'], ['low'], MODES];
const SMALL = ALL_SIZES.filter(isSmall);
/** Strokes that hang from Tibetan words want what closer lines of the headings give. */
const ROOMY = ALL_LANGUAGES.filter((language) => language !== 'bo');
/** Whose grades have two lines. */
const TWO_LINES: readonly string[] = ['en', 'ug'];

describe('on 7 inches', () => {
  it('the page has one margin at both sides in every language and mode', async () => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      for (const modes of WAYS) {
        await arrange(page, language, modes, inviting);
        const see = async ({ width, height }: Size, at: string) => {
          const boxes = await boxesOf(page, '.inviting');
          const [{ x, width: along }] = boxes as [(typeof boxes)[number]];
          const marginPx = 16 * (height === 480 ? 1 : 1.25);
          const where = `${language} ${modes.join()} ${at}`;
          expect(Math.min(x, width - x - along), where).toBeGreaterThanOrEqual(marginPx);
          expect(Math.abs(width - along - 2 * x), where).toBeLessThan(0.1);
        };
        await onEveryScreen(page, see, SMALL);
      }
    }
  });

  it('who wants more time does not end the visit by a finger beside it', async () => {
    const page = await open();
    const found: string[] = [];
    for (const language of ALL_LANGUAGES) {
      for (const modes of WAYS) {
        await arrange(page, language, modes, inviting);
        const see = async ({ height }: Size, at: string) => {
          const [more, decline] = await boxesOf(page, '.inviting .actions .button');
          const px = gapBetween(more!, decline!) * (480 / height);
          if (px < 15.9) found.push(`${language} ${modes.join()} ${at}: ${px.toFixed(1)} px`);
        };
        await onEveryScreen(page, see, SMALL);
      }
    }
    expect(found).toEqual([]);
  });

  it.each(ROOMY)(
    'grades in large letters keep 8 px from both headings of the reasons, and three reasons are seen: %s',
    async (language) => {
      const page = await open();
      for (const modes of [['elder'], MODES] as const) {
        await arrange(page, language, modes, reasons);
        const see = async ({ height }: Size, at: string) => {
          const where = `${modes.join()} ${at}`;
          // 1024 × 600 are 470 px of 800 × 480 to rows: two lines of 30 dp and a third reason leave 4 px of the 8.
          const leastPx = height === 480 ? 7.9 : TWO_LINES.includes(language) ? 5 : 9.9;
          const [asked, grades, title] = await boxesOf(page, '.reasons > h1, .reasons > .grades, #tags-title');
          expect(grades!.y - asked!.y - asked!.height, where).toBeGreaterThanOrEqual(leastPx);
          expect(title!.y - grades!.y - grades!.height, where).toBeGreaterThanOrEqual(leastPx);
          expect((await seenReasons(page)).whole, where).toHaveLength(3);
        };
        await onEveryScreen(page, see, SMALL);
      }
    },
  );

  it.each(ALL_LANGUAGES)('a heading in large letters stands clear of the reason under it: %s', async (language) => {
    const page = await open();
    for (const modes of [['elder'], MODES] as const) {
      for (const view of [reasons, citizenSamples['reasons-required']]) {
        await arrange(page, language, modes, view);
        const see = async (_size: Size, at: string) => {
          const [first] = await boxesOf(page, '.tag');
          expect(await inkUnder(page, '#tags-title', first!.y), `${modes.join()} ${at}`).toBeGreaterThanOrEqual(2);
        };
        await onEveryScreen(page, see, SMALL);
      }
    }
  });

  it('faces beside columns are as large after the choice as beside rows, and what sends ends where the list does', async () => {
    const page = await open();
    for (const modes of [['elder'], MODES] as const) {
      for (const view of [reasons, citizenSamples['reasons-required']]) {
        await arrange(page, 'mn-Mong', modes, view);
        const see = async ({ height }: Size, at: string) => {
          const where = `${modes.join()} ${view.reasonAsked} ${at}`;
          // Between a new size and the next picture the list is still measured for the old one.
          await seenReasons(page);
          const [list, send] = await boxesOf(page, '.tag-list, .reasons .button--main');
          const edgePx = 2;
          expect(Math.abs(list!.y + list!.height - edgePx - send!.y - send!.height), where).toBeLessThanOrEqual(1);
          const [face] = await boxesOf(page, '.face');
          expect(face!.width, where).toBeGreaterThanOrEqual(40 * (height === 480 ? 1 : 1.25));
        };
        await onEveryScreen(page, see, SMALL);
      }
    }
  });

  it('the thanks stand as far from the bar as from the foot, and their emblem is not pressed together', async () => {
    const page = await open();
    for (const language of ALL_LANGUAGES.filter((language) => language !== 'mn-Mong')) {
      for (const modes of [[], ['elder'], MODES] as const) {
        await arrange(page, language, modes, thanks);
        const see = async ({ height }: Size, at: string) => {
          const where = `${language} ${modes.join()} ${at}`;
          const [bar, emblem, receipt] = await boxesOf(page, '.top-bar, .emblem, .receipt');
          const overPx = emblem!.y - bar!.y - bar!.height;
          expect(Math.abs(overPx - height + receipt!.y + receipt!.height), where).toBeLessThanOrEqual(2);
          expect(Math.min(emblem!.width, emblem!.height), where).toBeGreaterThanOrEqual((60 * height) / 480);
        };
        await onEveryScreen(page, see, SMALL);
      }
    }
  });
});
