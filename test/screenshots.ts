import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { CitizenView } from '../device/visit/views.ts';
import { launchBrowser, openScreen, SIZES, type Size } from './support/browser.ts';
import { chooseLanguage, chooseModes, MODES, type Mode, OTHER_LANGUAGES } from './support/comfort-choices.ts';
import { PageFixture } from './support/page-fixture-server.ts';
import {
  citizenSamples,
  lessonSamples,
  portSamples,
  reasons,
  staffSamples,
  technicianSamples,
  thanks,
} from './support/page-samples.ts';

/**
 * Pictures of every screen of every page at every size, and one contact sheet of them, in out/screenshots.
 * The pages are the built ones; an appliance is not needed.
 */
const OUT = fileURLToPath(new URL('../out/screenshots', import.meta.url));
/** What is there when a page has its first view. */
const READY = {
  citizen: '.page:not([data-screen=starting])',
  staff: '.today, .sign-in, .paper',
  technician: '.rows',
};
const CLERKS_CORNER = { width: 360, height: 480 };
/** The widget over another program. */
const WIDGET = { width: 360, height: 280 };

interface Shot {
  name: string;
  page: 'citizen' | 'staff' | 'technician';
  set(fixture: PageFixture): void;
  /** What a person does before the picture is taken. */
  act?(page: Page, fixture: PageFixture): Promise<void>;
}

const citizenShots: Shot[] = Object.entries(citizenSamples).map(([name, view]) => ({
  name: `citizen-${name}`,
  page: 'citizen',
  set: (fixture) => {
    fixture.citizenView = view;
  },
}));

const citizenActs: Shot[] = [
  {
    name: 'citizen-inviting-not-kept',
    page: 'citizen',
    set: (fixture) => {
      fixture.citizenView = citizenSamples.inviting;
      fixture.onCommand = () => ({ kept: false, code: 'storage' });
    },
    act: async (page) => {
      await page.getByRole('button', { name: '基本满意' }).click();
      await page.getByText('这次操作没有保存').waitFor();
    },
  },
  {
    name: 'citizen-reasons-comment',
    page: 'citizen',
    set: (fixture) => {
      fixture.citizenView = {
        ...reasons,
        level: 5,
        tags: [],
        comment: '材料一次交齐，当场就办好了。'.repeat(30).slice(0, 400),
      };
    },
  },
  {
    name: 'citizen-large-code',
    page: 'citizen',
    set: (fixture) => {
      fixture.citizenView = citizenSamples.inviting;
    },
    act: (page) => page.getByRole('button', { name: '放大二维码' }).click(),
  },
  ...[2, 3].map(
    (slide): Shot => ({
      name: `citizen-idle-slide-${slide}`,
      page: 'citizen',
      set: (fixture) => {
        fixture.citizenView = citizenSamples['idle-content'];
      },
      act: (page) => page.getByRole('button', { name: `第 ${slide} 页` }).click(),
    }),
  ),
  {
    name: 'citizen-lost',
    page: 'citizen',
    set: (fixture) => {
      fixture.citizenView = citizenSamples.inviting;
    },
    act: async (page, fixture) => {
      await page.getByRole('button', { name: '不评价' }).waitFor();
      await fixture.stop();
      await page.getByRole('heading', { name: '评价器正在恢复' }).waitFor();
    },
  },
];

/** A finger on the comment, then on keys. */
async function write(page: Page, keys: string): Promise<void> {
  await page.locator('#comment').click();
  await page.locator('.keys').waitFor();
  for (const key of keys) await page.getByRole('button', { name: key, exact: true }).click({ delay: 0 });
}

function writing(name: string, language: string, modes: readonly Mode[], keys: string, more = false): Shot {
  const before = choosing(name, language, modes, { ...reasons, comment: '材料一次交齐，' });
  return {
    ...before,
    act: async (page, fixture) => {
      await before.act?.(page, fixture);
      await write(page, keys);
      if (more) await page.locator('.more').click();
    },
  };
}

