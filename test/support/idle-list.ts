import type { Page } from 'playwright-core';
import { atRest } from './page-measures.ts';

/** Touches the figures over the idle list until its first page is back; `look` hears at each page what they say of it. */
export async function onEachListPage(page: Page, look: (said: string) => Promise<void>): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    await atRest(page);
    const said = await page.locator('.items h2 :is(bdi, .quiet)').innerText();
    if (seen.has(said)) return;
    seen.add(said);
    await look(said);
    if (await page.locator('.turn-items').isHidden()) return;
    await page.locator('.turn-items').evaluate((button: HTMLElement) => button.click());
  }
}
