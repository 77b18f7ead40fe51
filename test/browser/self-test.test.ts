import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { wordsOf } from '../../app/checks/words.ts';
import { acceptanceReport } from '../../app/processes/acceptance-report.ts';
import type { TechnicianStatus } from '../../app/server/technician/status.ts';
import zhCN from '../../assets/technician/checks/zh-CN.json' with { type: 'json' };
import { findOrMakeIdentity } from '../../device/identity/identity-store.ts';
import { SIZES, type Size } from '../support/browser.ts';
import { axeViolations, boxesOf, lowContrast } from '../support/page-measures.ts';
import { usePages } from '../support/pages.ts';
import { pdfPages } from '../support/pdf-text.ts';
import { technicianSamples, technicianWell } from '../support/technician-samples.ts';
import { freePatches } from '../support/touch-patches.ts';

const pages = usePages();
const { fixture } = pages;

async function open(name: string, size: Size = SIZES[0]): Promise<Page> {
  fixture.technicianStatus = technicianSamples[name]!;
  const page = await pages.open(fixture.technicianUrl, size);
  await page.locator('.checks').waitFor();
  return page;
}

/** Pairs of a fingerprint with colons, and groups of four signs of one without, that stand in two lines. */
function brokenFingerprints(page: Page, where = '.check-text, .identity dd'): Promise<string[]> {
  return page.locator(where).evaluateAll((all) =>
    all.flatMap((element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const signs: { sign: string; top: number }[] = [];
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        for (let at = 0; at < (node.textContent ?? '').length; at += 1) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          signs.push({ sign: node.textContent![at]!, top: Math.round(range.getBoundingClientRect().top) });
        }
      }
      const text = signs.map(({ sign }) => sign).join('');
      const groups = [...text.matchAll(/(?:[0-9A-F]{2}:){3,}[0-9A-F]{2}/g)].flatMap(({ index, 0: whole }) =>
        [...whole.matchAll(/[0-9A-F]{2}:?/g)].map((pair) => [index + pair.index, pair[0].length] as const),
      );
      const keys = [...text.matchAll(/(?<![\w-])[\w-]{43}(?![\w-])/g)].flatMap(({ index }) =>
        [0, 4, 8, 12, 16, 20, 24, 28, 32, 36].map((from) => [index + from, 4] as const),
      );
      return [...groups, ...keys]
        .filter(([from, length]) => new Set(signs.slice(from, from + length).map(({ top }) => top)).size > 1)
        .map(([from, length]) => text.slice(from, from + length));
    }),
  );
}

