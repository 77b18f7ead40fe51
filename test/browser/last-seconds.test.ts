import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CitizenView } from '../../device/visit/views.ts';
import { ALL_LANGUAGES, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { ALL_SIZES, type Size } from '../support/browser.ts';
import { MODES } from '../support/comfort-choices.ts';
import { atRest, boxesOf, clippedElements, gapBetween, lowContrast } from '../support/page-measures.ts';
import { citizenSamples, inviting, reasons, VISIT_ID } from '../support/page-samples.ts';

/** WCAG 2.2.1 in 老年模式, which counts no seconds: a warning before the time ends, and more of it by any touch. */

const { fixture, open, show, arrange } = useArrangedPages();

type Inviting = Extract<CitizenView, { screen: 'inviting' }>;
type Timed = Extract<CitizenView, { screen: 'inviting' | 'reasons' }>;
const left = (remainingMs: number, view: Inviting = inviting): Inviting => ({
  ...view,
  countdown: { remainingMs, totalMs: 60_000 },
});
const SHOWN = {
  inviting: '.inviting[data-phone=yes]',
  'inviting-again': '.again',
  'inviting-no-qr': '.inviting[data-phone=no]',
} as const;
/** Everything that may not move when the warning comes. */
const places = async (page: Page) => [
  await boxesOf(page, '.inviting button'),
  await boxesOf(page, '.phone'),
  await boxesOf(page, '.question h1'),
  await boxesOf(page, '.item-name'),
];
const warning = (page: Page) => page.getByRole('timer');

/** All that is on a screen but the warning, once the list of reasons is measured and drawn. */
async function standing(page: Page): Promise<unknown> {
  await atRest(page);
  await page.evaluate(async () => {
    for (const _frame of [1, 2, 3, 4]) await new Promise(requestAnimationFrame);
  });
  return boxesOf(page, '.screen :is(h1, p, button, label, textarea, img, li):not(.last-seconds)');
}

/** `view` without and with the warning: in large letters, over no control, and everything else where it was. */
async function expectTold(page: Page, view: Timed, what: string): Promise<void> {
  await show(page, { ...view, countdown: { remainingMs: 52_000, totalMs: 60_000 } });
  await warning(page).waitFor({ state: 'detached' });
  const before = new Map<string, unknown>();
  await onEveryScreen(page, async (_size, at) => void before.set(at, await standing(page)), ALL_SIZES);
  await show(page, { ...view, countdown: { remainingMs: 20_000, totalMs: 60_000 } });
  await warning(page).waitFor();
  const see = async (size: Size, at: string) => {
    expect(await standing(page), `${what} ${at}`).toEqual(before.get(at));
    const fontPx = await warning(page).evaluate((line) => Number.parseFloat(getComputedStyle(line).fontSize));
    expect(fontPx, `${what} ${at}`).toBeGreaterThanOrEqual(leastOf(size).textPx);
    const [line] = await boxesOf(page, '.last-seconds');
    const covered = (await boxesOf(page, '.screen :is(button, textarea), .chosen-title *')).filter(
      (control) => control.width > 0 && gapBetween(control, line!) <= 0,
    );
    const faults = [covered, await clippedElements(page), await lowContrast(page, '.last-seconds', 7)];
    expect(faults.flat(), `${what} ${at}`).toEqual([]);
  };
  await onEveryScreen(page, see, ALL_SIZES);
}

describe('the last 20 seconds in large letters', () => {
  it('are told 8 mm away from each grade, in large letters, and nothing moves or is covered, in every language', async () => {
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      for (const modes of [['elder'], MODES] as const) {
        for (const sample of ['inviting', 'inviting-again', 'inviting-no-qr'] as const) {
          const view = { ...inviting, ...citizenSamples[sample], trial: true };
          await arrange(page, language, modes, inviting);
          await show(page, left(52_000, view));
          await page.locator(SHOWN[sample]).waitFor();
          const before = new Map<string, unknown>();
          await onEveryScreen(page, async (_size, at) => void before.set(at, await places(page)));
          await show(page, left(20_000, view));
          await warning(page).waitFor();
          await onEveryScreen(page, async (size, at) => {
            const where = `${sample} ${language} ${modes.join()} ${at}`;
            expect(await places(page), where).toEqual(before.get(at));
            const { textPx, gap } = leastOf(size);
            const fontPx = await warning(page).evaluate((line) => Number.parseFloat(getComputedStyle(line).fontSize));
            expect(fontPx, where).toBeGreaterThanOrEqual(textPx);
            const [line] = await boxesOf(page, '.last-seconds');
            const grades = await boxesOf(page, '.grade');
            expect(Math.min(...grades.map((grade) => gapBetween(grade, line!))), where).toBeGreaterThan(gap - 0.5);
            for (const other of await boxesOf(page, '.phone, .actions button')) {
              expect(gapBetween(line!, other), where).toBeGreaterThan(0);
            }
            const faults = [await clippedElements(page), await lowContrast(page, '.last-seconds', 7)];
            expect(faults.flat(), where).toEqual([]);
          });
        }
      }
    }
  });

  it('are told beside the large code, over the reasons and over the keys too, in large letters, and nothing moves or is covered', async () => {
    // The touch that brings the keys asks for more time: without an answer the page takes the line for broken.
    fixture.onCommand = () => ({ kept: true, code: null });
    const page = await open();
    for (const language of ALL_LANGUAGES) {
      for (const modes of [['elder'], MODES] as const) {
        await arrange(page, language, modes, inviting);
        await page.locator('.phone-code').evaluate((code: HTMLElement) => code.click());
        await page.locator('.large-code').waitFor();
        await expectTold(page, inviting, `large code ${language} ${modes.join()}`);
        await show(page, reasons);
        await expectTold(page, reasons, `reasons ${language} ${modes.join()}`);
        await page.locator('#comment').tap();
        await page.locator('.keys').waitFor();
        await expectTold(page, reasons, `writing ${language} ${modes.join()}`);
      }
    }
  });

  it('are told no earlier, in seconds, and end with any touch, which asks for the whole time and for nothing else', async () => {
    const page = await open();
    await arrange(page, 'zh-CN', ['elder'], inviting);
    await show(page, left(59_000));
    await show(page, left(25_000));
    await expect.poll(() => warning(page).count()).toBe(0);
    await show(page, left(20_000));
    expect(await warning(page).innerText()).toMatch(/^还有 (20|1\d) 秒，轻触屏幕可继续$/);
    fixture.commands.length = 0;
    await warning(page).tap();
    await expect.poll(() => fixture.commands).toEqual([{ type: 'extend', visitId: VISIT_ID }]);
    await show(page, left(60_000));
    await expect.poll(() => warning(page).count()).toBe(0);
    await page.getByRole('heading', { name: '请您对本次服务作出评价' }).waitFor();
  });

  it('are for large letters alone: the ordinary screen shows its seconds all the time', async () => {
    const page = await open();
    await arrange(page, 'zh-CN', [], inviting);
    await show(page, left(15_000));
    await expect.poll(() => warning(page).innerText()).toMatch(/^剩余 1\d 秒$/);
    expect(await page.locator('.last-seconds').count()).toBe(0);
  });
});
