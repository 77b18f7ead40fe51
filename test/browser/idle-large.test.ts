import { describe, expect, it } from 'vitest';
import type { CitizenView } from '../../device/visit/views.ts';
import { ALL_LANGUAGES, isSmall, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { chooseLanguage, chooseModes, MODES } from '../support/comfort-choices.ts';
import { boxesOf, clippedElements, gapBetween } from '../support/page-measures.ts';
import { citizenSamples, thanks } from '../support/page-samples.ts';

/** What large letters leave of the window between two visits: whoever needs them needs the number and the promise too. */

const { open, show } = useArrangedPages();

type Idle = Extract<CitizenView, { screen: 'idle' }>;
const idle = citizenSamples.idle as Idle;
const full = citizenSamples['idle-content'] as Idle;
/** `look` at each of `views` in large letters, alone and with the other modes, in every language. */
async function inLargeLetters(
  views: Readonly<Record<string, Idle>>,
  look: (page: Awaited<ReturnType<typeof open>>, where: string, size: Size) => Promise<void>,
): Promise<void> {
  for (const language of ALL_LANGUAGES) {
    for (const modes of [['elder'], MODES] as const) {
      // Anew: each minute moves the picture of an idle window a pixel aside.
      const page = await open();
      await show(page, thanks);
      await show(page, idle);
      await chooseLanguage(page, language);
      await chooseModes(page, modes);
      for (const [name, view] of Object.entries(views)) {
        await show(page, view);
        await page
          .locator(view.called === undefined ? '.called:empty' : '.called:not(:empty)')
          .waitFor({ state: 'attached' });
        await onEveryScreen(
          page,
          (size, at) => look(page, `${name} ${language} ${modes.join()} ${at}`, size),
          ALL_SIZES,
        );
      }
    }
  }
}

describe('the idle window in large letters', () => {
  it('shows the number of who serves and that the staff see no choice, in letters of 30 dp, on every screen', async () => {
    await inLargeLetters({ idle, full }, async (page, where, size) => {
      const number = page.locator('.staff-text > .quiet').last();
      expect(await number.textContent(), where).toContain(idle.staff!.number);
      for (const text of [number, page.locator('.foot span'), page.locator('.foot strong')]) {
        expect(await text.isVisible(), where).toBe(true);
        const fontPx = await text.evaluate((line) => Number.parseFloat(getComputedStyle(line).fontSize));
        expect(fontPx, where).toBeGreaterThanOrEqual(leastOf(size).textPx);
      }
    });
  });

  it('has the number beside a name of three signs on 7 inches', async () => {
    await inLargeLetters({ idle }, async (page, where, size) => {
      const [name, number] = await boxesOf(page, '.staff-name, .staff-text > .quiet:last-child');
      // "Staff no." is wider than what the name leaves.
      if (!isSmall(size) || where.includes(' en ')) return;
      expect(Math.abs(name!.y + name!.height / 2 - number!.y - number!.height / 2), where).toBeLessThan(8);
    });
  });

  it('has room for all of it, also while a number is called', async () => {
    const called = { ticket: 'A012', times: 1 };
    const views = { idle, full, called: { ...idle, called }, 'full, called': { ...full, called } };
    await inLargeLetters(views, async (page, where) => {
      expect(await clippedElements(page), where).toEqual([]);
      const [foot] = await boxesOf(page, '.foot');
      const [bar] = await boxesOf(page, '.top-bar');
      for (const part of await boxesOf(page, '.window-panel > :is(.called:not(:empty), .window-head, .staff-card)')) {
        if (part.width === 0) continue;
        expect(Math.min(gapBetween(part, foot!), gapBetween(part, bar!)), where).toBeGreaterThanOrEqual(4);
      }
    });
  });

  it('turns its notices and pictures by dots that have targets of 60 dp', async () => {
    let dots = 0;
    await inLargeLetters({ full }, async (page, where, size) => {
      for (const { width, height } of await boxesOf(page, '.dot')) {
        expect(Math.min(width, height), where).toBeGreaterThanOrEqual(leastOf(size).targetPx);
        dots += 1;
      }
    });
    expect(dots).toBeGreaterThan(0);
  });
});