describe('the list', () => {
  it('puts what wants a hand first, says how much of it there is, and goes on by itself', async () => {
    const page = await open('troubled');
    const words = await page.locator('.check .word').allInnerTexts();
    expect(words.slice(0, 6)).toEqual(['故障', '故障', '故障', '注意', '注意', '正常']);
    await page.getByText('故障 3 项，注意 2 项', { exact: true }).waitFor();
    await page.locator('.check-next', { hasText: '请大厅网络放行本机到中心的地址' }).waitFor();
    fixture.technicianStatus = technicianWell;
    await page.getByText('全部正常').waitFor();
    expect(await page.locator('.check-next').count()).toBe(0);
  });

  it('says at one look that nothing is broken where a thing is only to be looked at', async () => {
    const page = await open('new');
    expect(await page.locator('.counts').innerText()).toMatch(/^没有故障，注意 1 项\s+正常 11 项$/);
  });

  it('breaks a fingerprint between its pairs or groups alone, at any width', async () => {
    const page = await open('well');
    await page.locator('.identity dd').first().waitFor();
    for (let width = 360; width <= 1280; width += 40) {
      await page.setViewportSize({ width, height: 800 });
      expect(await brokenFingerprints(page), `at ${width}`).toEqual([]);
    }
  });

  it('sends again what the centre refused, by number and reason alone', async () => {
    const record = { id: '019a9f3e-7c10-7aaa-8bbb-0123456789ab', seq: 812, kind: 'rating', dueAt: 1_780_000_000_000 };
    fixture.setAside = [{ ...record, code: 'content_mismatch', message: 'level 2 of SECRET' }];
    fixture.onPost = () => {
      fixture.setAside = [];
      return { status: 200, body: { resubmitted: 1 } };
    };
    const page = await open('ruin');
    await page.getByText('第 812 号记录', { exact: true }).waitFor();
    const shown = await page.locator('main').innerText();
    expect(shown).not.toMatch(/SECRET|level|rating\b/);
    await page.getByRole('button', { name: '重新上报第 812 号记录' }).click();
    await page.getByText('1 条已排入上报').waitFor();
    expect(fixture.posts).toEqual([{ path: '/technician/set-aside/resubmit', body: { ids: [record.id] } }]);
    await expect.poll(() => page.getByText('第 812 号记录', { exact: true }).count()).toBe(0);
  });

  it('writes the acceptance report onto a stick, where the window may not print', async () => {
    fixture.onPost = () => ({ status: 200, body: { path: '/media/stick/pingjiaqi-report-d-1.html' } });
    const page = await open('well');
    await page.getByRole('button', { name: '保存验收报告到 stick' }).click();
    await page.getByText('已写入 /media/stick/pingjiaqi-report-d-1.html').waitFor();
    expect(fixture.posts).toEqual([{ path: '/technician/acceptance-report', body: { to: '/media/stick' } }]);
  });

  it('changes the key only after it was asked a second time, and says what came of it', async () => {
    fixture.onPost = () => ({ status: 200, body: { outcome: 'refused', code: 'unknown_code', message: '没有这个码' } });
    const page = await open('well');
    await page.getByLabel('更换码').fill(' K7Q2 ');
    await page.getByRole('button', { name: '更换密钥' }).click();
    await page.getByRole('button', { name: '取消' }).click();
    await page.getByRole('button', { name: '更换密钥' }).click();
    await page.getByText('旧密钥随后作废').waitFor();
    expect(fixture.posts).toEqual([]);
    await page.getByRole('button', { name: '确认更换' }).click();
    await page.getByText('没有这个码').waitFor();
    const body = { baseUrl: technicianWell.device?.centre, code: 'K7Q2', renew: true };
    expect(fixture.posts).toEqual([{ path: '/technician/enrolment', body }]);
  });

  it('hands out the support bundle as a file, and writes it onto a stick', async () => {
    fixture.onPost = () => ({ status: 200, body: { path: '/media/stick/pingjiaqi-support-d-1.json' } });
    const page = await open('well');
    const link = page.getByRole('link', { name: '下载诊断包' });
    expect([await link.getAttribute('href'), await link.getAttribute('download')]).toEqual([
      '/technician/support-bundle',
      '',
    ]);
    await page.getByRole('button', { name: '写入 stick' }).click();
    await page.getByText('已写入 /media/stick/pingjiaqi-support-d-1.json').waitFor();
    expect(fixture.posts).toEqual([{ path: '/technician/support-bundle', body: { to: '/media/stick' } }]);
  });
});

it('the touch test of a screen that is turned or resized begins again, with patches of a finger and its words whole', async () => {
  const page = await open('well', SIZES[3]);
  await page.getByRole('button', { name: '触摸测试' }).click();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await page.getByText(`还剩 ${Math.ceil(size.width / 100) * Math.ceil(size.height / 100)} 格`).waitFor();
    const [panel] = await boxesOf(page, '.touch-panel');
    for (const { x, y, width, height } of await boxesOf(page, '.touch-panel > *')) {
      expect([x >= panel!.x, x + width <= panel!.x + panel!.width]).toEqual([true, true]);
      const air = Math.min(y - panel!.y, panel!.y + panel!.height - y - height);
      expect(air, `${size.width} × ${size.height}`).toBeGreaterThanOrEqual(8);
    }
    await page.locator('.touch-cell').first().click();
  }
});

