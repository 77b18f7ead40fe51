import type { Page } from 'playwright-core';
import { BASE_PACK, OFFERED_PACKS } from '../../app/pages/shared/packs.ts';

/** The switches of the citizen's page, set by keyboard's clicks: a quick second touch would count as a bounce. */

/** Languages besides Chinese, as tags. */
export const OTHER_LANGUAGES: readonly string[] = OFFERED_PACKS.filter(
  ({ language }) => language !== BASE_PACK.language,
).map((pack) => pack.language);

export const MODES = ['elder', 'contrast', 'low'] as const;
export type Mode = (typeof MODES)[number];

/** Touches the switch of `language` and waits for the page to be in it. */
export async function chooseLanguage(page: Page, language: string): Promise<void> {
  await page.locator(`.switch[lang=${language}]`).evaluate((control: HTMLElement) => control.click());
  await page.locator(`html[lang=${language}]`).waitFor();
}

/** Touches switches until exactly `modes` are on. */
export async function chooseModes(page: Page, modes: readonly Mode[]): Promise<void> {
  for (const mode of MODES) {
    const control = page.locator(`.switch[data-comfort=${mode}]`);
    const isOn = (await control.getAttribute('aria-pressed')) === 'true';
    if (isOn !== modes.includes(mode)) await control.evaluate((element: HTMLElement) => element.click());
  }
}
