import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CitizenView } from '../../device/visit/views.ts';
import { ALL_LANGUAGES, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { MODES } from '../support/comfort-choices.ts';
import { boxesOf, clippedElements, gapBetween, lowContrast } from '../support/page-measures.ts';
import { citizenSamples, inviting, VISIT_ID } from '../support/page-samples.ts';

/** WCAG 2.2.1 in 老年模式, which counts no seconds: a warning before the time ends, and more of it by any touch. */

const { fixture, open, show, arrange } = useArrangedPages();

type Inviting = Extract<CitizenView, { screen: 'inviting' }>;
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