describe.each(SIZES.slice(0, 2))('what a person tries out at $width × $height', (size) => {
  it('every part of the screen answers a finger; the last one ends the test', async () => {
    const page = await open('well', size);
    await page.getByRole('button', { name: '触摸测试' }).click();
    const cells = page.locator('.touch-cell');
    expect(await axeViolations(page)).toEqual([]);
    expect(await lowContrast(page, '.touch-panel *', 7)).toEqual([]);
    const boxes = await cells.evaluateAll((all) => all.map((cell) => cell.getBoundingClientRect().toJSON() as DOMRect));
    expect(Math.max(...boxes.map(({ width, height }) => Math.max(width, height)))).toBeLessThanOrEqual(100);
    // Edges and corners are where a panel goes blind first; the middle is what a citizen touches.
    const covered = boxes.reduce((sum, { width, height }) => sum + width * height, 0);
    expect(covered).toBeCloseTo(size.width * size.height, -2);
    expect(Math.max(...boxes.map(({ right }) => right))).toBeCloseTo(size.width, 0);
    expect(Math.max(...boxes.map(({ bottom }) => bottom))).toBeCloseTo(size.height, 0);
    for (const round of ['what the panel leaves free', 'what was under it']) {
      const free = await freePatches(page);
      expect(free.length, round).toBeGreaterThan(0);
      expect(fixture.posts).toEqual([]);
      for (const [x, y] of free) await page.touchscreen.tap(x, y);
    }
    const result = { path: '/technician/tests/result', body: { test: 'touch', passed: true } };
    await expect.poll(() => fixture.posts).toEqual([result]);
  });

  it('whole screens of each colour, then the question; giving up leaves no result', async () => {
    const page = await open('well', size);
    await page.getByRole('button', { name: '颜色测试' }).click();
    for (let shown = 0; shown < 6; shown++) await page.locator('.colour').click();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: '有，未通过' }).click();
    const result = { path: '/technician/tests/result', body: { test: 'colours', passed: false } };
    await expect.poll(() => fixture.posts).toEqual([result]);
    await page.getByRole('button', { name: '颜色测试' }).click();
    await page.locator('.colour').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.colour').waitFor({ state: 'detached' });
    expect(fixture.posts).toEqual([result]);
  });
});

const A4 = { width: 595, height: 842 };
/** Fonts share glyphs between a character and the radical that looks like it, and a PDF names either. */
const RADICALS: Record<string, string> = {
  '⻔': '门',
  '⻚': '页',
  '⻓': '长',
  '⻘': '青',
  '⻬': '齐',
  '⻋': '车',
  '⻅': '见',
};
const plain = (text: string) =>
  text
    .replace(/[⺀-⻿]/g, (radical) => RADICALS[radical] ?? radical)
    .normalize('NFKC')
    .replace(/\s/g, '');

/** What stands at the head of every sheet, since only the last one is signed. */
function headOf({ trial, device, window }: TechnicianStatus): string {
  const none = '（未开通）';
  const place = window === null ? none : `${window.number}${window.name}`;
  return plain(`评价器验收报告${trial ? '试用' : ''}设备编号${device?.deviceId ?? none}窗口${place}`);
}

/** How the parts of a report look on paper. */
function looksOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = [
      'h1',
      'h1 span',
      '-whose',
      '-facts dt',
      '-facts dd',
      '-verdict',
      '-lines th',
      '-lines td',
      '-line--warn td:nth-child(2)',
      '-lines b',
      '-signatures p',
    ];
    const properties = [
      'font-size',
      'font-weight',
      'color',
      'padding',
      'border',
      'text-align',
      'line-height',
      'margin',
    ];
    return parts.map((part) => {
      const element = document.querySelector(part.startsWith('h1') ? `.report ${part}` : `.report${part}`);
      const style = element && getComputedStyle(element);
      return `${part}: ${properties.map((property) => style?.getPropertyValue(property)).join('; ')}`;
    });
  });
}

