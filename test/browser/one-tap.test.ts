import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WINDOW_FLAGS } from '../../app/cli/window.ts';
import { ALONE_FOR_MS, QUIET_MS } from '../../app/pages/citizen/digit-keys.ts';
import { AgentLink } from '../../app/processes/agent-link.ts';
import { applianceApi } from '../../app/processes/appliance-api.ts';
import { createLog } from '../../app/processes/log.ts';
import { type Servers, startServers } from '../../app/server/servers.ts';
import type { Level } from '../../device/ledger/record.ts';
import { readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { FakeOpener } from '../../device/peripherals/testing/fake-port.ts';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { TIMES } from '../../device/visit/model.ts';
import { launchBrowser, openScreen, SIZES, type Size } from '../support/browser.ts';
import { chooseLanguage, OTHER_LANGUAGES } from '../support/comfort-choices.ts';
import { heardOn, LISTEN, listenTo } from '../support/heard-sounds.ts';
import { useScreens } from '../support/pages.ts';
import { openUnseenWindow } from '../support/unseen-window.ts';

/**
 * As a new citizen would: in every language, at every size and by every kind of input, one act is one rating on disk.
 * One appliance whose waits pass at once, its own servers, the built pages; the box of keys is played on its wire.
 */

const PAGES = fileURLToPath(new URL('../../dist/pages', import.meta.url));
const ASCII = await readKeypadProfile(new URL('../../assets/keypad-profiles/ascii-digit.json', import.meta.url));
const SETTINGS = { peripherals: { keypad: { path: '/dev/null', profile: 'ascii-digit' } } };
const LANGUAGES = ['zh-CN', ...OTHER_LANGUAGES];
/** Longer than any wait of a screen that is over, shorter than the question's. */
const AFTER_THE_THANKS_MS = 5_000;

const screens = useScreens();
let device: ApplianceFixture;
let servers: Servers;
const box = new FakeOpener();
let cases = 0;

beforeAll(async () => {
  device = await openTestAppliance(sampleConfiguration({ settings: SETTINGS }), {
    trial: true,
    peripherals: { opener: box, keypadProfiles: new Map([[ASCII.id, ASCII]]) },
  });
  const { appliance, clock } = device;
  await clock.advance(0);
  const log = createLog('test', 'silent');
  const link = new AgentLink({ appliance, clock, log, version: '0' });
  servers = await startServers({
    api: applianceApi({ appliance, link, settings: { PINGJIAQI_TRIAL: true }, version: '0' }),
    logger: log,
    pagesDir: PAGES,
    localPort: 0,
    lanPort: 0,
    lanHost: '127.0.0.1',
    localTokens: null,
    lanTls: null,
  });
});
afterAll(async () => {
  await servers.close();
  await device.close();
});

/** As a browser with a display is by itself, where its window does not say otherwise. */
const STRICT = '--autoplay-policy=document-user-activation-required';

interface Given {
  visitId: string;
  level: Level;
  language: string;
}

const screenIs = (page: Page, screen: string) => page.locator(`.page[data-screen=${screen}]`).waitFor();

/** What is on disk of the visit; the act was one, so there is one. */
const ratingsOf = (visitId: string) =>
  device.records().flatMap(({ kind, body }) => (kind === 'rating' && body.visitId === visitId ? [body] : []));

/** A case whose citizen is invited at once, and the grade that is to come of it. */
function openCase(): Omit<Given, 'language'> {
  const level = ((cases % 5) + 1) as Level;
  const visit = {
    caseNo: `CASE-${++cases}`,
    serviceNo: 1,
    itemCode: 'I-1',
    itemName: '居民身份证换领',
    staffId: 'S-1',
  };
  const request = { ...visit, servedAt: null, trigger: 'business' as const, inviteAtOnce: true };
  return { visitId: device.appliance.openVisit(request, null), level };
}

/** Opens a case, lets `act` rate it on the page, and sees its one rating before anything else is touched. */
async function rateOne(page: Page, language: string, channel: string, act: (given: Given) => Promise<void>) {
  const { visitId, level } = openCase();
  await screenIs(page, 'inviting');
  if (language !== 'zh-CN') await chooseLanguage(page, language);
  // Where its letters come late, the grades find their places with them.
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await act({ visitId, level, language });
  await screenIs(page, 'reasons');
  const rating = { level, channel, revision: 1, language: channel === 'keypad' ? 'zh-CN' : language };
  expect(ratingsOf(visitId), `${language} ${channel}`).toMatchObject([rating]);
  device.appliance.citizen({ type: 'submit', visitId });
  await device.clock.advance(AFTER_THE_THANKS_MS);
  await screenIs(page, 'idle');
}

/** Where a finger or a pointer would go. */
async function middleOf(page: Page, level: Level): Promise<[x: number, y: number]> {
  const place = await page.locator(`.grade[data-level="${level}"]`).boundingBox();
  if (place === null) throw new Error(`grade ${level} has no place on the screen`);
  return [place.x + place.width / 2, place.y + place.height / 2];
}

async function open(size: Size): Promise<Page> {
  const page = await screens.open(servers.urls.citizen, size);
  await screenIs(page, 'idle');
  return page;
}

describe.each(SIZES.map((size, turn) => ({ ...size, turn })))('at $width × $height', ({ turn, ...size }) => {
  it('one touch, one click, or one key of a keyboard is a stored rating in every language', async () => {
    const page = await open(size);
    for (const [index, language] of LANGUAGES.entries()) {
      await rateOne(page, language, 'touch', async ({ level }) => {
        await page.touchscreen.tap(...(await middleOf(page, level)));
      });
      // Two sizes each, so that every language meets both.
      await rateOne(page, language, 'touch', async ({ level }) => {
        if ((index + turn) % 2 === 0) return page.mouse.click(...(await middleOf(page, level)));
        await page.locator(`.grade[data-level="${level}"]`).focus();
        await page.keyboard.press('Enter');
      });
    }
  });
});

it('one key of a box is a stored rating, on its port or posing as a keyboard, whatever the language', async () => {
  const page = await screens.openHeld();
  await page.goto(servers.urls.citizen);
  await screenIs(page, 'idle');
  for (const language of LANGUAGES) {
    await rateOne(page, language, 'keypad', async ({ level }) => box.newest.send(0x30 + level));
    await rateOne(page, language, 'touch', async ({ level }) => {
      // A stroke that follows another one closely is what a scanner types.
      await page.clock.runFor(QUIET_MS);
      await page.keyboard.press(String(level));
      await page.clock.runFor(ALONE_FOR_MS);
    });
  }
});

it('by ear the first press of a key speaks and stores nothing, the second is the rating', async () => {
  const page = await open(SIZES[0]);
  for (const language of LANGUAGES) {
    await rateOne(page, language, 'keypad', async ({ visitId, level }) => {
      await page.locator('.switch[data-guide]').evaluate((control: HTMLElement) => control.click());
      await page.locator('.switch[data-guide][aria-pressed=true]').waitFor();
      box.newest.send(0x30 + level);
      await page.locator(`.grade[data-level="${level}"][data-pressed]`).waitFor();
      expect(ratingsOf(visitId)).toEqual([]);
      await device.clock.advance(1_000);
      box.newest.send(0x30 + level);
    });
  }
});

describe('with the display off, in a window equipped for it', () => {
  beforeAll(async () => {
    const settings = { ...SETTINGS, guide: 'always' };
    await device.appliance.offerConfiguration(signConfiguration(sampleConfiguration({ version: 2, settings })));
  });

  async function expectRatingsByKeys(page: Pick<Page, 'evaluate'>): Promise<void> {
    const heard = async () => (await heardOn(page)).map(({ name }) => name);
    for (const _grade of [1, 2, 3, 4, 5]) {
      const { visitId, level } = openCase();
      await expect.poll(heard).toEqual(['intro']);
      box.newest.send(0x30 + level);
      await expect.poll(heard).toEqual(['intro', `level-${level}`]);
      expect(ratingsOf(visitId)).toEqual([]);
      await device.clock.advance(1_000);
      box.newest.send(0x30 + level);
      await expect.poll(heard).toEqual(['intro', `level-${level}`, 'kept']);
      await device.clock.advance(TIMES.reasonsMs);
      await expect.poll(heard).toEqual(['intro', `level-${level}`, 'kept', 'thanks']);
      await device.clock.advance(AFTER_THE_THANKS_MS);
      expect(ratingsOf(visitId)).toMatchObject([{ level, channel: 'keypad', revision: 1 }]);
      await page.evaluate('heard.length = 0');
    }
  }

  it('five keys alone are a full rating, told step by step on a page that nobody ever touched', async () => {
    const browser = await launchBrowser([STRICT, ...WINDOW_FLAGS]);
    const page = await (await openScreen(browser, SIZES[0])).newPage();
    await listenTo(page);
    await page.goto(servers.urls.citizen);
    await screenIs(page, 'idle');
    await expectRatingsByKeys(page).finally(() => browser.close());
  });

  it('and on one that the browser takes for hidden before it ever spoke', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unseen-'));
    const page = await openUnseenWindow(servers.urls.citizen, { folder, flags: [STRICT], script: LISTEN });
    try {
      await expectRatingsByKeys(page as Pick<Page, 'evaluate'>);
    } finally {
      await page.close();
      // Its helpers may still be writing.
      rmSync(folder, { recursive: true, maxRetries: 10 });
    }
  });
});
