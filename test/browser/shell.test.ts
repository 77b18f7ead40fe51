import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildShell } from '../electron-double/build-shell.ts';
import { type LoadedShell, loadShell, quitShell } from '../electron-double/load-shell.ts';

let folder: string;
let double: LoadedShell;
let reports: { event: string; detail: Record<string, unknown> }[];

beforeAll(async () => {
  folder = await buildShell();
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  double = await loadShell();
  reports = [];
});

afterEach(async () => {
  await quitShell(double);
});

async function start(): Promise<void> {
  await double.runShell(folder, (event, detail) => reports.push({ event, detail }));
}

async function startAndSeePage(): Promise<void> {
  await start();
  await pageIsUp();
}

const journal = (): { event: string; pid: number; url?: string }[] => {
  const file = join(double.control.userData, 'data/journal');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};
const happened = (event: string) => journal().filter((line) => line.event === event);
const reported = (event: string) => reports.filter((line) => line.event === event);
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** The page of the appliance's present life is in the window. */
async function pageIsUp(lives = 1): Promise<void> {
  await until(async () => {
    expect(happened('appliance ready')).toHaveLength(lives);
    const page = await double.control.window.page;
    expect(page.url()).toBe(happened('appliance ready').at(-1)?.url);
    await page.waitForLoadState('load', { timeout: 1_000 });
    expect(await page.textContent('h1', { timeout: 1_000 })).toBe('评价器');
  });
}

describe('when it starts', () => {
  it('opens one kiosk window onto the appliance, with its processes talking to each other', async () => {
    await startAndSeePage();
    expect(double.control.windows).toHaveLength(1);
    expect(double.control.window.options.kiosk).toBe(true);
    expect(double.control.powerSaveBlockers).toEqual(['prevent-display-sleep']);
    await until(() => expect(happened('agent heard')).toMatchObject([{ message: { answerTo: 'how many?' } }]));
  });

  it('leaves at once where another one is running, and starts no process', async () => {
    double.control.isFirstInstance = false;
    await start();
    expect(reported('already running')).toHaveLength(1);
    expect([double.control.windows, journal()]).toEqual([[], []]);
  });

  it('comes to the front when somebody starts it a second time', async () => {
    await startAndSeePage();
    double.app.emit('second-instance');
    expect(double.control.window.focused).toBe(1);
  });
});

describe('when something breaks', () => {
  it('a killed renderer is back by itself, on the same page', async () => {
    await startAndSeePage();
    await double.killRenderers();
    await until(() => expect(happened('page seen')).toHaveLength(2));
    await pageIsUp();
    expect(reported('window recovery')).toMatchObject([{ detail: { trouble: 'renderer-gone', step: 'reload' } }]);
  });

  it('a renderer that keeps dying gets a new window', async () => {
    await startAndSeePage();
    const first = double.control.window;
    for (const lives of [2, 3, 4]) {
      await double.killRenderers();
      await until(() => expect(happened('page seen')).toHaveLength(lives));
    }
    await pageIsUp();
    expect(double.control.window).not.toBe(first);
    expect(reported('window recovery').map(({ detail }) => detail.step)).toEqual(['reload', 'reload', 'recreate']);
  });

  it('a page that hangs is ended after a grace time and loaded again', async () => {
    await startAndSeePage();
    const page = await double.control.window.page;
    const hang = page.evaluate('for (;;) {}').catch(() => 'gone');
    double.control.window.emit('unresponsive');
    expect(await hang).toBe('gone');
    await until(() => expect(happened('page seen')).toHaveLength(2));
    await pageIsUp();
    expect(reported('window recovery')).toMatchObject([{ detail: { trouble: 'unresponsive', step: 'reload' } }]);
  });

  it('a page that answers again within the grace time is left alone', async () => {
    await startAndSeePage();
    double.control.window.emit('unresponsive');
    double.control.window.emit('responsive');
    expect(reported('window recovery')).toEqual([]);
  });

  it('a killed appliance is restarted and its page loaded from where it is now', async () => {
    await startAndSeePage();
    // The page may be up before the agent is: then there was no first meeting to lose.
    await until(() => expect(happened('agent heard')).toHaveLength(1));
    const [first] = happened('appliance ready');
    process.kill(first!.pid, 'SIGKILL');
    await pageIsUp(2);
    const second = happened('appliance ready')[1];
    expect([second?.pid, second?.url]).not.toEqual([first?.pid, first?.url]);
    await until(() => expect(happened('agent heard'), 'the agent met the new one').toHaveLength(2));
    expect(reported('window recovery'), 'nothing was wrong with the window').toEqual([]);
  });

  it('a lost GPU process is answered by a reload, a tidy end and other helpers by nothing', async () => {
    await startAndSeePage();
    double.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'clean-exit' });
    double.app.emit('child-process-gone', {}, { type: 'Utility', reason: 'crashed' });
    expect(reported('window recovery')).toEqual([]);
    double.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed' });
    await until(() => expect(happened('page seen')).toHaveLength(2));
    expect(reported('window recovery')).toMatchObject([{ detail: { trouble: 'gpu-gone', step: 'reload' } }]);
  });

  it('a window cannot be closed, and is made again where it is gone all the same', async () => {
    await startAndSeePage();
    const first = double.control.window;
    first.close();
    expect(double.control.window).toBe(first);
    first.destroy();
    await until(() => expect(double.control.windows).toHaveLength(1));
    await pageIsUp();
    expect(double.control.window).not.toBe(first);
  });
});

