import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CitizenCommand, CitizenView } from '../../device/visit/views.ts';
import { SIZES, type Size } from '../support/browser.ts';
import { axeViolations, boxesOf, clippedElements, gapBetween, lowContrast } from '../support/page-measures.ts';
import {
  citizenSamples,
  idle,
  inviting,
  lessonSamples,
  NEXT_VISIT_ID,
  portSamples,
  reasons,
  technicianSamples,
  technicianWell,
  thanks,
  trialSamples,
  VISIT_ID,
} from '../support/page-samples.ts';
import { gluedHeadings } from '../support/page-typography.ts';
import { usePages } from '../support/pages.ts';

const { fixture, complaints, open } = usePages();

async function openCitizen(view: CitizenView, size?: Size): Promise<Page> {
  fixture.citizenView = view;
  const page = await open(fixture.citizenUrl, size);
  await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
  return page;
}

const grade = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Plays an appliance that keeps everything: a grade leads to the reasons, submitting to the thanks. */
function playAppliance(): void {
  fixture.onCommand = (command: CitizenCommand) => {
    if (command.type === 'rate') fixture.show({ ...reasons, level: command.level, tags: [] });
    if (command.type === 'revise') {
      // The choices stay those that are shown: others would come in the place of what the test waits for.
      const shown = fixture.citizenView.screen === 'reasons' ? fixture.citizenView : reasons;
      fixture.show({ ...shown, level: command.level, tags: command.tags, comment: command.comment });
    }
    if (command.type === 'submit') fixture.show(thanks);
    return { kept: true, code: null };
  };
}

describe.each(SIZES)("citizen's screens at $width × $height", (size) => {
  it('have no fault that axe finds, nothing cut off, and text of 7:1 on its ground', async () => {
    const page = await openCitizen(idle, size);
    for (const [name, view] of Object.entries(citizenSamples)) {
      fixture.show(view);
      await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
      await expect.poll(() => page.locator('.trial-mark').count(), { message: name }).toBe(view.trial ? 1 : 0);
      expect(await axeViolations(page), name).toEqual([]);
      expect(await clippedElements(page), name).toEqual([]);
      expect(await lowContrast(page, '#app *', 7), name).toEqual([]);
    }
    expect(complaints()).toEqual([]);
  });

  it('give five equal grades of at least 20 mm, 8 mm apart, none of them under the QR', async () => {
    const page = await openCitizen(inviting, size);
    // 10.1 in at 1280×800 has 149 dpi, 7 in at 800×480 has 133.
    const least = size.height === 480 ? { side: 105, gap: 42 } : { side: 118, gap: 47 };
    for (const view of [inviting, citizenSamples['inviting-no-qr']]) {
      fixture.show(view);
      await expect.poll(() => page.locator('.phone').count()).toBe(view.qrSvg === null ? 0 : 1);
      const boxes = await boxesOf(page, '.grade');
      const first = boxes[0]!;
      expect(boxes.length).toBe(5);
      for (const [index, box] of boxes.entries()) {
        expect(box.width).toBeCloseTo(first.width, 1);
        expect(box.height).toBeCloseTo(first.height, 1);
        if (index > 0) expect(gapBetween(boxes[index - 1]!, box)).toBeGreaterThanOrEqual(least.gap);
      }
      expect(Math.min(first.width, first.height)).toBeGreaterThanOrEqual(least.side);
      for (const phone of await boxesOf(page, '.phone')) {
        for (const box of boxes) expect(gapBetween(phone, box)).toBeGreaterThan(8);
      }
    }
    expect(await lowContrast(page, '.grade-label', 10)).toEqual([]);
  });

  it('stay whole in English, with the grades in the same places', async () => {
    const page = await openCitizen(inviting, size);
    const labels = await page.locator('.grade').evaluateAll((all) => all.map((one) => one.getAttribute('data-level')));
    await page.getByRole('button', { name: 'English' }).click();
    await grade(page, 'Very satisfied').waitFor();
    expect(await page.locator('.grade').evaluateAll((all) => all.map((one) => one.getAttribute('data-level')))).toEqual(
      labels,
    );
    expect(await clippedElements(page)).toEqual([]);
    fixture.show(reasons);
    await page.locator('.page[data-screen=reasons]').waitFor();
    expect(await clippedElements(page)).toEqual([]);
  });
});