describe('the acceptance report', () => {
  it.each(['well', 'ruin', 'new'])(
    'holds every line of a device that is %s on A4 pages, and places to sign',
    async (name) => {
      const page = await open(name);
      const pages = pdfPages(await page.pdf({ preferCSSPageSize: true }));
      for (const { width, height } of pages) {
        expect([Math.round(width), Math.round(height)]).toEqual([A4.width, A4.height]);
      }
      expect(pages.length).toBeLessThanOrEqual(3);
      const text = plain(pages.map((one) => one.text).join(''));
      for (const number of pages.keys()) expect(text).toContain(`${number + 1}/${pages.length}`);
      const status = technicianSamples[name]!;
      for (const sheet of pages) expect(plain(sheet.text)).toContain(headOf(status));
      for (const check of status.checks) {
        const { name: line, cause, next } = wordsOf(check, zhCN);
        expect(text).toContain(plain(line));
        expect(text).toContain(plain(cause));
        expect(text).toContain(plain(next ?? ''));
      }
      const { device, window, version } = status;
      const facts = [device?.deviceId, device?.keyFingerprint, device?.centre, window?.number, window?.hall, version];
      for (const fact of [
        ...facts,
        '2026-11-22 10:20:00',
        '评价器验收报告',
        '安装人员（签字）',
        '大厅负责人（签字）',
      ]) {
        expect(text).toContain(plain(fact ?? '未开通'));
      }
      expect(text.includes('试用')).toBe(status.trial);
      // Nothing of the page itself, and no grade: neither a level's name nor the faces.
      expect(text).not.toMatch(/打印验收报告|检查到中心的网络|满意|差评(?!中心)|中评/);
    },
  );

  it('cuts nothing off at the edge of the paper', async () => {
    // What 14 mm margins leave of 210 mm, at 96 px an inch.
    const page = await open('ruin', { width: 688, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    onTestFinished(() => page.emulateMedia({ media: null }));
    const cut = await page
      .locator('.report *')
      .evaluateAll((all) =>
        all
          .filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline')
          .map((part) => part.textContent),
      );
    expect(cut).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(688);
    expect(await page.locator('main').isVisible()).toBe(false);
  });

  it('has one look, printed from the page or from its file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const page = await open('troubled', { width: 688, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    const file = await pages.openApart({ width: 688, height: 1000 });
    await file.emulateMedia({ media: 'print' });
    await file.setContent(acceptanceReport(technicianSamples.troubled!, findOrMakeIdentity(folder, 'ed25519')));
    expect(await looksOf(file)).toEqual(await looksOf(page));
    await page.emulateMedia({ media: null });
  });

  it.each(['well', 'ruin', 'new'])('as a file of a device that is %s is whole on paper too', async (name) => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    // What 14 mm margins leave of 210 mm; in a page of its own, not under the content policy of ours.
    const page = await pages.openApart({ width: 688, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    await page.setContent(acceptanceReport(technicianSamples[name]!, findOrMakeIdentity(folder, 'ed25519')));
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(688);
    const lines = await page.locator('.report-line td:nth-child(2)').evaluateAll((cells) =>
      cells.map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getClientRects().length;
      }),
    );
    expect(lines).toEqual(technicianSamples[name]!.checks.map(() => 1));
    expect(await brokenFingerprints(page, 'td:last-child, dd')).toEqual([]);
    const sheets = pdfPages(await page.pdf({ preferCSSPageSize: true }));
    for (const sheet of sheets) expect(plain(sheet.text)).toContain(headOf(technicianSamples[name]!));
    expect(sheets.map(({ text }) => plain(text)).every((text, at) => text.includes(`${at + 1}/${sheets.length}`))).toBe(
      true,
    );
  });
});
