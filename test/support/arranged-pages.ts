import type { Page } from 'playwright-core';
import type { CitizenView } from '../../device/visit/views.ts';
import { SIZES, type Size } from './browser.ts';
import { chooseLanguage, chooseModes, type Mode, OTHER_LANGUAGES } from './comfort-choices.ts';
import { namedStep } from './named-step.ts';
import { citizenSamples, inviting, thanks } from './page-samples.ts';
import { type Screens, usePages } from './pages.ts';

/** The citizen's page as somebody arranged it by its switches: many states in one page, each touched as a person would. */

export const ALL_LANGUAGES: readonly string[] = ['zh-CN', ...OTHER_LANGUAGES];

type Fixture = ReturnType<typeof usePages>['fixture'];

export interface ArrangedPages {
  fixture: Fixture;
  /** The page of this file, at the question. */
  open: () => Promise<Page>;
  /** In a profile that has no font and no script of ours yet, and that nobody else looks at. */
  openApart: Screens['openApart'];
  /** As `openApart()`, its time standing. */
  openHeld: Screens['openHeld'];
  show: (page: Page, view: CitizenView) => Promise<void>;
  /** A new visit in which somebody chooses `language` and `modes`, then `view`. */
  arrange: (page: Page, language: string, modes: readonly Mode[], view: CitizenView) => Promise<void>;
  /** `look` at `view` in every language, under each of `choices`, on every screen. */
  everywhere: (
    page: Page,
    choices: readonly (readonly Mode[])[],
    view: CitizenView,
    look: (seen: Seen) => Promise<void>,
  ) => Promise<void>;
}

export interface Seen {
  language: string;
  size: Size;
  /** The size alone, as `onEveryScreen` names it. */
  at: string;
  /** Language, modes and size, for a message. */
  where: string;
}

/** One browser for a file of tests. To be called once, at its top. */
export function useArrangedPages(): ArrangedPages {
  const pages = usePages();
  const { fixture } = pages;

  async function atQuestion(page: Page): Promise<Page> {
    fixture.citizenView = inviting;
    await page.locator('.grade').first().waitFor();
    return page;
  }

  async function open(): Promise<Page> {
    fixture.citizenView = inviting;
    return atQuestion(await pages.open(fixture.citizenUrl));
  }

  async function load(page: Page): Promise<Page> {
    fixture.citizenView = inviting;
    await page.goto(fixture.citizenUrl);
    return atQuestion(page);
  }
  const openApart = async () => load(await pages.openApart());
  const openHeld = async () => load(await pages.openHeld());

  async function show(page: Page, view: CitizenView): Promise<void> {
    fixture.show(view);
    await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
  }

  async function arrange(page: Page, language: string, modes: readonly Mode[], view: CitizenView): Promise<void> {
    await show(page, thanks);
    // While a window rests it is nobody's visit: what was chosen before is gone, and who waits there chooses there.
    const isResting = view.screen === 'paused' || view.screen === 'idle';
    await show(page, isResting ? view : citizenSamples.serving);
    await page.locator('html[lang=zh-CN]').waitFor();
    await chooseLanguage(page, language);
    await chooseModes(page, modes);
    if (view.screen !== 'serving' && !isResting) {
      await show(page, inviting);
      if (view.screen !== 'inviting') await show(page, view);
    }
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
  }

  const everywhere: ArrangedPages['everywhere'] = async (page, choices, view, look) => {
    for (const language of ALL_LANGUAGES) {
      for (const modes of choices) {
        await arrange(page, language, modes, view);
        await onEveryScreen(page, (size, at) =>
          look({ language, size, at, where: `${language} ${modes.join()} ${at}` }),
        );
      }
    }
  };

  return { fixture, open, openApart, openHeld, show, arrange, everywhere };
}

/**
 * Resolves when what follows the sizes of its parts has followed, such as the button that turns the reasons: observers are told
 * in the order in which they came, and this one comes last. Without the page's clock, which may stand.
 */
const sizesTold = (page: Page): Promise<void> =>
  namedStep(
    'that sizes are told',
    page.evaluate(
      () =>
        new Promise((told) => {
          const last = new ResizeObserver(() => {
            last.disconnect();
            told();
          });
          last.observe(document.documentElement);
        }),
    ),
  );

/** The page as somebody arranged it, on one screen after the other. */
export async function onEveryScreen(
  page: Page,
  look: (size: Size, at: string) => Promise<void>,
  sizes: readonly Size[] = SIZES,
): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await sizesTold(page);
    await look(size, `at ${size.width} × ${size.height}`);
  }
}

/** Whether so few pixels may be 7 inches: there is room for what the regulations ask for, and for little else. */
export const isSmall = (size: { height: number }): boolean => size.height <= 600;

/**
 * Whether, in large letters on 7 inches, a button stands for the code: in rows in modules of less than three pixels few
 * phones read one there, and over columns in the lower half it has no room.
 */
export const opensByButton = (language: string, modes: readonly Mode[], size: { height: number }): boolean =>
  isSmall(size) && modes.includes('elder') && (language !== 'mn-Mong' || modes.includes('low'));

/**
 * In CSS pixels: the side of a grade (20 mm), the gap to it (8 mm) and to the code beside it, letters (30 dp) and targets
 * (60 dp). dpi of the panels: 10.1 in at 1280×800, 7 in at 800×480 and, more of them to an inch, at 1024×600; the larger
 * ones are scaled by 1.375.
 */
export function leastOf(size: { height: number }) {
  if (size.height === 480) return { side: 105, gap: 42, codeGap: 24, textPx: 25, targetPx: 50 };
  if (size.height === 600) return { side: 134, gap: 53.5, codeGap: 30, textPx: 31.25, targetPx: 62.5 };
  return { side: 118, gap: 47, codeGap: 47, textPx: 28, targetPx: 56 };
}
