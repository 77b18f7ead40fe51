import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeViolations, lowContrast } from '../support/page-measures.ts';
import { usePages } from '../support/pages.ts';

const { fixture, complaints, open } = usePages();

const person = {
  number: '0108',
  name: '巴图',
  role: 'paper_review' as const,
  endsAt: '2026-11-22T17:45:00.000+08:00',
};

async function openPaper(size: { width: number; height: number }): Promise<Page> {
  fixture.session = { needed: true, possible: true, person };
  fixture.paperForms = ['A-07-K3XF-000041'];
  const page = await open(fixture.staffUrl, size);
  await page.getByRole('button', { name: 'A-07-K3XF-000041' }).waitFor();
  return page;
}

/** What has the focus, and how much of it and of its label is cut off by the screen or by the hint, in CSS pixels. */
function focusedAndCut(page: Page): Promise<{ name: string; cutPx: number }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const label = element.closest('.field, .choice')?.querySelector('label, legend, span');
    const hintTop = document.querySelector('.more-below')?.getBoundingClientRect().top ?? innerHeight;
    const cut = [element, ...(label ? [label] : [])].map((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return Math.max(0, -top, bottom - hintTop);
    });
    return { name: element.getAttribute('name') ?? element.innerText, cutPx: Math.ceil(Math.max(...cut)) };
  });
}

/** A page that scrolls, and a hint that leaves with it, are where they stay a frame later. @returns what has the focus */
async function wholeInSight(page: Page, key: string): Promise<string> {
  const { name } = await focusedAndCut(page);
  const message = `${name}, by ${key}`;
  await expect.poll(async () => (await focusedAndCut(page)).cutPx, { message, timeout: 5000 }).toBe(0);
  return name;
}

describe.each([
  { width: 360, height: 280 },
  { width: 360, height: 480 },
])('the page for paper forms at $width × $height', (size) => {
  it('says at its lower edge that more is below, until the end is seen', async () => {
    const page = await openPaper(size);
    const hint = page.getByText('下面还有');
    await hint.waitFor();
    const box = await hint.boundingBox();
    expect(box!.y + box!.height).toBeLessThanOrEqual(size.height);
    expect(box!.y).toBeGreaterThan(size.height - 40);
    expect(await lowContrast(page, '#app *', 7)).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: '退出登录' }).scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 5000);
    await hint.waitFor({ state: 'detached' });
    await page.mouse.wheel(0, -5000);
    await hint.waitFor();
    expect(complaints()).toEqual([]);
  });

  it('a press on what shows through under the hint reaches it', async () => {
    const page = await openPaper(size);
    const hint = page.getByText('下面还有');
    await hint.waitFor();
    const below = await hint.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return document.elementFromPoint(left + width / 2, top + height / 2)?.closest('.more-below') === null;
    });
    expect(below).toBe(true);
  });

  it('has what is wrong with a field in sight, above the hint, also where the field had the focus already', async () => {
    const page = await openPaper(size);
    await page.getByRole('button', { name: 'A-07-K3XF-000041' }).click();
    for (let again = 0; again < 2; again += 1) {
      await page.keyboard.press('Enter');
      const fault = page.locator('form .fault');
      await fault.waitFor();
      await expect.poll(async () => (await focusedAndCut(page)).name).toBe('year');
      const coveredPx = () =>
        fault.evaluate((element) => {
          const hintTop = document.querySelector('.more-below')?.getBoundingClientRect().top ?? innerHeight;
          return Math.max(0, Math.floor(element.getBoundingClientRect().bottom - hintTop));
        });
      await expect.poll(coveredPx, { timeout: 3000, message: `${again}` }).toBe(0);
      await page.evaluate(() => scrollTo(0, 0));
    }
  });

  it('has whatever a key leads to whole in sight with its label, down and up', async () => {
    const page = await openPaper(size);
    for (const key of ['Tab', 'Shift+Tab']) {
      const seen: string[] = [];
      for (let at = 0; at < 10; at += 1) {
        seen.push(await wholeInSight(page, key));
        await page.keyboard.press(key);
      }
      expect(seen).toEqual(expect.arrayContaining(['year', 'level', 'comment', 'caseNo', 'serviceNo']));
    }
    await page.getByRole('radio').first().focus();
    for (let level = 0; level < 5; level += 1) {
      expect(await wholeInSight(page, 'ArrowDown')).toBe('level');
      await page.keyboard.press('ArrowDown');
    }
  });
});

it('says nothing of more where the whole page is seen', async () => {
  const page = await openPaper({ width: 1280, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
  expect(await page.getByText('下面还有').count()).toBe(0);
});
