import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { SIZES, type Size } from '../support/browser.ts';
import { axeViolations, boxesOf, endlessMotion, lowContrast } from '../support/page-measures.ts';
import {
  lessonSamples,
  portSamples,
  technicianSamples,
  technicianWell,
  trialSamples,
} from '../support/page-samples.ts';
import { gluedHeadings, wordsOverLines } from '../support/page-typography.ts';
import { usePages } from '../support/pages.ts';

const { fixture, complaints, open } = usePages();

const LOCKED = {
  role: null,
  remainingMs: null,
  deviceId: 'dev-150102-a07',
  deviceTime: '2026-11-22T10:00:00.000+08:00',
};

describe("the technician's page", () => {
  /** The page as it stands, at one size after the other: it only lays itself out anew. */
  async function lookAt(page: Page, name: string, parts: string, sizes: readonly Size[]): Promise<void> {
    for (const size of sizes) {
      const state = `${name} at ${size.width} × ${size.height}`;
      await page.setViewportSize(size);
      expect(await axeViolations(page), state).toEqual([]);
      expect(await endlessMotion(page), state).toEqual([]);
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

  it('uses a large screen: letters of its size, as on the page of the citizen, and the room from edge to edge', async () => {
    fixture.technicianStatus = technicianSamples.troubled!;
    const page = await open(fixture.technicianUrl, SIZES[3]);
    await page.locator('.rows').waitFor();
    const smallest = await page.locator('#app *').evaluateAll((all) => {
      const own = (each: Element) => [...each.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim());
      return Math.min(...all.filter(own).map((each) => Number.parseFloat(getComputedStyle(each).fontSize)));
    });
    // 14 px where the screen is 800 high.
    expect(smallest).toBeGreaterThanOrEqual(19);
    const [main] = await boxesOf(page, 'main');
    expect(main!.width).toBeGreaterThan(0.9 * SIZES[3].width);
  });

  it.each(['lesson', 'trial'])('keeps the frame round what a %s asks for in the column of its card', async (kind) => {
    fixture.technicianPorts = portSamples;
    if (kind === 'lesson') fixture.keypadLesson = lessonSamples.asking!;
    else fixture.portTrial = trialSamples.listen!;
    const page = await open(fixture.technicianUrl);
    const task = page.locator('.lesson-task');
    await task.waitFor();
    await task.focus();
    const [outside, padding] = await task.evaluate((each) => {
      const { outlineWidth, outlineOffset, paddingLeft } = getComputedStyle(each);
      return [Number.parseFloat(outlineWidth) + Number.parseFloat(outlineOffset), Number.parseFloat(paddingLeft)];
    });
    expect(outside).toBeLessThanOrEqual(0);
    expect(padding).toBeGreaterThanOrEqual(8);
  });

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

  it.each([
    ['learned', '开始学习', lessonSamples.listening!, lessonSamples.learned!],
    ['failed', '开始学习', lessonSamples.listening!, lessonSamples.failed!],
    ['refused at once', '开始学习', null, lessonSamples.failed!],
    ['fits', '自动试配', trialSamples.listen!, trialSamples.fits!],
    ['none', '自动试配', trialSamples.listen!, trialSamples.none!],
    ['port', '自动试配', null, trialSamples.port!],
  ] as const)('has all that came of a lesson or trial in sight on 7 inches: %s', async (_name, button, first, last) => {
    fixture.technicianPorts = portSamples;
    Object.assign(fixture, { keypadLesson: null, portTrial: null });
    const key = button === '开始学习' ? 'keypadLesson' : 'portTrial';
    const page = await open(fixture.technicianUrl, SIZES[1]);
    await page.getByText('正在使用第 7 版').waitFor();
    await page.getByText('域名服务器').waitFor();
    await page.getByRole('button', { name: '/dev/ttyUSB1' }).click();
    const answer = first ?? last;
    fixture.onPost = () => {
      Object.assign(fixture, { [key]: answer });
      return { status: 200, body: key === 'keypadLesson' ? { lesson: answer } : { trial: answer } };
    };
    await page.getByRole('button', { name: button }).click();
    if (first !== null) {
      await page.locator('.lesson-task:focus').waitFor();
      // A technician looks for something else meanwhile.
      await page.evaluate(() => scrollTo(0, 0));
      Object.assign(fixture, { [key]: last });
    }
    await page.getByRole('button', { name: button }).waitFor();
    await expect.poll(() => unseenResult(page), { timeout: 8000 }).toEqual([]);
  });

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

  it('breaks no date and no name of a command either', async () => {
    fixture.technicianStatus = technicianSamples.ruin!;
    const page = await open(fixture.technicianUrl);
    await page.locator('.rows').waitFor();
    for (let width = 360; width <= 1280; width += 8) {
      await page.setViewportSize({ width, height: 800 });
      expect(await wordsOverLines(page, '.check-text', ['2026-\\d\\d-\\d\\d', 'set-aside']), `at ${width}`).toEqual([]);
    }
  });

  it('fits into 7 inches while it is locked, also with what it says of a wrong code', async () => {
    fixture.technicianSession = LOCKED;
    fixture.onPost = () => ({ status: 401, body: { code: 'code_wrong' } });
    const page = await open(fixture.technicianUrl, SIZES[1]);
    await page.getByText(LOCKED.deviceId).waitFor();
    const belowPx = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    expect(await belowPx()).toBeLessThanOrEqual(0);
    await page.keyboard.type('00000000');
    await page.keyboard.press('Enter');
    await page.getByText('口令不正确').waitFor();
    expect(await belowPx()).toBeLessThanOrEqual(0);
  });

  it('says that more is below as long as it is, also beside a lesson', async () => {
    fixture.technicianPorts = portSamples;
    fixture.keypadLesson = lessonSamples.asking!;
    const page = await open(fixture.technicianUrl, SIZES[1]);
    await page.locator('.lesson-task').waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    const hint = page.getByText('下面还有');
    await hint.waitFor();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await hint.waitFor({ state: 'detached' });
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
    await page.getByText('中心拒绝：这个开通码已被另一台设备用过').waitFor();
    await page.getByRole('button', { name: '使用此文件' }).click();
    const enrolments = () => fixture.posts.filter(({ path }) => path.startsWith('/technician/enrolment'));
    await expect.poll(() => enrolments().length).toBe(2);
    expect(enrolments()).toEqual([
      { path: '/technician/enrolment/scan', body: { text } },
      { path: '/technician/enrolment/stick', body: { path: '/media/STICK/pingjiaqi.json' } },
    ]);
  });

  it('is locked until a code was touched in, then says how long it stays open', async () => {
    fixture.technicianSession = LOCKED;
    fixture.onPost = ({ path, body }) => {
      if (path !== '/technician/session') return { status: 200, body: {} };
      if ((body as { code: string }).code !== '12345678') return { status: 401, body: { code: 'code_wrong' } };
      fixture.technicianSession = { ...LOCKED, role: 'change', remainingMs: 900_000 };
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

/** Parts of what came of a lesson or trial that lie beyond the edges of the screen or under something; empty when none do. */
const unseenResult = (page: Page): Promise<string[]> =>
  page.locator('.lesson :is(.lesson-task, .lesson-note, .lesson-heard, .trial-fits > li)').evaluateAll((parts) =>
    parts
      .filter((part) => {
        const { left, top, right, bottom } = part.getBoundingClientRect();
        const corners = [top + 2, bottom - 2].map((y) => document.elementFromPoint((left + right) / 2, y));
        return top < 0 || bottom > innerHeight || corners.some((at) => at === null || !part.contains(at));
      })
      .map((part) => part.textContent ?? ''),
  );
