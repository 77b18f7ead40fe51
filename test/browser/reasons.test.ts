import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALL_LANGUAGES, leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import type { Size } from '../support/browser.ts';
import { MODES, type Mode } from '../support/comfort-choices.ts';
import { boxesOf } from '../support/page-measures.ts';
import { citizenSamples, reasons } from '../support/page-samples.ts';
import {
  choicesAbove,
  seenReasons,
  stepsBesideGrades,
  stepsBetweenColumns,
  turnedThrough,
} from '../support/reason-measures.ts';

/** The list of reasons in every language, mode and size: whole or not seen, found by a button, low where that is asked for. */

const { open, show, arrange } = useArrangedPages();

const VIEWS = [reasons, citizenSamples['reasons-required']];
const EVERY_MODE: readonly (readonly Mode[])[] = [[], ['elder'], ['low'], MODES];
/** 44 CSS px; in 老年模式 60 dp. */
const leastTurnPx = (modes: readonly Mode[], size: Size) => (modes.includes('elder') ? leastOf(size).targetPx : 44);

/** Where not all are seen at once, the button says which of how many, to whoever sees it and to whoever hears it. */
async function expectCounted(page: Page, views: Awaited<ReturnType<typeof turnedThrough>>, at: string): Promise<void> {
  const all = reasons.choices.map(({ text }) => text);
  for (const { whole, turn } of views) {
    if (turn === null) continue;
    const from = all.indexOf(whole[0] ?? '') + 1;
    expect(turn.says, at).toBe(`${from}–${from + whole.length - 1} / ${all.length}`);
  }
  const says = views.at(-1)?.turn?.says;
  if (says === undefined) return;
  await page.getByRole('button', { name: says, exact: true }).waitFor();
}

async function expectAllFound(page: Page, modes: readonly Mode[], size: Size, at: string): Promise<number> {
  const views = await turnedThrough(page);
  for (const { tight, cut, hidden, turn } of views) {
    expect({ tight, cut }, at).toEqual({ tight: [], cut: [] });
    expect(turn !== null, `${at}: a button, ${hidden.length} hidden`).toBe(hidden.length > 0);
    if (turn !== null) expect(Math.min(turn.width, turn.height), at).toBeGreaterThanOrEqual(leastTurnPx(modes, size));
  }
  const found = new Set(views.flatMap(({ whole }) => whole));
  expect(found.size, at).toBe(reasons.choices.length);
  if (views.length > 1) expect(views.at(-1)?.turn?.way, at).toBe('up');
  if (size.height > 480) expect(views.length, at).toBe(1);
  await expectCounted(page, views, at);
  await page.locator('.tag-list').evaluate((list) => list.scrollTo(0, 0));
  return views.length;
}

/**
 * Each grade, to which one may change, in the lower half too; of three lines of the largest letters, upright, a whole target.
 * Not columns upright or in large letters: five of them are as high as the reasons.
 */
async function expectGradesLow(page: Page, language: string, modes: readonly Mode[], size: Size, at: string) {
  const isHigh = modes.includes('elder') && size.width < size.height && ['bo', 'ug'].includes(language);
  const missedPx = (await boxesOf(page, '.reasons .grade')).map(({ y, height }) =>
    isHigh ? leastOf(size).side + size.height / 2 - y - height : size.height / 2 - y,
  );
  expect(Math.max(...missedPx), `grades ${at}`).toBeLessThanOrEqual(0.5);
}

/** In the lower half, but on 7 inches and of columns in large letters: there as low as they can. */
async function expectLow(page: Page, language: string, modes: readonly Mode[], size: Size, at: string): Promise<void> {
  const isColumns = language === 'mn-Mong';
  const isWide = size.width > size.height;
  const isTight = size.height === 480 || (isColumns && modes.includes('elder') && isWide);
  if (!isTight) expect(await choicesAbove(page, size.height / 2), at).toEqual([]);
  if (!isTight && (isWide || !isColumns)) await expectGradesLow(page, language, modes, size, at);
  const [list] = await boxesOf(page, '.tags');
  const [button] = await boxesOf(page, '.reasons .button--main');
  const foot = isWide ? button!.y + button!.height : button!.y;
  expect(foot - list!.y - list!.height, at).toBeLessThanOrEqual(isWide ? 1 : 34);
}

it('the button counts the rows that are seen, wherever the edge of the list cuts the next one', async () => {
  const page = await open();
  await arrange(page, 'zh-CN', ['elder'], reasons);
  for (let height = 440; height <= 500; height++) {
    await page.setViewportSize({ width: 800, height });
    const { whole, turn } = await seenReasons(page);
    expect(turn?.says, `${height} px high`).toBe(`1–${whole.length} / ${reasons.choices.length}`);
  }
});

describe.each(ALL_LANGUAGES)('reasons in %s', (language) => {
  it('are seen at once, on 7 inches by a large button that says which of how many, level with what is beside them', async () => {
    const page = await open();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    let turned = 0;
    for (const modes of EVERY_MODE) {
      await arrange(page, language, modes, VIEWS[0]!);
      for (const view of VIEWS) {
        await show(page, view);
        await onEveryScreen(page, async (size, where) => {
          const at = `${modes.join()} ${view.reasonAsked} ${where}`;
          turned += (await expectAllFound(page, modes, size, at)) - 1;
          const isBesides = size.width > size.height && size.height > 480;
          const isBesideGrades = modes.includes('low') && !(language === 'mn-Mong' && modes.includes('elder'));
          const steps = isBesideGrades ? stepsBesideGrades : stepsBetweenColumns;
          if (isBesides) for (const step of await steps(page)) expect(step, at).toBeLessThanOrEqual(1);
          if (modes.includes('low')) await expectLow(page, language, modes, size, at);
        });
      }
    }
    expect(turned).toBeGreaterThan(0);
  });
});

it('of a long remark whole lines are seen, its end among them', async () => {
  const page = await open();
  for (const modes of [[], ['elder'], ['low']] as const) {
    await arrange(page, 'zh-CN', modes, {
      ...reasons,
      comment: '材料一次交齐，当场就办好了。'.repeat(30).slice(0, 400),
    });
    await onEveryScreen(page, async (_size, where) => {
      const { restPx, belowPx } = await page.locator('#comment').evaluate(async (field: HTMLTextAreaElement) => {
        for (const _frame of [1, 2, 3]) await new Promise(requestAnimationFrame);
        const linePx = Number.parseFloat(getComputedStyle(field).lineHeight);
        const lines = field.clientHeight / linePx;
        return {
          restPx: Math.abs(lines - Math.round(lines)) * linePx,
          belowPx: field.scrollHeight - field.clientHeight - field.scrollTop,
        };
      });
      const at = `${modes.join()} ${where}`;
      expect(restPx, at).toBeLessThanOrEqual(1);
      expect(belowPx, at).toBeLessThanOrEqual(1);
    });
  }
});
