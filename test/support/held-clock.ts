import type { Page } from 'playwright-core';

/** How far behind it begins: it can only be stopped at a moment that it has not passed. */
const AHEAD_MS = 60_000;

/**
 * From its first script on the time of a page stands: dates, timers, frames, and when a touch or a key came. It goes on
 * by `page.clock.runFor` alone, so that a rule about two contacts in quick succession sees the same on any machine.
 * Whatever is loaded into the profile of the page has this clock too: to be called before, on a page of its own.
 */
export async function holdClock(page: Page): Promise<void> {
  const atMs = Date.now();
  await page.clock.install({ time: atMs - AHEAD_MS });
  await page.clock.pauseAt(atMs);
}
