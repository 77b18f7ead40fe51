import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ALONE_FOR_MS, QUIET_MS } from '../../app/pages/citizen/digit-keys.ts';
import { OFFERED_PACKS } from '../../app/pages/shared/packs.ts';
import { leastOf, onEveryScreen, useArrangedPages } from '../support/arranged-pages.ts';
import { MODES, OTHER_LANGUAGES } from '../support/comfort-choices.ts';
import { boxesOf, clippedElements, gapBetween, misplacedGradeParts } from '../support/page-measures.ts';
import { inviting, NEXT_VISIT_ID, reasons, thanks, VISIT_ID } from '../support/page-samples.ts';

/** The five grades in every language: their order, their faces, and a box of buttons that poses as a keyboard. */

const { fixture, open, openApart, openHeld, show, arrange } = useArrangedPages();

const levelsByPlace = (page: Page): Promise<(string | null)[]> =>
  page.locator('.grade').evaluateAll((grades) =>
    grades
      .map((grade) => ({ box: grade.getBoundingClientRect(), level: grade.getAttribute('data-level') }))
      .toSorted((a, b) => a.box.left - b.box.left || a.box.top - b.box.top)
      .map(({ level }) => level),
  );

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

describe('a button box that poses as a keyboard', () => {
  it('rates while the question stands, once for a held key, and never in a text field or on another screen', async () => {
    const page = await openHeld();
    await page.keyboard.press('Control+4');
    await page.keyboard.press('7');
    // A digit right behind another key is what a scanner types, and no press.
    await page.keyboard.press('3');
    await page.clock.runFor(QUIET_MS);
    await page.keyboard.down('2');
    await page.keyboard.down('2');
    await page.keyboard.up('2');
    await page.clock.runFor(ALONE_FOR_MS);
    const first = { type: 'rate', visitId: VISIT_ID, level: 2, language: 'zh-CN' };
    await expect.poll(() => fixture.commands).toEqual([first]);
    await show(page, reasons);
    await page.clock.runFor(QUIET_MS);
    await page.keyboard.press('5');
    await page.clock.runFor(QUIET_MS);
    await page.getByRole('textbox').fill('');
    for (const digit of '531') {
      await page.keyboard.press(digit);
      await page.clock.runFor(QUIET_MS);
    }
    await show(page, thanks);
    await page.keyboard.press('5');
    await page.clock.runFor(QUIET_MS);
    // Behind whatever was sent: a press that counts, of the next person.
    await show(page, { ...inviting, visitId: NEXT_VISIT_ID });
    await page.keyboard.press('4');
    await page.clock.runFor(ALONE_FOR_MS);
    const next = { ...first, visitId: NEXT_VISIT_ID, level: 4 };
    await expect.poll(() => fixture.commands.at(-1)).toEqual(next);
    expect(fixture.commands.filter(({ type }) => type !== 'revise')).toEqual([first, next]);
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

describe('a grade that was not kept', () => {
  it('is told in large letters in place of the question, and nothing moves, in every language', async () => {
    const page = await open();
    fixture.onCommand = () => ({ kept: false, code: 'storage' });
    for (const language of ['zh-CN', ...OTHER_LANGUAGES]) {
      for (const modes of [[], ['elder'], ['low'], MODES] as const) {
        await arrange(page, language, modes, inviting);
        const before = new Map<string, unknown>();
        await onEveryScreen(page, async (_size, at) => void before.set(at, await boxesOf(page, '.inviting button')));
        await page
          .locator('.grade')
          .first()
          .evaluate((grade: HTMLElement) => grade.click());
        const told = page.locator('.not-kept:not(:empty)');
        await told.waitFor();
        await onEveryScreen(page, async (size, at) => {
          const where = `${language} ${modes.join()} ${at}`;
          const leastPx = modes.some((mode) => mode === 'elder') ? leastOf(size).textPx : 24;
          const fontPx = await told.evaluate((line) => Number.parseFloat(getComputedStyle(line).fontSize));
          expect(fontPx, where).toBeGreaterThanOrEqual(leastPx);
          expect(await boxesOf(page, '.inviting button'), where).toEqual(before.get(at));
          const [line] = await boxesOf(page, '.not-kept');
          for (const other of await boxesOf(page, '.item-name, .grade, .phone')) {
            expect(gapBetween(line!, other), where).toBeGreaterThan(-0.5);
          }
          expect([...(await clippedElements(page)), ...(await misplacedGradeParts(page))], where).toEqual([]);
        });
      }
    }
  });
});

describe('the motion of the five grades', () => {
  it('is the same 150 ms for each, and no part of them moves by itself', async () => {
    const page = await open();
    const motionOf = (level: number) =>
      page.locator(`.grade[data-level="${level}"]`).evaluate((grade) =>
        [grade, ...grade.querySelectorAll('*')].map((part) => {
          const { transitionProperty, transitionDuration, transitionDelay, transitionTimingFunction, animationName } =
            getComputedStyle(part);
          return [transitionProperty, transitionDuration, transitionDelay, transitionTimingFunction, animationName];
        }),
      );
    const [grade, ...parts] = await motionOf(5);
    expect(grade).toEqual(['border-color, box-shadow', '0.15s, 0.15s', '0s, 0s', 'ease, ease', 'none']);
    expect(new Set(parts.map((part) => part.join()))).toEqual(new Set(['all,0s,0s,ease,none']));
    for (const level of [4, 3, 2, 1]) {
      const motion = await motionOf(level);
      expect(motion[0], `grade ${level}`).toEqual(grade);
      expect(new Set(motion.slice(1).map((part) => part.join())), `grade ${level}`).toEqual(
        new Set(parts.map((part) => part.join())),
      );
    }
  });
});
