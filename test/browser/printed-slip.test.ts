import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { builtinSlipTexts, caseSlip } from '../../device/peripherals/printer/case-slip.ts';
import type { PrintItem } from '../../device/peripherals/printer/document.ts';
import { paperForm } from '../../device/peripherals/printer/paper-form.ts';
import { paperPng } from '../serial/paper-picture.ts';
import { printOnPaper } from '../serial/print-on-paper.ts';

/** As long as the longest that a device signs (400 bytes), behind a rating page of a usual length. */
const LINK = `https://hcp.example.gov.cn/rate#t=${'eyJhbGciOiJFZERTQSJ9'.repeat(20)}`;
const FACTS = {
  hall: '试用政务服务大厅',
  window: 'A-07',
  caseNo: 'BJ2026000001',
  itemName: '国有建设用地使用权及房屋所有权转移登记',
  servedAt: '2026-11-22 10:05',
};
/** Prints on a real line, and reads the code in the picture of what came onto the paper. */
async function codeOnPaper(
  items: readonly PrintItem[],
  lineDots: 384 | 576,
  nativeQr: boolean,
): Promise<string | null> {
  const roll = await printOnPaper(items, { nativeQr, moduleDots: 6, cutter: true, lineDots });
  const { data, width, height } = PNG.sync.read(await paperPng(roll, lineDots));
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data ?? null;
}

it.each([
  ['on 80 mm, its own code', 576, true],
  ['on 80 mm, a picture of the code', 576, false],
  ['on 58 mm, its own code', 384, true],
  ['on 58 mm, a picture of the code', 384, false],
] as const)('a slip %s: the code on the paper is the link', async (_how, lineDots, nativeQr) => {
  expect(await codeOnPaper(caseSlip(builtinSlipTexts, FACTS, LINK), lineDots, nativeQr)).toBe(LINK);
});

it.each([384, 576] as const)('a paper form on %i dots: the code on the paper is its number', async (lineDots) => {
  const facts = { form: 'A-07-3F9C-000012', hall: '试用政务服务大厅', window: 'A-07' };
  expect(await codeOnPaper(paperForm(facts, lineDots), lineDots, true)).toBe(facts.form);
});
