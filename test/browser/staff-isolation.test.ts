import type { CDPSession, Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { NEXT_VISIT_ID, staffSamples, staffServing } from '../support/page-samples.ts';
import { usePages } from '../support/pages.ts';

/** Nothing of one clerk is left for the next, and nothing of one case for the next: on the page, beside it, or in its memory. */

const { fixture, openApart } = usePages();
let page: Page;
beforeEach(async () => {
  page = await openApart({ width: 360, height: 480 });
});

/** Every string that the page's memory still holds after a collection, and all that a script could read elsewhere. */
async function leftovers(): Promise<string> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk));
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  const beside = await page.evaluate(async () => ({
    page: document.documentElement.outerHTML,
    title: document.title,
    address: location.href,
    typed: [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
    stored: [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, window.name],
    history: [history.length, history.state],
    caches: await caches.keys(),
    databases: await indexedDB.databases(),
  }));
  expect(beside).toMatchObject({ stored: ['{}', '{}', '', ''], caches: [], databases: [] });
  return chunks.join('') + JSON.stringify(beside);
}

/** In halves, so that this test's own text in the page never has one. */
const marker = (name: string) => ['SEED', '7731', name].join('');
const clerk = (who: string) => ({
  needed: true,
  possible: true,
  person: {
    number: marker(`NUMBER${who}`),
    name: marker(`NAME${who}`),
    role: 'window' as const,
    endsAt: '2026-11-22T17:45:00.000+08:00',
  },
});
const nobody = { needed: true, possible: true, person: null };
const viewOf = (who: string) => ({
  ...staffServing,
  trial: false,
  staff: { number: marker(`NUMBER${who}`), name: marker(`NAME${who}`) },
  visit: { ...staffServing.visit!, caseNo: marker(`CASE${who}`), itemName: marker(`ITEM${who}`) },
});

/** Signs in by hand, sees a case, chooses a reason and is refused. */
async function work(who: string): Promise<void> {
  fixture.staffView = viewOf(who);
  fixture.session = nobody;
  await page.goto(fixture.staffUrl);
  fixture.onPost = () => {
    fixture.session = clerk(who);
    return { status: 200, body: {} };
  };
  // By key strokes, and looked for by place: what a selector or a filled value says stays in the test's own tools.
  await page.getByLabel('工号').focus();
  await page.keyboard.type(marker(`TYPED${who}`));
  await page.keyboard.press('Tab');
  await page.keyboard.type(marker(`PIN${who}`));
  await page.keyboard.press('Enter');
  await page.locator('.case-item').waitFor();
  await page.keyboard.press('F4');
  await page.getByRole('radio', { name: '办事群众已离开' }).check();
  fixture.onPost = () => ({ status: 409, body: { code: 'visit_closed', detail: marker(`FAULT${who}`) } });
  await page.getByRole('button', { name: '确认不邀请' }).click();
  await page.locator('.fault:not(:empty)').waitFor();
}

const SEED = marker('');

it.each(['signing out', 'the end of the shift'])('after %s nothing of the clerk can be read', async (end) => {
  await work('A');
  expect(await leftovers()).toContain(marker('CASEA'));
  if (end === 'signing out') {
    // The foot of the page is out of sight while a reason is chosen, not out of reach.
    await page.getByRole('button', { name: '退出登录', includeHidden: true }).dispatchEvent('click');
  } else {
    fixture.session = nobody;
    fixture.endStreams();
  }
  await page.getByLabel('工号').waitFor();
  expect(seedsIn(await leftovers())).toEqual([]);
  // Nor is anything of it on the page of whoever comes next.
  fixture.onPost = () => {
    fixture.session = clerk('B');
    return { status: 200, body: {} };
  };
  fixture.staffView = viewOf('B');
  await page.getByLabel('工号').fill('0002');
  await page.getByLabel('密码').fill('222222');
  await page.keyboard.press('Enter');
  await page.locator('.case-item').waitFor();
  expect(await page.locator('.fault:not(:empty), .panel').count()).toBe(0);
  expect(seedsIn(await leftovers()).filter((seed) => seed.endsWith('A'))).toEqual([]);
  fixture.session = nobody;
  // What the browser's own buttons bring back is the same empty page.
  await page.reload();
  await page.getByLabel('工号').waitFor();
  expect(await page.content()).not.toContain(SEED);
});

it('after the next case came nothing of the one before can be read', async () => {
  await work('A');
  const next = { ...staffServing.visit!, visitId: NEXT_VISIT_ID, caseNo: 'NEXT-1', itemName: '社会保障卡申领' };
  fixture.showStaff({ ...staffSamples.idle!, trial: false, staff: viewOf('A').staff });
  await page.getByText('当前没有办件').waitFor();
  fixture.showStaff({ ...viewOf('A'), visit: next });
  await page.locator('.state--serving').waitFor();
  const left = seedsIn(await leftovers());
  expect(left.filter((seed) => /CASE|ITEM|FAULT|PIN/.test(seed))).toEqual([]);
  expect(await page.locator('.fault:not(:empty), .panel').count()).toBe(0);
});

function seedsIn(text: string): string[] {
  return [...new Set(text.match(new RegExp(`${SEED}[A-Z]*`, 'g')))];
}
