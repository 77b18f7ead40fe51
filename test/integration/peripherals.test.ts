import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../device/clock.ts';
import type { CardIdentity } from '../../device/peripherals/id-card/card-identity.ts';
import { type IdCardEvent, IdCardReader } from '../../device/peripherals/id-card/id-card.ts';
import { createKeypad } from '../../device/peripherals/keypad/keypad.ts';
import type { BoxKeyEvent, KeyEvent, Keypad, KeypadEvent } from '../../device/peripherals/keypad/keypad-model.ts';
import { readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { createSerialPortOpener } from '../../device/peripherals/port/serialport-opener.ts';
import { builtinSlipTexts, caseSlip } from '../../device/peripherals/printer/case-slip.ts';
import { encodeDocument } from '../../device/peripherals/printer/document.ts';
import { Printer } from '../../device/peripherals/printer/printer.ts';
import { scanRulesSchema } from '../../device/peripherals/scanner/scan-rules.ts';
import { type ScanEvent, Scanner } from '../../device/peripherals/scanner/scanner.ts';
import { Ff68Box } from '../serial/ff68-box.ts';
import { HandScanner } from '../serial/hand-scanner.ts';
import { PaperPrinter } from '../serial/paper-printer.ts';
import { SdtReader } from '../serial/sdt-reader.ts';
import { SOUND } from '../serial/sim-line.ts';

const LIMIT = { timeout: 30_000, interval: 5 };
const until = (check: () => unknown) => vi.waitFor(check, LIMIT);
const opener = createSerialPortOpener(systemClock);
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe('an FF 68 call box with a four-key evaluator', () => {
  const keys: KeyEvent[] = [];
  const boxKeys: BoxKeyEvent[] = [];
  const events: KeypadEvent[] = [];

  async function plugged(): Promise<{ box: Ff68Box; keypad: Keypad }> {
    for (const list of [keys, boxKeys, events]) list.length = 0;
    const box = await Ff68Box.open();
    undo.push(() => box.line.close());
    const profile = await readKeypadProfile(
      new URL('../../assets/keypad-profiles/ff68-four-key.json', import.meta.url),
    );
    const keypad = createKeypad({
      profile: { ...profile, debounceMs: 50 },
      path: box.line.path,
      opener,
      clock: systemClock,
      onKey: (event) => keys.push(event),
      onBoxKey: (event) => boxKeys.push(event),
      onEvent: (event) => events.push(event),
    });
    undo.push(() => keypad.stop());
    keypad.start();
    await until(() => expect(keypad.status().port.state).toBe('ready'));
    return { box, keypad };
  }

  it('is started by an invitation, has its keys answered, and gives no grade', async () => {
    const { box, keypad } = await plugged();
    keypad.setInviting(true);
    await until(() => expect(box.started).toBe(true));
    for (const key of [0, 1, 2, 3]) await box.press(key);
    await until(() => expect(box.unanswered).toEqual([]));
    expect(keys).toEqual([]);
    expect(events).toMatchObject([{ type: 'key_without_grade' }]);
  });

  it.each([
    ['byte by byte', { byteByByte: true }],
    ['behind garbage', { noise: true }],
    ['byte by byte behind garbage', { byteByByte: true, noise: true }],
  ])('when it sends %s then the staff press a call-box key once', async (_how, behaviour) => {
    const { box } = await plugged();
    box.line.behaviour = { ...SOUND, ...behaviour };
    await box.pressBox(0x0c);
    await until(() => expect(boxKeys).toMatchObject([{ key: 'call_next' }]));
    await until(() => expect(box.unanswered).toEqual([]));
  });

  it.each([['checksum'], ['truncated']] as const)(
    'when its frames are damaged (%s) then they say nothing and the next is read',
    async (damage) => {
      const { box, keypad } = await plugged();
      box.line.behaviour = { ...SOUND, damage };
      await box.pressBox(0x0c);
      await until(() => expect(keypad.status().port.counters.bytesIn).toBeGreaterThan(0));
      box.line.behaviour = { ...SOUND };
      await box.pressBox(0x0d);
      await until(() => expect(boxKeys).toMatchObject([{ key: 'recall' }]));
      // The answer to the sound frame is on its way while its key is already here.
      await until(() => expect(box.unanswered).toHaveLength(1));
    },
  );

  it('when it dies in traffic then that is one outage', async () => {
    const { box, keypad } = await plugged();
    keypad.setInviting(true);
    box.line.dieInTraffic();
    await until(() => expect(events.map(({ type }) => type)).toContain('port_lost'));
    expect(keys).toEqual([]);
  });
});

describe('a reader of identity cards', () => {
  const cards: CardIdentity[] = [];
  const events: IdCardEvent[] = [];

  async function plugged(): Promise<{ device: SdtReader; reader: IdCardReader }> {
    cards.length = 0;
    events.length = 0;
    const device = await SdtReader.open();
    undo.push(() => device.line.close());
    const reader = new IdCardReader({
      path: device.line.path,
      opener,
      clock: systemClock,
      onCard: (card) => cards.push(card),
      onEvent: (event) => events.push(event),
    });
    undo.push(() => reader.close());
    return { device, reader };
  }

  const haveRead = (names: string[]) => until(() => expect(cards.map((card) => card.name())).toEqual(names));

  it('when nobody asks then it is not even spoken to; asked, it gives one card after the other', async () => {
    const { device, reader } = await plugged();
    device.lay('A');
    expect(device.heard).toEqual([]);
    reader.open();
    await haveRead(['测试甲']);
    reader.open();
    device.lay('J');
    await haveRead(['测试甲', '假名港']);
    expect(device.heard.slice(0, 3)).toEqual(['20,1', '20,2', '30,1']);
    expect(reader.status()).toMatchObject({ open: false, counters: { cardsRead: 2, badFrames: 0 } });
  });

  it.each([
    ['byte by byte', { byteByByte: true }],
    ['behind garbage', { noise: true }],
  ])('when it sends %s then the card is read', async (_how, behaviour) => {
    const { device, reader } = await plugged();
    device.line.behaviour = { ...SOUND, ...behaviour };
    device.lay('B');
    reader.open();
    await haveRead(['样例·阿乙']);
  });

  it.each([['checksum'], ['truncated']] as const)(
    'when its frames are damaged (%s) then it reads once they are sound',
    async (damage) => {
      const { device, reader } = await plugged();
      device.line.behaviour = { ...SOUND, damage };
      device.lay('A');
      reader.open();
      await until(() => expect(device.heard.length).toBeGreaterThan(1));
      expect(cards).toEqual([]);
      device.line.behaviour = { ...SOUND };
      device.lay('A');
      await haveRead(['测试甲']);
    },
  );

  it('when it is silent then that is told, and it reads once it speaks', async () => {
    const { device, reader } = await plugged();
    device.line.behaviour = { ...SOUND, silent: true };
    device.lay('A');
    reader.open();
    await until(() => expect(events).toMatchObject([{ word: 'silent' }]));
    device.line.behaviour = { ...SOUND };
    device.lay('A');
    await haveRead(['测试甲']);
  });

  it('when it dies in traffic then that is an outage, and closing it leaves nothing', async () => {
    const { device, reader } = await plugged();
    reader.open();
    await until(() => expect(device.heard).not.toEqual([]));
    device.line.dieInTraffic();
    await until(() => expect(events).toMatchObject([{ type: 'port_lost' }]));
    await reader.close();
    expect(reader.status().port).toBe('closed');
  });
});

describe('a scanner', () => {
  const scans: ScanEvent[] = [];
  const losses: string[] = [];

  async function plugged(): Promise<{ device: HandScanner; scanner: Scanner }> {
    scans.length = 0;
    losses.length = 0;
    const device = await HandScanner.open();
    undo.push(() => device.line.close());
    const scanner = new Scanner({
      path: device.line.path,
      serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' },
      rules: scanRulesSchema.parse({ caseSlip: ['BJ\\d{10}'] }),
      opener,
      clock: systemClock,
      onScan: (event) => scans.push(event),
      onEvent: (event) => losses.push(event.type),
    });
    undo.push(() => scanner.stop());
    scanner.start();
    await until(() => expect(scanner.status().port).toBe('ready'));
    return { device, scanner };
  }

  const haveScanned = (...caseNos: string[]) =>
    until(() => expect(scans).toMatchObject(caseNos.map((caseNo) => ({ type: 'case_slip', caseNo }))));

  it.each([['\r'], ['\n'], ['\r\n'], ['']])('when it ends a scan with %j then the slip is known', async (end) => {
    const { device } = await plugged();
    device.end = end;
    await device.scan('BJ2026000001');
    await haveScanned('BJ2026000001');
  });

  it('when it sends byte by byte, with its symbology, then two slips are two scans', async () => {
    const { device } = await plugged();
    device.line.behaviour = { ...SOUND, byteByByte: true };
    device.aim = ']Q1';
    await device.scan('BJ2026000001');
    await device.scan('BJ2026000002');
    await haveScanned('BJ2026000001', 'BJ2026000002');
  });

  it('when a scan is garbled or cut then it is no slip, and the next one is', async () => {
    const { device, scanner } = await plugged();
    device.line.behaviour = { ...SOUND, noise: true };
    await device.scan('BJ2026000001');
    device.line.behaviour = { ...SOUND, damage: 'truncated' };
    await device.scan('BJ2026000002');
    await until(() => expect(scanner.status().counters.unknown).toBe(2));
    device.line.behaviour = { ...SOUND };
    await device.scan('BJ2026000003');
    await until(() => expect(scans.at(-1)).toMatchObject({ type: 'case_slip', caseNo: 'BJ2026000003' }));
    expect(scans.map(({ type }) => type)).toEqual(['unknown', 'unknown', 'case_slip']);
  });

  it('when it dies in traffic then that is an outage and no scan', async () => {
    const { device } = await plugged();
    device.line.dieInTraffic();
    await until(() => expect(losses).toContain('port_lost'));
    expect(scans.filter(({ type }) => type !== 'unknown')).toEqual([]);
  });
});

describe('a receipt printer', async () => {
  const TEXTS = builtinSlipTexts;
  const URL_OF_RATING = `https://x.cn/${'t'.repeat(400)}`;
  const FACTS = {
    hall: '大厅',
    window: 'A-07',
    caseNo: 'BJ2026000001',
    itemName: '事项',
    servedAt: '2026-11-22 10:05',
  };
  const slip = (nativeQr: boolean) =>
    encodeDocument(caseSlip(TEXTS, FACTS, URL_OF_RATING), { nativeQr, moduleDots: 6, lineDots: 576, cutter: true })
      .bytes;

  async function plugged(): Promise<{ device: PaperPrinter; printer: Printer; losses: string[] }> {
    const losses: string[] = [];
    const device = await PaperPrinter.open();
    undo.push(() => device.line.close());
    const printer = new Printer({
      path: device.line.path,
      serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' },
      answersStatus: true,
      opener,
      clock: systemClock,
      onEvent: (event) => losses.push(event.type),
    });
    undo.push(() => printer.stop());
    printer.start();
    await until(() => expect(printer.state).toBe('ready'));
    return { device, printer, losses };
  }

  it('prints a slip with its own code, and cuts it', async () => {
    const { device, printer } = await plugged();
    expect(await printer.print(slip(true))).toEqual({ outcome: 'printed', paperLow: false });
    await until(() => expect(device.cuts).toBe(1));
    expect(device.paper).toContain('办件编号：BJ2026000001');
    expect(device.codes).toEqual([URL_OF_RATING]);
  });

  it('prints a slip with the code as a picture', async () => {
    const { device, printer } = await plugged();
    expect(await printer.print(slip(false))).toMatchObject({ outcome: 'printed' });
    await until(() => expect(device.cuts).toBe(1));
    const height = device.pictures.reduce((sum, band) => sum + band.height, 0);
    expect([device.codes, height % 6, device.pictures[0]!.width >= height]).toEqual([[], 0, true]);
  });

  it('when cover or paper fail then it says so and prints nothing', async () => {
    const { device, printer } = await plugged();
    device.paperOut = true;
    expect(await printer.print(slip(true))).toMatchObject({ outcome: 'paper_out' });
    device.coverOpen = true;
    expect(await printer.print(slip(true))).toMatchObject({ outcome: 'cover_open' });
    expect(device.paper).toEqual([]);
  });

  it('when it is silent, garbled or dead then print says so within its limits', async () => {
    const { device, printer, losses } = await plugged();
    device.line.behaviour = { ...SOUND, silent: true };
    expect(await printer.print(slip(true))).toMatchObject({ outcome: 'no_answer' });
    device.line.behaviour = { ...SOUND, noise: true };
    expect(await printer.print(slip(true))).toMatchObject({ outcome: 'printed' });
    device.line.dieInTraffic();
    await until(() => expect(losses).toContain('port_lost'));
    expect(await printer.print(slip(true))).toMatchObject({ outcome: 'not_open' });
  });
});