describe('a rating', () => {
  it.each([
    ['非常满意', 5],
    ['满意', 4],
    ['基本满意', 3],
    ['不满意', 2],
    ['非常不满意', 1],
  ] as const)('%s takes one touch, and the same thanks', async (name, level) => {
    playAppliance();
    const page = await openCitizen(inviting);
    await grade(page, name).tap();
    await page.getByRole('checkbox').first().waitFor();
    expect(await grade(page, name).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: '提交' }).tap();
    await page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
    expect(await page.locator('main').innerText()).toBe(
      '感谢您的评价\n\n您的评价已保存，将送往好差评系统\n\n回执码\n7H2K-9QXM\n凭此码可向好差评系统查询评价是否原样收到；不显示评价内容',
    );
    expect(fixture.commands).toEqual([
      { type: 'rate', visitId: VISIT_ID, level, language: 'zh-CN' },
      { type: 'submit', visitId: VISIT_ID },
    ]);
    expect(complaints()).toEqual([]);
  });

  it('works by keyboard alone, with reasons and a remark', async () => {
    playAppliance();
    const page = await openCitizen(inviting);
    for (let tab = 0; tab < 4; tab++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox').first().waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    for (let tab = 0; tab < 20 && (await focused()) !== '没有提供材料清单'; tab++) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    for (let tab = 0; tab < 20 && !(await page.locator('textarea:focus').count()); tab++)
      await page.keyboard.press('Tab');
    await page.keyboard.type('等了很久');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
    const revisions = fixture.commands.filter(({ type }) => type === 'revise');
    expect(fixture.commands[0]).toMatchObject({ type: 'rate', level: 2 });
    expect(revisions.at(-1)).toMatchObject({ level: 2, tags: ['208'], comment: '等了很久' });
    expect(fixture.commands.at(-1)).toEqual({ type: 'submit', visitId: VISIT_ID });
  });

  it('without a reason where the policy insists is asked for one once more, and 不说明原因 is one', async () => {
    playAppliance();
    const page = await openCitizen(citizenSamples['reasons-required']);
    await page.getByRole('button', { name: '提交' }).tap();
    await page.getByText('请选择一项，或选择“不说明原因”').waitFor();
    expect(fixture.commands).toEqual([]);
    await page.getByRole('checkbox', { name: '不说明原因' }).tap();
    await page.getByRole('button', { name: '提交' }).tap();
    await page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
    expect(fixture.commands).toEqual([{ type: 'submit', visitId: VISIT_ID }]);
  });

  it('has reasons of two levels: a group opens its own, and says how many are ticked', async () => {
    playAppliance();
    const page = await openCitizen(citizenSamples['reasons-groups']);
    expect(await page.getByRole('checkbox').allInnerTexts()).toEqual(['其他']);
    await page.getByRole('button', { name: '时间 已选 1 项' }).tap();
    await page.getByRole('checkbox', { name: '排队时间过长' }).tap();
    await page.getByRole('button', { name: '时间 已选 2 项' }).waitFor();
    await expect.poll(() => fixture.commands.at(-1)).toMatchObject({ type: 'revise', level: 1, tags: ['110', '109'] });
    expect(await clippedElements(page)).toEqual([]);
  });

  it('touched twice is sent once, and the second contact falls on nothing of the next screen', async () => {
    playAppliance();
    const page = await openCitizen(inviting, { width: 800, height: 1280 });
    const { x, y, width, height } = (await boxesOf(page, '.grade'))[1]!;
    await page.touchscreen.tap(x + width / 2, y + height / 2);
    await page.touchscreen.tap(x + width / 2, y + height / 2);
    await page.getByRole('checkbox').first().waitFor();
    await page.waitForTimeout(500);
    expect(fixture.commands).toEqual([{ type: 'rate', visitId: VISIT_ID, level: 4, language: 'zh-CN' }]);
  });

  it('that was not kept frees the grades and says so in one line', async () => {
    fixture.onCommand = () => ({ kept: false, code: 'storage' });
    const page = await openCitizen(inviting);
    await grade(page, '满意').click();
    await page.getByText('这次操作没有保存，请再试一次').waitFor();
    await page.waitForTimeout(450);
    await grade(page, '满意').click();
    await expect.poll(() => fixture.commands.length).toBe(2);
  });

  it('can be extended, declined and changed', async () => {
    playAppliance();
    const page = await openCitizen(inviting);
    await page.getByRole('button', { name: '再给我一些时间' }).tap();
    await expect.poll(() => fixture.commands.length).toBe(1);
    await page.getByRole('button', { name: '不评价' }).tap();
    await expect.poll(() => fixture.commands.map(({ type }) => type)).toEqual(['extend', 'decline']);
    fixture.show(reasons);
    await grade(page, '满意').tap();
    await expect.poll(() => fixture.commands.at(-1)).toMatchObject({ type: 'revise', level: 4, tags: [] });
    // It shows what the appliance answered, which comes behind the command.
    await expect.poll(() => grade(page, '满意').getAttribute('aria-pressed')).toBe('true');
  });
});

