import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HeldRecord, StandingRating } from '../support/centre-inspection.ts';
import { type DemoProcess, endAllDemos, startDemoProcess } from '../support/demo-process.ts';
import { useScreens } from '../support/pages.ts';
import { eventually, openVisit } from '../support/visits.ts';

/** The real demo, the real built pages, a real browser with a touch screen. */

const LABELS = ['非常不满意', '不满意', '基本满意', '满意', '非常满意'];
const INVITING = '请您对本次服务作出评价';
const REASONS = '评价已保存，可补充具体情况';
const THANKS = '感谢您的评价';
const ENDED = '本次服务已结束';
const LOST = '评价器正在恢复';

const { open } = useScreens();
let demo: DemoProcess;
let page: Page;
let cases = 0;

beforeAll(async () => {
  demo = await startDemoProcess();
});
afterAll(() => endAllDemos());

beforeEach(async () => {
  page = await open(demo.ready.citizen);
});

const heading = (name: string, on = page) => on.getByRole('heading', { name, exact: true, level: 1 });
const grade = (level: number, on = page) => on.getByRole('button', { name: LABELS[level - 1] ?? '', exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const shows = (name: string, on = page) => heading(name, on).waitFor();

/** The seconds left, as the page says them. */
const left = async () => Number(/\d+/.exec((await page.getByRole('timer').textContent()) ?? '')?.[0]);

/** A new visit, on the page's screen; it may first have to wait for the thanks of the one before. */
async function invited(): Promise<string> {
  const visitId = await openVisit(demo, `BROWSER-${++cases}`);
  await shows(INVITING);
  return visitId;
}

async function standing(visitId: string): Promise<StandingRating[]> {
  return (await demo.centre.ratings()).filter((one) => one.visitId === visitId);
}

const stands = (visitId: string, rating: object) =>
  eventually(async () => expect(await standing(visitId)).toEqual([expect.objectContaining(rating)]));

/** What the thanks screen gives to take home. */
const receiptCode = () => page.locator('.receipt strong').innerText();

const askCentre = async (code: string): Promise<unknown> =>
  (await fetch(`${demo.ready.centre}/receipts/${code}`)).json();

async function endOf(visitId: string): Promise<HeldRecord['record'][]> {
  const records = (await demo.centre.records()).map(({ record }) => record);
  return records.filter((one) => (one.kind === 'not_rated' || one.kind === 'rating') && one.body.visitId === visitId);
}

describe('a citizen at the screen', () => {
  it('when 不满意 is tapped, explained and submitted then thanks are given and it stands at the centre', async () => {
    const visitId = await invited();
    await grade(2).tap();
    await shows(REASONS);
    expect(await grade(2).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('checkbox').first().tap();
    await page.getByRole('textbox').fill('排队太久');
    await button('提交').tap();
    await shows(THANKS);
    const code = await receiptCode();
    await stands(visitId, { level: 2, channel: 'touch', tags: ['207'], comment: '排队太久' });
    await eventually(async () => expect(await askCentre(code)).toMatchObject({ state: 'received', unchanged: true }));
  });

  it.each([5, 4, 3, 1])('when the face of level %i is tapped then that level stands', async (level) => {
    const visitId = await invited();
    await grade(level).tap();
    await shows(REASONS);
    expect(await page.getByRole('checkbox').count()).toBe(8);
    await button('提交').tap();
    await shows(THANKS);
    await stands(visitId, { level, channel: 'touch', tags: [], comment: null });
  });

  it('when the grade is changed on the reasons screen then the last one stands', async () => {
    const visitId = await invited();
    await grade(1).tap();
    await shows(REASONS);
    // For the appliance a second grade within 400 ms is a bounce; a change of mind comes when a second is over.
    await eventually(async () => expect(await left()).toBeLessThan(30));
    await grade(4).tap();
    await eventually(async () => expect(await grade(4).getAttribute('aria-pressed')).toBe('true'));
    await button('提交').tap();
    await shows(THANKS);
    await stands(visitId, { level: 4, revision: 2 });
    expect(await endOf(visitId)).toHaveLength(2);
  });

  it('when only the keyboard is used then the same is possible', async () => {
    const visitId = await invited();
    await tabTo(LABELS[2] ?? '');
    await page.keyboard.press('Enter');
    await shows(REASONS);
    await tabTo('提交');
    await page.keyboard.press('Space');
    await shows(THANKS);
    await stands(visitId, { level: 3, channel: 'touch' });
  });

  it('when the citizen declines then the visit ends without a grade', async () => {
    const visitId = await invited();
    await button('不评价').tap();
    await shows(ENDED);
    await eventually(async () => {
      expect(await endOf(visitId)).toMatchObject([{ kind: 'not_rated', body: { reason: 'declined' } }]);
    });
    expect(await standing(visitId)).toEqual([]);
  });

  it('when more time is wanted then the minute starts anew', async () => {
    const visitId = await invited();
    await eventually(async () => expect(await left()).toBeLessThan(58));
    await button('再给我一些时间').tap();
    await eventually(async () => expect(await left()).toBeGreaterThanOrEqual(58));
    await grade(5).tap();
    await shows(REASONS);
    await button('提交').tap();
    await stands(visitId, { level: 5 });
  });
});

describe('a page that is loaded again', () => {
  it('when it is reloaded in any screen then it is where it was, with what was entered', async () => {
    const visitId = await invited();
    await page.reload();
    await shows(INVITING);
    await grade(2).tap();
    await shows(REASONS);
    await page.getByRole('checkbox').nth(1).tap();
    await page.getByRole('textbox').fill('🙂 材料');
    await eventually(async () => expect(await draftAtDevice()).toMatchObject({ tags: ['208'], comment: '🙂 材料' }));
    await page.reload();
    await shows(REASONS);
    expect(await page.getByRole('checkbox').nth(1).getAttribute('aria-checked')).toBe('true');
    expect(await page.getByRole('textbox').inputValue()).toBe('🙂 材料');
    await button('提交').tap();
    await shows(THANKS);
    await page.reload();
    await shows(THANKS);
    await stands(visitId, { level: 2, tags: ['208'], comment: '🙂 材料' });
    await shows('综合受理窗口');
    await page.reload();
    await shows('综合受理窗口');
  });

  it('when two pages show the window then both follow the same visit, and it is rated once', async () => {
    const other = await page.context().newPage();
    await other.goto(demo.ready.citizen);
    const visitId = await invited();
    await shows(INVITING, other);
    // The faces of the invitation, held before either is touched: a touch that comes late must not find the same face on
    // the reasons screen, where it would be a change of mind.
    const faces = await Promise.all([grade(5).elementHandle(), grade(1, other).elementHandle()]);
    await Promise.all(faces.map((face) => face?.evaluate((element) => (element as HTMLElement).click())));
    await Promise.all([shows(REASONS), shows(REASONS, other)]);
    const pressed = async (on: Page) =>
      Promise.all([5, 1].map((level) => grade(level, on).getAttribute('aria-pressed')));
    expect(await pressed(page)).toEqual(await pressed(other));
    const level = (await pressed(page))[0] === 'true' ? 5 : 1;
    await button('提交').tap();
    await Promise.all([shows(THANKS), shows(THANKS, other)]);
    await stands(visitId, { level, revision: 1 });
    expect(await endOf(visitId)).toHaveLength(1);
  });
});

describe('an appliance that dies', () => {
  it('when it is killed while inviting then the page says so, comes back and the visit can be rated', async () => {
    const visitId = await invited();
    const killed = demo.kill('appliance');
    await shows(LOST);
    await eventually(() => expect(demo.pids().appliance).not.toBe(killed));
    await shows(INVITING);
    await grade(4).tap();
    await shows(REASONS);
    await button('提交').tap();
    await shows(THANKS);
    await stands(visitId, { level: 4, revision: 1 });
  });

  it('when it is killed on the reasons screen then the grade is still there', async () => {
    const visitId = await invited();
    await grade(1).tap();
    await shows(REASONS);
    demo.kill('appliance');
    await shows(LOST);
    await shows(REASONS);
    expect(await grade(1).getAttribute('aria-pressed')).toBe('true');
    await button('提交').tap();
    await shows(THANKS);
    const code = await receiptCode();
    await eventually(async () => expect(await askCentre(code)).toMatchObject({ state: 'received', unchanged: true }));
    await stands(visitId, { level: 1, revision: 1 });
  });
});

/** As a person without a touch screen: Tab until the control has the focus. */
async function tabTo(name: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (focused.startsWith(name)) return;
  }
  throw new Error(`no Tab leads to ${name}`);
}

/** What the appliance holds of the reasons screen, asked over a socket of our own. */
async function draftAtDevice(): Promise<unknown> {
  const url = new URL('/citizen/socket', demo.ready.citizen);
  url.protocol = 'ws:';
  const socket = new WebSocket(url);
  try {
    return await new Promise((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => resolve((JSON.parse(String(data)) as { view: object }).view));
      socket.addEventListener('error', () => reject(new Error('no socket')));
    });
  } finally {
    socket.close();
  }
}