/** The question is asked, somebody touches a switch, and the visit goes on to `to`. */
function choosing(name: string, language: string, modes: readonly Mode[], to: CitizenView): Shot {
  return {
    name,
    page: 'citizen',
    set: (fixture) => {
      fixture.citizenView = to.screen === 'serving' ? to : citizenSamples.inviting;
    },
    act: async (page, fixture) => {
      if (language !== 'zh-CN') await chooseLanguage(page, language);
      await chooseModes(page, modes);
      if (to.screen !== fixture.citizenView.screen) fixture.show(to);
      await page.locator(`.page[data-screen=${to.screen}]`).waitFor();
    },
  };
}

const { serving, ended, inviting } = citizenSamples;
const languageShots = OTHER_LANGUAGES.flatMap((language) => [
  ...[serving, inviting, reasons, thanks].map((view) =>
    choosing(`citizen-${language}-${view.screen}`, language, [], view),
  ),
  choosing(`citizen-${language}-elder`, language, ['elder'], inviting),
  choosing(`citizen-${language}-low`, language, ['low'], inviting),
]);
const modeShots = [
  ...[serving, inviting, reasons, ended].map((view) =>
    choosing(`citizen-elder-${view.screen}`, 'zh-CN', ['elder'], view),
  ),
  ...[inviting, reasons].map((view) => choosing(`citizen-contrast-${view.screen}`, 'zh-CN', ['contrast'], view)),
  choosing('citizen-low-inviting', 'zh-CN', ['low'], inviting),
  choosing('citizen-all-modes-inviting', 'zh-CN', MODES, inviting),
];

const writingShots = [
  writing('citizen-writing', 'zh-CN', [], 'paiduitaijiu'),
  writing('citizen-writing-more', 'zh-CN', [], 'shi', true),
  writing('citizen-writing-elder', 'zh-CN', ['elder'], 'chuangk'),
  ...OTHER_LANGUAGES.map((language) => writing(`citizen-writing-${language}`, language, [], '')),
];

const staffShots: Shot[] = Object.entries(staffSamples).map(([name, view]) => ({
  name: `staff-${name}`,
  page: 'staff',
  set: (fixture) => {
    fixture.staffView = view;
  },
}));

const opening = (name: string, button: string): Shot => ({
  name,
  page: 'staff',
  set: (fixture) => {
    fixture.staffView = { ...staffSamples.serving!, waiting: 0 };
  },
  act: (page) => page.getByRole('button', { name: button }).click(),
});
const signIn: Shot = {
  name: 'staff-sign-in',
  page: 'staff',
  set: (fixture) => {
    fixture.session = { needed: true, possible: true, person: null };
    fixture.onPost = () => ({ status: 401, body: { code: 'pin_wrong' } });
  },
  act: async (page) => {
    await page.getByLabel('工号').fill('0107');
    await page.getByLabel('密码').fill('000000');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByText('工号或密码不正确').waitFor();
  },
};
const person = { number: '0107', name: '苏日娜', role: 'window' as const, endsAt: '2026-11-22T17:45:00.000+08:00' };
const signedIn: Shot = {
  name: 'staff-signed-in',
  page: 'staff',
  set: (fixture) => {
    fixture.session = { needed: true, possible: true, person };
    fixture.staffView = { ...staffSamples.serving!, trial: false };
  },
};
const paper = (name: string, role: 'paper_entry' | 'paper_review', forms: string[], outcome: string): Shot => ({
  name,
  page: 'staff',
  set: (fixture) => {
    fixture.session = { needed: true, possible: true, person: { ...person, role } };
    fixture.paperForms = forms;
    fixture.onPost = () => ({ status: 200, body: { form: 'A-07-K3XF-000041', outcome } });
  },
  act: async (page) => {
    await page.getByLabel('表号').fill('A-07-K3XF-000041');
    await page.getByLabel('表上日期').fill('2026-11-22');
    await page.getByRole('radio').first().press('2');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('A-07-K3XF-000041').waitFor();
    await page.getByLabel('表号').fill('A-07-K3XF-000052');
  },
});
const paperShots = [
  paper('staff-paper-first', 'paper_entry', [], 'kept'),
  paper('staff-paper-second', 'paper_review', ['A-07-K3XF-000041', 'A-07-K3XF-000052'], 'differs'),
];
const staffActs = [opening('staff-skip', '不邀请…'), opening('staff-pause', '暂停服务…'), signIn, signedIn];