describe("the citizen's page", () => {
  it('says that the appliance is away and recovers by itself in the right state', async () => {
    const page = await openCitizen(inviting);
    await fixture.stop();
    await page.getByRole('heading', { name: '评价器正在恢复' }).waitFor();
    expect(await page.locator('.grade').count()).toBe(0);
    fixture.citizenView = reasons;
    await fixture.start();
    await page.getByRole('checkbox').first().waitFor();
    await page.reload();
    await page.getByRole('checkbox').first().waitFor();
  });

  it('leaves nothing of one visit to the next', async () => {
    const marker = 'MARKER-7f3a';
    playAppliance();
    const many = Array.from({ length: 24 }, (_, index) => ({ code: `2${index + 10}`, text: `具体情况 ${index}` }));
    const page = await openCitizen({ ...reasons, choices: many, tags: [] }, { width: 800, height: 480 });
    await page.getByRole('textbox').fill(marker);
    await page.getByRole('checkbox').last().click();
    await expect.poll(() => fixture.commands.at(-1)).toMatchObject({ comment: marker, tags: ['233'] });
    fixture.show({ ...reasons, choices: many, tags: ['233'], comment: marker });
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('.tag-list').evaluate((tags) => tags.scrollTo(0, 10_000));
    fixture.show({ ...reasons, choices: many, visitId: NEXT_VISIT_ID, tags: [] });
    await page.getByRole('button', { name: '提交' }).waitFor();
    const left = await page.evaluate(async () => ({
      page: document.documentElement.outerHTML,
      typed: [...document.querySelectorAll('textarea')].map(({ value }) => value),
      checked: document.querySelectorAll('[aria-checked=true]').length,
      scrolled: [scrollY, ...[...document.querySelectorAll('#app *')].map(({ scrollTop }) => scrollTop)].some(
        (top) => top > 0,
      ),
      stored: localStorage.length + sessionStorage.length + document.cookie.length,
      kept: (await caches.keys()).length + (await indexedDB.databases()).length,
      history: history.length,
    }));
    expect(left.page).not.toContain(marker);
    expect(left).toMatchObject({ typed: [''], checked: 0, scrolled: false, stored: 0, kept: 0 });
    expect(complaints()).toEqual([]);
  });

  it('weighs at most 60 KB compressed, without fonts and pictures', async () => {
    const fetched: string[] = [];
    const page = await openCitizen(idle);
    page.on('response', (response) => fetched.push(response.url()));
    await page.reload();
    await page.locator('.page[data-screen=idle]').waitFor();
    const parts = fetched.filter((url) => !/\.(?:svg|woff2?)$/.test(url));
    const bodies = await Promise.all(parts.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())));
    const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(parts.length).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(60_000);
  });

  it('offers no context menu, no selection and no zoom', async () => {
    const page = await openCitizen(inviting);
    const refused = await page
      .locator('.grade')
      .first()
      .evaluate((element) => {
        const event = new MouseEvent('contextmenu', { bubbles: true, cancelable: true });
        element.dispatchEvent(event);
        const { touchAction, userSelect } = getComputedStyle(document.documentElement);
        return [event.defaultPrevented, touchAction, userSelect];
      });
    expect(refused).toEqual([true, 'pan-x pan-y', 'none']);
  });
});

