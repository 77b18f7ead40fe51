import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import type { Pty } from '../../device/peripherals/simulated/pty.ts';
import type { PaperPrinter } from '../serial/paper-printer.ts';
import type { SdtReader } from '../serial/sdt-reader.ts';
import { freePatches } from '../support/touch-patches.ts';
import { until } from '../support/until.ts';
import type { BusinessSystem, Hall } from './hall.ts';
import type { Technician } from './technician.ts';

/** The guide's parts 2 to 4, as far as every way into service shares them. */

export interface Scene {
  technician: Technician;
  hall: Hall;
  business: BusinessSystem;
  /** Where the stick is mounted. */
  stick: string;
  reader: SdtReader;
  printer: PaperPrinter;
  box: Pty;
}

/** The picture of the key says what stands beside it: a person at the centre may compare either. */
export async function compareFingerprint({ technician }: Scene): Promise<void> {
  await technician.see('设备密钥');
  const card = technician.device.page.getByRole('region', { name: '设备密钥' });
  const text = await card.locator('dd').first().innerText();
  const png = PNG.sync.read(await card.locator('img').screenshot());
  const read = jsQR.default(new Uint8ClampedArray(png.data), png.width, png.height)?.data;
  if (read !== text) throw new Error(`the code says ${read}, the page ${text}`);
}

/** From the signed configuration: the window, and no code asked for. */
export async function isEnrolled({ technician }: Scene): Promise<void> {
  await technician.reads(/窗口 A-07/);
  await technician.see('正常');
}

export async function seesLink({ technician }: Scene): Promise<void> {
  await technician.reads(/已连接/);
  await technician.reads(/待送数据\s+(?:待送|全部送达)/);
  await technician.reads(/已与中心对时/);
}

export async function seesPeripherals({ technician }: Scene): Promise<void> {
  for (const name of ['扫码枪', '身份证读卡器', '凭条打印机']) await technician.reads(new RegExp(name));
}

/** A mark, the grade, a checksum: a box that nobody here has seen. */
const frameOf = (level: number) => Uint8Array.of(0x7e, level, 0x7e ^ level);
const LABELS = ['非常不满意', '不满意', '基本满意', '满意', '非常满意'];

/** Answers each request of the page for a key, until it says that all is learned. */
export async function teachesBox({ technician, box }: Scene): Promise<void> {
  const { page } = technician.device;
  await technician.see('学习按键盒');
  await page.getByRole('textbox', { name: '端口' }).fill(box.path);
  await technician.press('开始学习');
  const task = page.locator('.lesson-task');
  for (let before = ''; ; ) {
    const text = await until(async () => {
      const now = await task.innerText();
      return now !== before && /请按一下|学会/.test(now) && now;
    });
    before = text;
    const label = /请按一下：(.+)（第/.exec(text)?.[1];
    if (label === undefined) break;
    box.write(frameOf(LABELS.indexOf(label) + 1));
  }
  if (/没有学会|没有保存/.test(await task.innerText())) throw new Error(await task.innerText());
  await technician.reads(/五个键已可用于评价/);
}

export async function triesDevices({ technician, reader, printer }: Scene): Promise<void> {
  await technician.press('读卡测试');
  reader.lay('A');
  await technician.reads(/已读到居民身份证/);
  await technician.press('打印测试');
  // The whole answer: the count of the printer's line begins with the same word.
  await technician.reads(/已打印，打印机状态正常/);
  if (printer.cuts === 0) throw new Error('nothing came out of the printer');
  await technician.press('声音测试');
  await technician.reads(/已播放|音量为 0|放不出声音/);
}

/** A case from the business system, a touch, and what the centre holds of it. @returns the case's number */
export async function rates(scene: Scene, label: string): Promise<string> {
  const { technician, business } = scene;
  const { device } = technician;
  const caseNo = await business.openCase(await device.api(), device.dataDir);
  await device.page.getByRole('button', { name: label, exact: true }).click();
  await technician.press('提交');
  await device.page.getByRole('heading', { name: '感谢您的评价' }).waitFor();
  return caseNo;
}