describe('a page that tries to get out', () => {
  it.each([
    ['another origin by a link', '#elsewhere', 'navigation denied'],
    ['another origin by a redirect', '#redirected', 'navigation denied'],
    ['a new tab', '#tab', 'new window denied'],
    ['a file to save', '#file', 'download denied'],
  ])('%s: denied', async (_case, selector, event) => {
    await startAndSeePage();
    const page = await double.control.window.page;
    await page.click(selector, { noWaitAfter: true });
    await until(() => expect(reported(event)).toHaveLength(1));
    expect(await page.textContent('h1')).toBe('评价器');
    // The double has to close what Chromium opened before the answer.
    await until(() => expect(page.context().pages()).toHaveLength(1));
    const { fenced, downloads, opened } = double.control;
    expect([fenced, downloads, opened]).toEqual([[], [], []]);
  });

  it.each([
    ['location', `location.href = 'https://example.invalid/'`],
    ['a form', `document.body.innerHTML += '<form action="https://example.invalid/">'; document.forms[0].submit()`],
    ['a frame', `document.body.innerHTML += '<iframe src="https://example.invalid/">'`],
  ])('another origin by %s: denied', async (_case, script) => {
    await startAndSeePage();
    const page = await double.control.window.page;
    await page.evaluate(script);
    await until(() => expect(reported('navigation denied')).toHaveLength(1));
    expect(reported('navigation denied')[0]?.detail).toEqual({ origin: 'https://example.invalid' });
    expect(await page.textContent('h1')).toBe('评价器');
    expect(double.control.fenced).toEqual([]);
  });

  it('window.open: denied, and the page learns so', async () => {
    await startAndSeePage();
    const page = await double.control.window.page;
    await page.evaluate(`void window.open('https://example.invalid/?secret=1')`);
    await until(() => expect(reported('new window denied')).toHaveLength(1));
    expect(JSON.stringify(reports), 'a report carries no more than the origin').not.toContain('secret');
    await until(() => expect(page.context().pages()).toHaveLength(1));
  });

  it('permissions: every one denied', async () => {
    await startAndSeePage();
    const page = await double.control.window.page;
    const states = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'];
      const results = await Promise.all(
        names.map((name) => navigator.permissions.query({ name: name as PermissionName })),
      );
      return results.map(({ state }) => state);
    });
    expect(states).not.toContain('granted');
    expect(reported('permission denied').length).toBeGreaterThan(0);
  });

  it('its own origin: allowed', async () => {
    await startAndSeePage();
    const page = await double.control.window.page;
    await page.click('#inside');
    await page.waitForURL('**/inside');
    expect(reported('navigation denied')).toEqual([]);
  });
});

describe('the official page in a frame (内蒙古 Art 11)', () => {
  /** The window on a page whose content policy lets one other origin into a frame. */
  async function framing() {
    await startAndSeePage();
    const page = await double.control.window.page;
    await page.click('#framing');
    const frame = page.frameLocator('iframe');
    await until(async () => expect(await frame.locator('h1').textContent({ timeout: 1_000 })).toBe('统一评价'));
    return { page, frame };
  }

  it('of the origin that the appliance names is shown, and may go on there', async () => {
    const { page, frame } = await framing();
    await frame.locator('#next').click();
    await until(() => expect(page.frames()[1]?.url()).toMatch(/\/next$/));
    expect(reported('navigation denied')).toEqual([]);
  });

  // By a link it cannot either: that the content policy of the page around it stops, before a window is asked.
  it.each([
    ['by a redirect', `document.querySelector('#redirected').click()`],
    ['by a frame of its own', `document.body.innerHTML += '<iframe src="http://127.0.0.1:9/">'`],
  ])('goes nowhere else, %s', async (_case, script) => {
    const { page } = await framing();
    await page.frames()[1]?.evaluate(script);
    await until(() => expect(reported('navigation denied')[0]?.detail).toEqual({ origin: 'http://127.0.0.1:9' }));
    expect(await page.textContent('h1')).toBe('评价器');
  });

  it('is never the window’s own page', async () => {
    const { page } = await framing();
    const official = new URL(page.frames()[1]?.url() ?? '').origin;
    await page.evaluate((url) => location.assign(url), `${official}/next`);
    await until(() => expect(reported('navigation denied')[0]?.detail).toEqual({ origin: official }));
    expect(await page.textContent('h1')).toBe('评价器');
  });

  it('is shown no longer by a page whose policy names none', async () => {
    const { page } = await framing();
    const official = new URL(page.frames()[1]?.url() ?? '').origin;
    await page.goto(new URL('/', page.url()).href);
    await page.evaluate((url) => document.body.insertAdjacentHTML('beforeend', `<iframe src="${url}">`), official);
    await until(() => expect(reported('navigation denied')[0]?.detail).toEqual({ origin: official }));
  });
});

describe('when it quits', () => {
  it('stops the agent, then the appliance, and leaves nothing running', async () => {
    await startAndSeePage();
    double.app.quit();
    double.app.quit();
    expect(await double.app.ended).toBe(0);
    expect(
      journal()
        .map(({ event }) => event)
        .slice(-2),
    ).toEqual(['agent stopped', 'appliance stopped']);
    expect(reported('stopped')).toMatchObject([{ detail: { stopped: ['agent', 'appliance'], killed: [] } }]);
    expect(double.control.windows).toEqual([]);
  });
});
