import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inviting } from '../support/page-samples.ts';
import { usePages } from '../support/pages.ts';

/**
 * What a visitor with time tries at a counter, on the built pages in a browser without any policy: all that is held here
 * the pages hold by themselves. What Electron holds is in shell.test.ts, what a policy and the system hold in
 * docs/lockdown.md. After each attack the page is still ours, there is no second window, and no file came.
 */

const pages = usePages();
const { fixture } = pages;
let folder: string;
let page: Page;
let cdp: CDPSession;
let home: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attacks-'));
});
afterEach(async () => {
  await cdp.detach();
  rmSync(folder, { recursive: true });
});

const PAGES = {
  citizen: { url: () => fixture.citizenUrl, shown: '.grade, [role=button], button' },
  technician: { url: () => fixture.technicianUrl, shown: 'a.tool-link' },
} as const;

async function open(name: keyof typeof PAGES): Promise<void> {
  fixture.citizenView = inviting;
  page = await pages.open(PAGES[name].url());
  await page.locator(PAGES[name].shown).first().waitFor();
  home = page.url();
  cdp = await page.context().newCDPSession(page);
  await cdp.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
  // Whether the page let its browser do what it does by default.
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    for (const type of ['contextmenu', 'dragstart', 'drop', 'auxclick'])
      addEventListener(type, (event) => seen.push(`${type} ${event.defaultPrevented ? 'held' : 'LET'}`));
  });
}

const seen = () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);

/** One round trip of the page after its input is through. */
async function isStillOurs(): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  expect(page.url()).toBe(home);
  expect(page.context().pages()).toHaveLength(1);
  expect(readdirSync(folder).filter((name) => name !== 'dropped.html')).toEqual([]);
}

describe.each(['citizen', 'technician'] as const)('the %s page', (name) => {
  beforeEach(() => open(name));

  it('keys of a browser lead nowhere', async () => {
    const control = ['KeyN', 'KeyT', 'KeyP', 'KeyO', 'KeyS', 'KeyU', 'KeyJ', 'KeyH', 'KeyD', 'KeyF', 'KeyG', 'Equal'];
    const keys = ['F1', 'F3', 'F6', 'F7', 'F11', 'F12', 'Alt+ArrowLeft', 'Alt+Home', 'Shift+F10', 'ContextMenu'];
    for (const key of [...keys, ...control.map((code) => `Control+${code}`), 'Control+Shift+KeyI']) {
      await page.keyboard.press(key);
    }
    await isStillOurs();
    expect(await page.evaluate(() => [visualViewport?.scale, document.fullscreenElement])).toEqual([1, null]);
  });

  it('a long press and the right button open no menu', async () => {
    const { x, y } = (await page.locator(PAGES[name].shown).first().boundingBox()) ?? { x: 0, y: 0 };
    await page.mouse.click(x + 5, y + 5, { button: 'right' });
    await cdp.send('Input.synthesizeTapGesture', { x: x + 5, y: y + 5, duration: 900, gestureSourceType: 'touch' });
    await isStillOurs();
    expect((await seen()).filter((one) => one.startsWith('contextmenu'))).not.toContain('contextmenu LET');
    expect(await seen()).toContain('contextmenu held');
  });

  it('two fingers do not zoom, a swipe from the edge does not go back', async () => {
    await cdp.send('Input.synthesizePinchGesture', { x: 400, y: 300, scaleFactor: 3, gestureSourceType: 'touch' });
    expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
    const swipe = { x: 2, y: 300, xDistance: 700, speed: 4000, gestureSourceType: 'touch' } as const;
    await cdp.send('Input.synthesizeScrollGesture', swipe);
    await isStillOurs();
  });

  it('a file that is dropped is not opened', async () => {
    const file = join(folder, 'dropped.html');
    writeFileSync(file, '<h1>elsewhere</h1>');
    const data = { items: [], files: [file], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await cdp.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
    }
    await isStillOurs();
    expect(await seen()).not.toContain('drop LET');
  });

  it('a picture or a link cannot be dragged away or opened beside', async () => {
    await page.evaluate(() => {
      for (const element of document.querySelectorAll('img, a')) {
        element.dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true }));
      }
    });
    expect(await seen()).not.toContain('dragstart LET');
    const link = page.locator('a[href]').first();
    if ((await link.count()) > 0) {
      for (const modifiers of [['Control'], ['Shift'], ['Control', 'Shift']] as const) {
        await link.click({ modifiers: [...modifiers], noWaitAfter: true });
      }
      await link.click({ button: 'middle', noWaitAfter: true });
    }
    await isStillOurs();
  });

  it('no address of another kind is gone to', async () => {
    const others = [
      'view-source:',
      'file:///etc/passwd',
      'chrome://settings',
      'mailto:a@b.example',
      'tel:110',
      'x-other:open',
    ];
    for (const address of others) {
      await page.evaluate((to) => {
        const link = document.createElement('a');
        link.href = to === 'view-source:' ? `view-source:${location.href}` : to;
        document.body.append(link);
        link.click();
      }, address);
      await isStillOurs();
    }
  });
});
