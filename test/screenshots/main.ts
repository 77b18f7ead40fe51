import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { systemClock } from '../../device/clock.ts';
import { startReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { launchBrowser, openScreen, type Size } from '../support/browser.ts';
import { PageFixture } from '../support/page-fixture-server.ts';
import { atRest } from '../support/page-measures.ts';
import { CITIZEN_SHOTS } from './citizen-shots.ts';
import { contactSheets, type Picture } from './contact-sheet.ts';
import { DESK_SHOTS } from './desk-shots.ts';
import { printedPictures } from './printed.ts';
import type { Shot } from './shot.ts';

/**
 * Pictures of every screen of every page at every size and of what is printed, and contact sheets, in out/screenshots. The pages are the
 * built ones; an appliance is not needed. Of an argument, only the pictures whose name has it.
 */
const OUT = fileURLToPath(new URL('../../out/screenshots', import.meta.url));
/** What is there when a page has its first view. */
const READY = {
  citizen: '.page:not([data-screen=starting])',
  staff: '.today, .sign-in, .paper',
  technician: '.rows, .door',
};

/** The page as somebody arranged it, on one screen after the other: it has no script that asks for a size. */
async function takeAll(page: Page, name: string, { sizes, view }: Shot): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const { width, height } of sizes) {
    await page.setViewportSize({ width, height });
    if (view !== null) await page.locator(view).first().scrollIntoViewIfNeeded();
    await atRest(page);
    // What a page scrolls to after it was painted comes with the next one: half-way the picture has a blank band.
    await atRest(page);
    const size = `${width}x${height}`;
    const file = `${name}-${size}.png`;
    await page.screenshot({ path: join(OUT, file), fullPage: view === null });
    pictures.push({ name, size, file });
  }
  return pictures;
}

async function take(browser: Browser, officialOrigin: string, shot: Shot, wanted: string): Promise<Picture[]> {
  const fixture = new PageFixture();
  fixture.frameOrigin = officialOrigin;
  await fixture.start();
  shot.set(fixture);
  const context = await openScreen(browser, shot.sizes.at(-1) as Size);
  const page = await context.newPage();
  await page.goto(fixture[`${shot.page}Url`]);
  await page.locator(READY[shot.page]).first().waitFor({ state: 'attached' });
  const pictures: Picture[] = [];
  for (const scene of shot.scenes) {
    await scene.act?.(page, fixture);
    await page.mouse.move(0, 0);
    if (scene.name.includes(wanted)) pictures.push(...(await takeAll(page, scene.name, shot)));
  }
  await context.close();
  await fixture.stop();
  return pictures;
}

/** Whose rating page stands in the frame where the policy has the official one. */
async function startOfficialPage(dataDir: string) {
  const listen = { host: '127.0.0.1', port: 0 };
  return startReferenceCentre({
    dataDir,
    ...listen,
    configuration: () => ({}),
    enrolmentCodes: [],
    clock: systemClock,
  });
}

async function main(wanted = ''): Promise<void> {
  if (wanted === '') await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const centreDir = await mkdtemp(join(tmpdir(), 'pingjiaqi-pictures-'));
  const centre = await startOfficialPage(centreDir);
  const browser = await launchBrowser();
  const pictures: Picture[] = [];
  const shots = [...CITIZEN_SHOTS, ...DESK_SHOTS].filter(({ scenes }) =>
    scenes.some(({ name }) => name.includes(wanted)),
  );
  for (const shot of shots) pictures.push(...(await take(browser, centre.url, shot, wanted)));
  pictures.push(...(await printedPictures(browser, OUT, wanted)));
  const sheets = await contactSheets(browser, OUT, pictures);
  await browser.close();
  await centre.close();
  await rm(centreDir, { recursive: true });
  await writeFile(join(OUT, 'index.txt'), `${pictures.map(({ file }) => file).join('\n')}\n`);
  console.log(`${pictures.length} pictures and ${sheets} contact sheets in out/screenshots`);
}

await main(process.argv[2]);
