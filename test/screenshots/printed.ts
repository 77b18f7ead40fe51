import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { acceptanceReport } from '../../app/processes/acceptance-report.ts';
import { findOrMakeIdentity } from '../../device/identity/identity-store.ts';
import { builtinSlipTexts, caseSlip } from '../../device/peripherals/printer/case-slip.ts';
import type { PrintItem } from '../../device/peripherals/printer/document.ts';
import { paperForm } from '../../device/peripherals/printer/paper-form.ts';
import { paperPng } from '../serial/paper-picture.ts';
import { printOnPaper } from '../serial/print-on-paper.ts';
import { openScreen, SIZES } from '../support/browser.ts';
import { PageFixture } from '../support/page-fixture-server.ts';
import { technicianSamples } from '../support/page-samples.ts';
import type { Picture } from './contact-sheet.ts';

/** What leaves on paper, as it comes out of a printer. */

/** As long as hall, item and code may be: what fits then fits always. */
const FACTS = {
  hall: '呼和浩特市新城区政务服务中心不动产登记大厅',
  window: 'A-07',
  caseNo: '150102202611220001',
  itemName: '国有建设用地使用权及房屋所有权转移登记（存量房买卖、继承、赠与）',
  servedAt: '2026-11-22 10:05',
};
const LINK = `https://hcp.example.gov.cn/rate#t=${'eyJhbGciOiJFZERTQSJ9'.repeat(20)}`;
const ROLLS = [
  { size: '80mm', lineDots: 576 },
  { size: '58mm', lineDots: 384 },
] as const;
const rollItems = (lineDots: 384 | 576): Record<string, PrintItem[]> => ({
  'printed-form': paperForm({ form: 'A-07-3F9C-000012', hall: FACTS.hall, window: FACTS.window }, lineDots),
  'printed-slip': caseSlip(builtinSlipTexts, FACTS, LINK),
});

async function rollPictures(out: string, wanted: string): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const { size, lineDots } of ROLLS) {
    for (const [name, items] of Object.entries(rollItems(lineDots))) {
      if (!name.includes(wanted)) continue;
      const roll = await printOnPaper(items, { nativeQr: true, moduleDots: 6, cutter: true, lineDots });
      const file = `${name}-${size}.png`;
      await writeFile(join(out, file), await paperPng(roll, lineDots));
      pictures.push({ name, size, file });
    }
  }
  return pictures;
}

/** Each page of a sheet as a picture, by the PDF tools of the system. @returns none where there are no such tools */
async function pagesOf(out: string, name: string, pdf: Buffer): Promise<Picture[]> {
  const folder = await mkdtemp(join(tmpdir(), 'printed-'));
  await writeFile(join(folder, 'sheet.pdf'), pdf);
  try {
    await promisify(execFile)('pdftoppm', ['-r', '75', '-png', 'sheet.pdf', 'page'], { cwd: folder });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    console.log(`no pdftoppm here: no picture of ${name}`);
    return [];
  }
  const pages = (await readdir(folder)).filter((file) => file.endsWith('.png')).toSorted();
  const pictures = pages.map((page, index) => ({ page, name: `${name}-${index + 1}`, size: 'A4' }));
  for (const picture of pictures) await rename(join(folder, picture.page), join(out, `${picture.name}-A4.png`));
  await rm(folder, { recursive: true });
  return pictures.map((picture) => ({ name: picture.name, size: picture.size, file: `${picture.name}-A4.png` }));
}

/** 验收报告, printed from the page and from its file. */
async function sheetPictures(browser: Browser, out: string, wanted: string): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const fixture = new PageFixture();
  await fixture.start();
  const keys = await mkdtemp(join(tmpdir(), 'printed-'));
  const context = await openScreen(browser, SIZES[0]);
  const page = await context.newPage();
  // The file is opened by itself, not under the content policy of the page.
  const file = await context.newPage();
  const take = async (from: Page, name: string) => {
    if (!name.includes(wanted)) return;
    pictures.push(...(await pagesOf(out, name, await from.pdf({ preferCSSPageSize: true }))));
  };
  for (const [name, status] of Object.entries(technicianSamples)) {
    fixture.technicianStatus = status;
    await page.goto(fixture.technicianUrl);
    await page.locator('.checks').waitFor();
    await take(page, `printed-report-${name}`);
    await file.setContent(acceptanceReport(status, findOrMakeIdentity(keys, 'ed25519')));
    await take(file, `printed-report-file-${name}`);
  }
  await context.close();
  await fixture.stop();
  await rm(keys, { recursive: true });
  return pictures;
}

/** @param wanted part of a picture's name; empty: all */
export async function printedPictures(browser: Browser, out: string, wanted: string): Promise<Picture[]> {
  const isWanted = wanted === '' || wanted.startsWith('printed');
  return isWanted ? [...(await rollPictures(out, wanted)), ...(await sheetPictures(browser, out, wanted))] : [];
}