/** The first verified receipt: the device says that the centre has it, and the centre says so too. */
export async function ratesAndSeesReceipt(scene: Scene): Promise<void> {
  const { technician, hall } = scene;
  await technician.press('打开评价屏');
  const caseNo = await rates(scene, '满意');
  await backByKeys(scene);
  await technician.see('最近回执');
  await technician.reads(/最近回执\s+\d{4}/);
  for (const label of ['待送数据', '全部送达']) await technician.see(label);
  const held = (await hall.ratings()).find((rating) => rating.caseNo === caseNo);
  if (held?.level !== 4) throw new Error(`the centre holds ${JSON.stringify(held)}`);
}

/** As soon as nobody rates: the chord does nothing on a citizen's screen that is in use. */
export async function backByKeys({ technician }: Scene): Promise<void> {
  const { page } = technician.device;
  await until(async () => {
    await page.keyboard.press('Control+Alt+KeyM');
    return new URL(page.url()).pathname === '/technician';
  });
}

/** What only a finger, an eye and an ear can say of the device. */
async function triesSenses({ technician }: Scene): Promise<void> {
  const { page } = technician.device;
  await technician.press('触摸测试');
  const cells = page.locator('.touch-cell');
  await cells.first().waitFor();
  // The panel with the words moves away from what it covers when all else was touched.
  await until(async () => {
    for (const [x, y] of await freePatches(page)) await page.mouse.click(x, y);
    return (await cells.count()) === 0;
  });
  await technician.press('颜色测试');
  for (let shown = 0; shown < 6; shown++) await page.locator('.colour').click();
  await technician.press('没有，通过');
  await technician.press('声音测试');
  await technician.reads(/已播放|音量为 0|放不出声音/);
  await technician.press('听到了');
}

/** The browser's own dialog is the end of what the page does; what it would print is made here without it. */
export async function printsReport(scene: Scene): Promise<void> {
  const { technician, stick } = scene;
  const { page } = technician.device;
  await triesSenses(scene);
  const asked = page.evaluate(() => new Promise<void>((resolve) => (window.print = () => resolve())));
  await technician.press('打印验收报告');
  await asked;
  const pdf = await page.pdf({ path: join(stick, 'acceptance.pdf') });
  if (!pdf.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error('no report came out');
}

/** The same sheet as a file; the button needs a stick that is mounted, and is pressed in test/browser/self-test.test.ts. */
export async function writesReport({ technician, stick }: Scene): Promise<void> {
  await technician.see('验收报告文件');
  const file = join(stick, 'report.html');
  await technician.command('doctor', ['--report', file]);
  if (!readFileSync(file, 'utf8').includes('评价器验收报告')) throw new Error('no report was written');
}

/** Locks the page, comes in by the corner and a code of this hour. */
export async function comesBack({ technician }: Scene): Promise<void> {
  const { page } = technician.device;
  await page.getByRole('button', { name: '锁定' }).click();
  // The technician's page has a heading of its own and stands until the citizen's has come: seven touches meant
  // for the corner would fall on it, and its address would be taken for the way back.
  await page.waitForURL((url) => url.pathname === '/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await until(async () => {
    for (let touch = 0; touch < 7; touch++) await page.mouse.click(20, 20);
    return new URL(page.url()).pathname === '/technician';
  });
  await page.getByRole('heading', { name: '维护页已锁定' }).waitFor();
  const { out } = await technician.command('access-code', []);
  await page.keyboard.type(/^\d{8}/.exec(out)?.[0] ?? '');
  await page.keyboard.press('Enter');
  await technician.reads(/分钟后自动锁定/);
}

/** What has no receipt goes to the centre by hand, and the answer comes back. */
export async function carriesOut(scene: Scene): Promise<void> {
  const { technician, hall, stick } = scene;
  await technician.see('导出到 U 盘');
  await hall.setDown(true);
  await technician.press('打开评价屏');
  const caseNo = await rates(scene, '不满意');
  const folder = join(stick, 'out');
  mkdirSync(folder, { recursive: true });
  await technician.command('export', ['--to', folder]);
  await hall.setDown(false);
  const files = readdirSync(folder).filter((name) => name.endsWith('.hcpb'));
  const receipts = await Promise.all(files.map((name) => hall.takeBundle(readFileSync(join(folder, name), 'utf8'))));
  const answer = join(stick, 'receipts.ndjson');
  writeFileSync(answer, receipts.join(''));
  await technician.command('import-receipts', [answer]);
  const held = (await hall.ratings()).find((rating) => rating.caseNo === caseNo);
  if (held?.level !== 2) throw new Error(`the centre holds ${JSON.stringify(held)}`);
}
