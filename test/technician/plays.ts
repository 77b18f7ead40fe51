import { createReadStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import QRCode from 'qrcode';
import { smallHome } from '../../app/update/testing/small-home.ts';
import { auditExport } from '../../app/verify/audit.ts';
import { openPty } from '../../device/peripherals/simulated/pty.ts';
import { HandScanner } from '../serial/hand-scanner.ts';
import { PaperPrinter } from '../serial/paper-printer.ts';
import { SdtReader } from '../serial/sdt-reader.ts';
import { kioskBrowser } from '../support/kiosk-browser.ts';
import {
  carriesOut,
  comesBack,
  compareFingerprint,
  isEnrolled,
  printsReport,
  ratesAndSeesReceipt,
  type Scene,
  seesLink,
  seesPeripherals,
  teachesBox,
  triesDevices,
  writesReport,
} from './chapters.ts';
import { BusinessSystem, openHall } from './hall.ts';
import { newConfiguration, newKey } from './later.ts';
import { type Played, Technician } from './technician.ts';

/** The guide from a fresh data folder, once for each way of enrolling. */

export const WAYS = ['scanner', 'stick', 'typed', 'no screen'] as const;
export type Way = (typeof WAYS)[number];

export interface Report {
  way: Way;
  played: Played[];
  typed: string[];
  read: string[];
  /** From the device's first start to the first receipt that it verified; null where the play ends before. */
  toReceiptMs: number | null;
}

type FullScene = Scene & { scanner: HandScanner; orderFile: string };

/** Everything that is thrown away after the play, in reverse order. */
type Undo = (() => unknown)[];

async function setStage(way: Way, undo: Undo): Promise<FullScene> {
  const folder = mkdtempSync(join(tmpdir(), 'technician-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const [reader, printer, scanner] = await Promise.all([SdtReader.open(), PaperPrinter.open(), HandScanner.open()]);
  const box = await openPty();
  for (const { line } of [reader, printer, scanner]) undo.push(() => line.close());
  undo.push(() => box.close());
  const business = new BusinessSystem();
  const hall = await openHall({
    dataDir: join(folder, 'centre'),
    isPrivate: way !== 'typed',
    needsApproval: way === 'scanner',
    peripherals: {
      idCard: { path: reader.line.path },
      printer: { path: printer.line.path },
      scanner: { path: scanner.line.path, caseSlip: ['BJ\\d{10}'] },
    },
    business,
  });
  undo.push(() => hall.close());
  const sticks = join(folder, 'media');
  const stick = join(sticks, 'STICK');
  mkdirSync(sticks);
  const technician = new Technician({
    dataDir: join(folder, 'data'),
    sticks,
    browser: kioskBrowser(folder),
    ...(way === 'scanner' ? { scanner: scanner.line.path } : {}),
  });
  undo.push(() => technician.device.switchOff());
  return {
    technician,
    hall,
    business,
    stick,
    reader,
    printer,
    box,
    scanner,
    orderFile: join(folder, 'pingjiaqi.json'),
  };
}

/** The centre's operator prepares what the technician takes along. */
async function prepare({ technician, hall, orderFile }: FullScene): Promise<void> {
  const { ca, ...open } = hall.order;
  await technician.step('Before you go › From the centre: its address and a …', () => void JSON.stringify(open));
  if (ca === undefined) return;
  const unit = 'Before you go › Where the hall has a proxy or the …';
  await technician.step(unit, () => writeFileSync(orderFile, JSON.stringify(hall.order)));
}

async function install({ technician }: FullScene): Promise<void> {
  // The packages themselves are installed for real in test/integration/standalone.test.ts; here this checkout runs.
  for (const unit of [
    'Before you go › The Debian package, or the tarball …',
    '1. Install › From the tarball: unpack it to …',
  ])
    await technician.step(unit, () => undefined);
  await technician.step('1. Install › `apt install …', async () => {
    await technician.device.switchOn();
    technician.typed.add('start');
    await technician.see('维护');
  });
}

const ENROL: Record<Way, (scene: FullScene) => Promise<void>> = {
  async scanner(scene) {
    const { technician, hall, scanner } = scene;
    const unit = 'Before you go › The same content as a QR code, or …';
    const code = JSON.stringify(hall.order);
    // Printed by the centre; what a scanner sends of it is its text.
    await technician.step(unit, () => QRCode.create(code));
    await technician.step('2. Enrol › a scanner', async () => {
      await scanner.scan(code);
      await technician.reads(/中心正在审核/);
    });
    await technician.step('2. Enrol › Where the centre asks for approval, …', () => compareFingerprint(scene));
    await technician.step('2. Enrol › Power may fail at any point: the …', async () => {
      await technician.device.pullPlug();
      hall.approve();
      await technician.device.switchOn();
    });
  },
  async stick({ technician, orderFile, stick }) {
    await technician.step('2. Enrol › a stick', async () => {
      mkdirSync(stick);
      writeFileSync(join(stick, 'pingjiaqi.json'), readFileSync(orderFile));
      await technician.press('使用此文件');
    });
  },
  async typed({ technician, hall }) {
    await technician.step('2. Enrol › neither', async () => {
      const { page } = technician.device;
      await page.getByLabel('中心地址').pressSequentially(hall.order.baseUrl, { delay: 60 });
      await page.getByLabel('开通码').pressSequentially(hall.order.code, { delay: 60 });
      await technician.press('开通');
    });
  },
  async 'no screen'({ technician, orderFile }) {
    await technician.step('2. Enrol › no screen', () => technician.command('provision', ['--file', orderFile]));
  },
};

/** Part 3 and the end of what is timed. */
async function tryOut(scene: FullScene, everything: boolean): Promise<void> {
  const { technician } = scene;
  await technician.step('3. Try › the link to the centre, the pending …', () => seesLink(scene));
  await technician.step('3. Try › what is plugged in: each box, …', () => seesPeripherals(scene));
  if (everything) {
    await technician.step('3. Try › a button box that nobody here has …', () => teachesBox(scene));
    await technician.step('3. Try › 读卡测试, 打印测试, 声音测试: nothing of a …', () => triesDevices(scene));
  }
  await technician.step('3. Try › 打开评价屏: a case opened by the …', () => ratesAndSeesReceipt(scene));
}

async function afterwards(scene: FullScene, undo: Undo): Promise<void> {
  const { technician, stick } = scene;
  mkdirSync(stick, { recursive: true });
  await technician.step('3. Try › Make 触摸测试 and 颜色测试, play 声音测试 and …', () => printsReport(scene));
  await technician.step('3. Try › A window that may not print writes …', () => writesReport(scene));
  await technician.step('Afterwards › come back to the maintenance page', () => comesBack(scene));
  await technician.step('Afterwards › find a fault from a terminal', async () => {
    await technician.command('status', []);
    await technician.command('doctor', []);
  });
  await technician.step('Afterwards › carry ratings out without a network', () => carriesOut(scene));
  await technician.step('Afterwards › send again what the centre refused', () => technician.command('set-aside', []));
  await technician.step('Afterwards › ask for help', () => technician.command('support', ['--to', stick]));
  await technician.step('Afterwards › install a new version', async () => {
    const maker = smallHome();
    undo.push(() => rmSync(maker.work, { recursive: true }));
    const bundle = await maker.bundle('1.1.0');
    for (const command of ['update check', 'update stage'])
      await technician.command(command, [bundle, '--home', maker.home.root]);
  });
  await technician.step('Afterwards › prove that a file is as the device signed it', async () => {
    const signed = readdirSync(stick).filter((name) => /^(?:report\.html|pingjiaqi-support-.*\.json)$/.test(name));
    if (signed.length !== 2) throw new Error(`the stick holds ${signed.join(', ')}`);
    for (const name of signed) await technician.command('verify', [join(stick, name)]);
  });
  await technician.step('Afterwards › prove that nothing was changed', async () => {
    const file = join(stick, 'audit.ndjson');
    await technician.command('verify', []);
    await technician.command('audit', ['--to', file]);
    // What the auditor's single file runs; that file itself is tried in app/verify/built-file.test.ts.
    const { ok, findings } = await auditExport(createReadStream(file), null);
    if (!ok) throw new Error(JSON.stringify(findings));
  });
  // The newest of them; that all have it is app/cli/program.test.ts.
  await technician.step('Afterwards › Every command has `--help` with its …', () => technician.help('update check'));
}

/** What may come later, at a device that is in service: docs/configuration.md. @throws as `play` */
export async function playLater(): Promise<Omit<Report, 'way' | 'toReceiptMs'>> {
  const undo: Undo = [];
  try {
    const scene = await setStage('typed', undo);
    const { technician } = scene;
    await technician.device.switchOn();
    await ENROL.typed(scene);
    await isEnrolled(scene);
    // Bringing it into service is the other guide's.
    for (const list of [technician.played, technician.typed, technician.read]) clear(list);
    mkdirSync(scene.stick);
    await newConfiguration(scene);
    await newKey(scene);
    return { played: technician.played, typed: [...technician.typed], read: [...technician.read] };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

function clear(list: unknown[] | Set<string>): void {
  if (Array.isArray(list)) list.length = 0;
  else list.clear();
}

/** Plays one way. @throws Error that names the instruction which could not be followed */
export async function play(way: Way): Promise<Report> {
  const undo: Undo = [];
  try {
    const scene = await setStage(way, undo);
    const { technician } = scene;
    await prepare(scene);
    const startedAt = performance.now();
    if (way !== 'no screen') await install(scene);
    await ENROL[way](scene);
    let toReceiptMs: number | null = null;
    if (way !== 'no screen') {
      await technician.step('2. Enrol › Window, staff, policy and reasons …', () => isEnrolled(scene));
    }
    if (way === 'scanner' || way === 'stick') {
      await tryOut(scene, way === 'scanner');
      toReceiptMs = performance.now() - startedAt;
    }
    if (way === 'scanner') await afterwards(scene, undo);
    const { played, typed, read } = technician;
    return { way, played, typed: [...typed], read: [...read], toReceiptMs };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}