const technicianShots: Shot[] = Object.entries(technicianSamples).map(([name, status]) => ({
  name: `technician-${name}`,
  page: 'technician',
  set: (fixture) => {
    fixture.technicianStatus = status;
  },
}));

const lessonShots: Shot[] = Object.entries(lessonSamples).map(([name, lesson]) => ({
  name: `technician-lesson-${name}`,
  page: 'technician',
  set: (fixture) => {
    fixture.keypadLesson = lesson;
    fixture.technicianPorts = portSamples;
  },
  act: (page) => page.locator('.lesson-task').scrollIntoViewIfNeeded(),
}));

const SHOTS = [
  ...citizenShots,
  ...citizenActs,
  ...languageShots,
  ...modeShots,
  ...writingShots,
  ...staffShots,
  ...staffActs,
  ...paperShots,
  ...technicianShots,
  ...lessonShots,
];

async function take(browser: Browser, shot: Shot, size: { width: number; height: number }): Promise<string> {
  const fixture = new PageFixture();
  await fixture.start();
  shot.set(fixture);
  const context = await openScreen(browser, size);
  const page = await context.newPage();
  await page.goto(fixture[`${shot.page}Url`]);
  await page.locator(READY[shot.page]).first().waitFor({ state: 'attached' });
  await shot.act?.(page, fixture);
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(250);
  const file = `${shot.name}-${size.width}x${size.height}.png`;
  await page.screenshot({ path: join(OUT, file) });
  await context.close();
  await fixture.stop();
  return file;
}

const sizesOf = (shot: Shot): readonly (Size | typeof CLERKS_CORNER | typeof WIDGET)[] =>
  shot.page === 'staff' ? [WIDGET, CLERKS_CORNER, ...SIZES] : SIZES;

async function contactSheet(browser: Browser, rows: Map<string, string[]>): Promise<void> {
  const picture = async (file: string) => {
    const bytes = await readFile(join(OUT, file));
    return `<img alt="" src="data:image/png;base64,${bytes.toString('base64')}">`;
  };
  const html: string[] = [];
  for (const [name, files] of rows) {
    html.push(`<figure><figcaption>${name}</figcaption>${(await Promise.all(files.map(picture))).join('')}</figure>`);
  }
  const style = `body{font:16px sans-serif;margin:24px;background:#9aa0a8;display:flex;flex-wrap:wrap;gap:16px 32px}
    figure{margin:0}figcaption{padding-bottom:4px}img{height:200px;margin-right:8px}`;
  const context = await openScreen(browser, { width: 2600, height: 1000 });
  const page = await context.newPage();
  await page.setContent(`<!doctype html><style>${style}</style>${html.join('')}`, { waitUntil: 'load' });
  await page.screenshot({ path: join(OUT, 'contact-sheet.png'), fullPage: true });
  await context.close();
}

/** `node test/screenshots.ts [part of a name]` */
async function main(wanted = ''): Promise<void> {
  if (wanted === '') await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const browser = await launchBrowser();
  const rows = new Map<string, string[]>();
  for (const shot of SHOTS.filter(({ name }) => name.includes(wanted))) {
    const files: string[] = [];
    for (const size of sizesOf(shot)) files.push(await take(browser, shot, size));
    rows.set(shot.name, files);
  }
  if (wanted === '') await contactSheet(browser, rows);
  await browser.close();
  const index = [...rows.values()].flat().join('\n');
  await writeFile(join(OUT, 'index.txt'), `${index}\n`);
  console.log(`${[...rows.values()].flat().length} pictures in out/screenshots`);
}

await main(process.argv[2]);