describe("the technician's page", () => {
  /** The page as it stands, at one size after the other: it only lays itself out anew. */
  async function lookAt(page: Page, name: string, parts: string, sizes: readonly Size[]): Promise<void> {
    for (const size of sizes) {
      const state = `${name} at ${size.width} × ${size.height}`;
      await page.setViewportSize(size);
      expect(await axeViolations(page), state).toEqual([]);
      expect(await lowContrast(page, parts, 7), state).toEqual([]);
      expect(await gluedHeadings(page), state).toEqual([]);
      const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beside, state).toBeLessThanOrEqual(0);
    }
    expect(complaints()).toEqual([]);
  }

  it.each(Object.entries(technicianSamples))('has no fault that axe finds at any size: %s', async (name, status) => {
    fixture.technicianStatus = status;
    const page = await open(fixture.technicianUrl);
    await page.locator('.rows').waitFor();
    await lookAt(page, name, '#app *', SIZES);
  });

  it.each(Object.entries(lessonSamples))(
    'teaches a box (%s): no fault that axe finds, nothing beside the page at any size',
    async (name, lesson) => {
      fixture.technicianPorts = portSamples;
      fixture.keypadLesson = lesson;
      const page = await open(fixture.technicianUrl);
      await page.locator('.lesson-task').waitFor();
      await lookAt(page, name, '.lesson *', SIZES);
    },
  );

  it.each(['listen', 'fits', 'none'])(
    'tries a port (%s): no fault that axe finds, nothing beside the page on the smaller screens',
    async (name) => {
      fixture.technicianPorts = portSamples;
      const line = {
        path: '/dev/ttyUSB1',
        at: 0,
        direction: 'in',
        bytes: 40,
        hex: `7e 01 7f${' ··'.repeat(29)}`,
        frame: null,
      } as const;
      const request = { path: '/dev/ttyUSB1', baudRate: 9600 };
      fixture.traffic = { lines: [line], listening: { ...request, state: 'open', end: null, hint: null } };
      fixture.portTrial = trialSamples[name]!;
      const page = await open(fixture.technicianUrl);
      await page.locator('.trial .lesson-task').waitFor();
      await page.getByRole('button', { name: '显示', exact: true }).click();
      await page.getByText('正在监听 /dev/ttyUSB1').waitFor();
      await lookAt(page, name, '.lesson *, .traffic *', SIZES.slice(0, 2));
    },
  );

  it('tries the port that was touched, and puts into service what the technician chooses', async () => {
    fixture.technicianPorts = portSamples;
    fixture.onPost = () => ({ status: 200, body: { trial: trialSamples.fits } });
    const page = await open(fixture.technicianUrl);
    await page.getByRole('button', { name: '/dev/ttyUSB1' }).click();
    await page.getByRole('button', { name: '自动试配' }).click();
    await page.getByText('听懂 5 / 5 个键').waitFor();
    await page.getByRole('button', { name: '在本机启用' }).first().click();
    await expect
      .poll(() => fixture.posts.at(-1))
      .toEqual({
        path: '/technician/port-trial/use',
        body: { profileId: 'ascii-digit' },
      });
    expect(fixture.posts.at(-2)).toEqual({ path: '/technician/port-trial', body: { path: '/dev/ttyUSB1' } });
  });

  it('begins a lesson at the port that was touched', async () => {
    fixture.keypadLesson = null;
    fixture.technicianPorts = portSamples;
    fixture.onPost = () => ({ status: 200, body: { lesson: lessonSamples.asking } });
    const page = await open(fixture.technicianUrl);
    await page.getByRole('button', { name: '/dev/ttyUSB1' }).click();
    await page.getByLabel('波特率').selectOption('19200');
    await page.getByRole('button', { name: '开始学习' }).click();
    await page.getByText('请按一下：满意（第 1 遍，共 2 遍）').waitFor();
    expect(fixture.posts.at(-1)).toEqual({
      path: '/technician/keypad-lesson',
      body: { path: '/dev/ttyUSB1', baudRate: 19_200 },
    });
    fixture.keypadLesson = lessonSamples.fewer!;
    await page.getByText('不能给出五个同等的满意度等级').waitFor();
  });

  it.each(SIZES.slice(0, 2))(
    'has the task of a lesson or trial in sight when it begins, at $width × $height',
    async (size) => {
      fixture.technicianPorts = portSamples;
      const { listening } = lessonSamples;
      const { listen } = trialSamples;
      for (const [button, body, progress] of [
        ['开始学习', { lesson: listening! }, '.lesson-heard'],
        ['自动试配', { trial: listen! }, '.trial .tools'],
      ] as const) {
        const page = await open(fixture.technicianUrl, size);
        // What stands above the lesson has come: nobody touches a button before that.
        await page.getByText('正在使用第 7 版').waitFor();
        await page.getByText('域名服务器').waitFor();
        await page.getByRole('button', { name: '/dev/ttyUSB1' }).waitFor();
        fixture.onPost = () => {
          if ('lesson' in body) fixture.keypadLesson = body.lesson;
          else fixture.portTrial = body.trial;
          return { status: 200, body };
        };
        await page.getByRole('button', { name: button }).click();
        const task = page.locator('.lesson-task');
        await expect.poll(() => task.evaluate((part) => part === document.activeElement)).toBe(true);
        const seen = await page.locator(progress).evaluate((part) => part.getBoundingClientRect().toJSON() as DOMRect);
        expect(seen.bottom, button).toBeLessThanOrEqual(size.height);
        expect((await task.boundingBox())!.y, button).toBeGreaterThanOrEqual(0);
        Object.assign(fixture, { keypadLesson: null, portTrial: null });
      }
    },
  );

  it('opens a sample visit in trial mode, and nowhere else', async () => {
    fixture.onPost = () => ({ status: 200, body: {} });
    const page = await open(fixture.technicianUrl);
    await page.getByRole('button', { name: '模拟一笔办件' }).click();
    await page.getByText('已打开一笔模拟办件').waitFor();
    expect(fixture.posts).toEqual([{ path: '/technician/trial-visit', body: {} }]);
    fixture.technicianStatus = { ...technicianWell, trial: false };
    await expect.poll(() => page.getByRole('button', { name: '模拟一笔办件' }).count(), { timeout: 8000 }).toBe(0);
  });

  it('breaks no option of a command, which is typed from the screen, at any width', async () => {
    fixture.technicianStatus = technicianSamples.new!;
    const page = await open(fixture.technicianUrl);
    const option = page.locator('.check-next').getByText('--file', { exact: true });
    for (let width = 360; width <= 1280; width += 8) {
      await page.setViewportSize({ width, height: 800 });
      expect(await option.evaluate((element) => element.getClientRects().length), `at ${width}`).toBe(1);
    }
  });

  it('brings a new device into service', async () => {
    fixture.technicianStatus = technicianSamples.new!;
    fixture.onPost = () => {
      fixture.technicianStatus = technicianWell;
      return { status: 200, body: { outcome: 'enrolled', deviceId: 'dev-150102-a07' } };
    };
    const page = await open(fixture.technicianUrl);
    await page.getByLabel('中心地址').fill('https://centre.example');
    await page.getByLabel('开通码').fill(' K7Q2-9F ');
    await page.getByRole('button', { name: '开通' }).click();
    await page.getByText('dev-150102-a07').first().waitFor();
    const body = { baseUrl: 'https://centre.example', code: 'K7Q2-9F' };
    const enrolments = fixture.posts.filter(({ path }) => path !== '/technician/scanned-code');
    expect(enrolments).toEqual([{ path: '/technician/enrolment', body }]);
  });

  it('takes an order from the scanner without a field, and from a stick', async () => {
    fixture.technicianStatus = technicianSamples.new!;
    fixture.technicianSticks = ['/media/STICK/pingjiaqi.json'];
    fixture.onPost = ({ path }) =>
      path.startsWith('/technician/enrolment')
        ? { status: 200, body: { outcome: 'refused', code: 'code_used', message: '码已使用' } }
        : { status: 200, body: { code: null } };
    const page = await open(fixture.technicianUrl);
    await page.getByText('/media/STICK/pingjiaqi.json').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    const text = 'pingjiaqi://enrol?u=https://centre.example&c=K7';
    // In one turn of the page: a scanner is faster than anything that types through a driver.
    await page.evaluate(
      (keys) => {
        for (const key of keys) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      },
      [...text.split(''), 'Enter'],
    );
    await page.getByText('中心拒绝：码已使用').waitFor();
    await page.getByRole('button', { name: '使用此文件' }).click();
    const enrolments = () => fixture.posts.filter(({ path }) => path.startsWith('/technician/enrolment'));
    await expect.poll(() => enrolments().length).toBe(2);
    expect(enrolments()).toEqual([
      { path: '/technician/enrolment/scan', body: { text } },
      { path: '/technician/enrolment/stick', body: { path: '/media/STICK/pingjiaqi.json' } },
    ]);
  });

  it('is locked until a code was touched in, then says how long it stays open', async () => {
    const deviceTime = '2026-11-22T10:00:00.000+08:00';
    const locked = { role: null, remainingMs: null, deviceId: 'dev-150102-a07', deviceTime };
    fixture.technicianSession = locked;
    fixture.onPost = ({ path, body }) => {
      if (path !== '/technician/session') return { status: 200, body: {} };
      if ((body as { code: string }).code !== '12345678') return { status: 401, body: { code: 'code_wrong' } };
      fixture.technicianSession = { ...locked, role: 'change', remainingMs: 900_000 };
      return { status: 200, body: {} };
    };
    const page = await open(fixture.technicianUrl);
    await page.getByText('dev-150102-a07').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.locator('.rows').count()).toBe(0);
    for (const _digit of '00000000') await page.getByRole('button', { name: '0', exact: true }).click();
    await page.getByRole('button', { name: '进入' }).click();
    await page.getByText('口令不正确').waitFor();
    await page.keyboard.type('12345678');
    await page.keyboard.press('Enter');
    await page.getByText('15 分钟后自动锁定').waitFor();
    await page.getByRole('button', { name: '锁定' }).click();
    await page.waitForURL(fixture.citizenUrl);
    expect(fixture.posts.at(-1)).toEqual({ path: '/technician/lock', body: {} });
  });
});

describe('the hidden way to the maintenance page', () => {
  const corner = async (page: Page) => {
    for (let tap = 0; tap < 7; tap++) await page.mouse.click(8, 8);
  };

  it.each<[string, (page: Page) => Promise<void>]>([
    ['seven touches of the corner', corner],
    ['a chord', (page) => page.keyboard.press('Control+Alt+KeyM')],
  ])('is %s, and never while a citizen rates', async (_name, knock) => {
    const page = await openCitizen(inviting);
    await knock(page);
    // Had it gone away, no next view would come to this page.
    fixture.show(idle);
    await page.locator('.page[data-screen=idle]').waitFor();
    expect(page.url()).toBe(fixture.citizenUrl);
    await knock(page);
    await page.waitForURL(fixture.technicianUrl);
  });
});
