import type { Page } from 'playwright-core';
import type { CitizenView } from '../../device/visit/views.ts';
import { chooseLanguage, chooseModes, MODES, type Mode, OTHER_LANGUAGES } from '../support/comfort-choices.ts';
import type { PageFixture } from '../support/page-fixture-server.ts';
import { citizenSamples, reasons } from '../support/page-samples.ts';
import { citizen, type Scene, type Shot } from './shot.ts';

const { idle, serving, inviting, thanks, ended } = citizenSamples;
const required = citizenSamples['reasons-required'];

/** Every view as it is for whoever touched no switch. */
const plainShots = Object.entries(citizenSamples).map(([name, view]) =>
  citizen(name, {
    set: (fixture) => {
      fixture.citizenView = view;
    },
  }),
);

const deedShots: Shot[] = [
  citizen('inviting-not-kept', {
    set: (fixture) => {
      fixture.citizenView = inviting;
      fixture.onCommand = () => ({ kept: false, code: 'storage' });
    },
    act: async (page) => {
      await page.getByRole('button', { name: '基本满意' }).click();
      await page.getByText('这次操作没有保存').waitFor();
    },
  }),
  citizen('reasons-comment', {
    set: (fixture) => {
      const comment = '材料一次交齐，当场就办好了。'.repeat(30).slice(0, 400);
      fixture.citizenView = { ...reasons, level: 5, tags: [], comment };
    },
  }),
  citizen('reasons-group-open', {
    set: (fixture) => {
      fixture.citizenView = citizenSamples['reasons-groups'];
    },
    act: (page) => page.getByRole('button', { name: '材料与手续' }).click(),
  }),
  ...[2, 3].map((slide) =>
    citizen(`idle-slide-${slide}`, {
      set: (fixture) => {
        fixture.citizenView = citizenSamples['idle-content'];
      },
      act: (page) => page.getByRole('button', { name: `第 ${slide} 页` }).click(),
    }),
  ),
  // As long as a list may be, at its second page.
  citizen('idle-long-list', {
    set: (fixture) => {
      const { items: few } = idle;
      const items = Array.from({ length: 2000 }, (_, at) => ({ ...few[at % few.length]!, code: `${at}` }));
      fixture.citizenView = { ...citizenSamples['idle-content'], items };
    },
    act: (page) => page.locator('.turn-items').click(),
  }),
  citizen('lost', {
    set: (fixture) => {
      fixture.citizenView = inviting;
    },
    act: async (page, fixture) => {
      await page.getByRole('button', { name: '不评价' }).waitFor();
      await fixture.stop();
      await page.getByRole('heading', { name: '评价器正在恢复' }).waitFor();
    },
  }),
];

/** A finger on the comment, then on keys. */
async function write(page: Page, keys: string): Promise<void> {
  await page.locator('#comment').click();
  await page.locator('.keys').waitFor();
  for (const key of keys) await page.getByRole('button', { name: key, exact: true }).click({ delay: 0 });
}

const enlarge = (page: Page) => page.locator('.phone-code').click();

const openLanguages = (page: Page) => page.locator('.language-opener').press('Enter');

const MODE_SETS: Readonly<Record<string, readonly Mode[]>> = {
  plain: [],
  elder: ['elder'],
  contrast: ['contrast'],
  low: ['low'],
  all: MODES,
};

async function goTo(page: Page, fixture: PageFixture, view: CitizenView): Promise<void> {
  fixture.show(view);
  await page.locator(`.page[data-screen=${view.screen}]`).waitFor();
}

async function choose(page: Page, language: string, modes: readonly Mode[]): Promise<void> {
  if (language !== 'zh-CN') await chooseLanguage(page, language);
  await chooseModes(page, modes);
}

/** The official page where the policy has it, when it is there. */
async function showOfficialPage(page: Page, fixture: PageFixture): Promise<void> {
  await goTo(page, fixture, { ...inviting, unifiedPage: `${fixture.frameOrigin}/rate#t=token` });
  await page.frameLocator('.unified iframe').getByRole('button', { name: '基本满意' }).waitFor();
}

const showing =
  (...views: readonly CitizenView[]) =>
  async (page: Page, fixture: PageFixture) => {
    for (const view of views) await goTo(page, fixture, view);
  };

/** One visit from its first screen to its last, by somebody who touched switches: at idle, and again when it begins. */
function visit(language: string, modes: readonly Mode[]): Scene[] {
  return [
    { name: 'idle', act: (page) => choose(page, language, modes) },
    {
      name: 'serving',
      act: async (page, fixture) => {
        await goTo(page, fixture, serving);
        await choose(page, language, modes);
      },
    },
    { name: 'inviting', act: showing(inviting) },
    { name: 'large-code', act: enlarge },
    { name: 'reasons', act: showing(reasons) },
    // Under small letters all of them lie in the bar. The next screen closes it.
    ...(modes.includes('elder') ? [{ name: 'languages', act: openLanguages }] : []),
    { name: 'required', act: showing(inviting, required) },
    {
      name: 'writing',
      act: async (page, fixture) => {
        await showing(inviting, { ...reasons, comment: '材料一次交齐，' })(page, fixture);
        await write(page, '');
      },
    },
    { name: 'thanks', act: showing(inviting, thanks) },
    {
      name: 'ended',
      act: async (page, fixture) => {
        await goTo(page, fixture, serving);
        await choose(page, language, modes);
        await showing(inviting, ended)(page, fixture);
      },
    },
    // The last one: behind a visit with the official page the page is loaded anew.
    {
      name: 'unified',
      act: async (page, fixture) => {
        await goTo(page, fixture, serving);
        await choose(page, language, modes);
        await showOfficialPage(page, fixture);
      },
    },
  ];
}

/** Every screen of a visit in every language and mode. */
const matrixShots = ['zh-CN', ...OTHER_LANGUAGES].flatMap((language) =>
  Object.entries(MODE_SETS).map(([mode, modes]): Shot => {
    const scenes = visit(language, modes).map((scene) => ({
      ...scene,
      name: `citizen-${language}-${mode}-${scene.name}`,
    }));
    const set = (fixture: PageFixture) => {
      fixture.citizenView = idle;
      // Large letters ask for more time by themselves; unanswered the page would hold the device for lost.
      fixture.onCommand = () => ({ kept: true, code: null });
    };
    return { ...citizen('', { set }), scenes };
  }),
);

const pinyin = (name: string, modes: readonly Mode[], keys: string, more = false) =>
  citizen(name, {
    set: (fixture) => {
      fixture.citizenView = inviting;
    },
    act: async (page, fixture) => {
      await choose(page, 'zh-CN', modes);
      await goTo(page, fixture, { ...reasons, comment: '材料一次交齐，' });
      await write(page, keys);
      if (more) await page.locator('.more').click();
    },
  });

export const CITIZEN_SHOTS: readonly Shot[] = [
  ...plainShots,
  ...deedShots,
  pinyin('pinyin', [], 'paiduitaijiu'),
  pinyin('pinyin-more', [], 'shi', true),
  pinyin('pinyin-elder', ['elder'], 'chuangk'),
  ...matrixShots,
];
