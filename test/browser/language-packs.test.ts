import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useArrangedPages } from '../support/arranged-pages.ts';
import { SIZES } from '../support/browser.ts';
import { chooseLanguage, MODES, OTHER_LANGUAGES } from '../support/comfort-choices.ts';
import { boxesOf } from '../support/page-measures.ts';
import { idle, inviting, NEXT_VISIT_ID, thanks } from '../support/page-samples.ts';

/** What comes with a language, what happens where it cannot be had, and that it ends with the person. */

const { open, openApart, show, arrange } = useArrangedPages();

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
    ug: 'Noto Sans Arabic SemiBold*',
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
