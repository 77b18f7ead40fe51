import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactDecrypt, decodeJwt } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import neimenggu from '../../assets/policy-packs/neimenggu-2022.json' with { type: 'json' };
import { Appliance } from '../../device/appliance.ts';
import { systemClock } from '../../device/clock.ts';
import { readKeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { plainLine } from '../../device/peripherals/port/serial-settings.ts';
import { createSerialPortOpener } from '../../device/peripherals/port/serialport-opener.ts';
import { createFileOpener } from '../../device/peripherals/printer/file-opener.ts';
import { Printer } from '../../device/peripherals/printer/printer.ts';
import {
  applianceOptions,
  CENTRE_KEYS,
  CENTRE_SEALING_KEY,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { Ff68Box } from '../serial/ff68-box.ts';
import { HandScanner } from '../serial/hand-scanner.ts';
import { PaperPrinter } from '../serial/paper-printer.ts';
import { SdtReader } from '../serial/sdt-reader.ts';

/** A whole device with everything plugged in: real appliance, real ports, simulated devices on real terminals. */

const LIMIT = { timeout: 60_000, interval: 5 };
const until = (check: () => unknown) => vi.waitFor(check, LIMIT);
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const BY_DEVICE = {
  ...neimenggu,
  raterIdentity: { realName: { value: true, article: '第十三条' }, by: { value: 'device', article: '第十三条' } },
};

async function simulators() {
  const made = {
    box: await Ff68Box.open(),
    reader: await SdtReader.open(),
    scanner: await HandScanner.open(),
    printer: await PaperPrinter.open(),
  };
  for (const { line } of Object.values(made)) undo.push(() => line.close());
  return made;
}

async function plugged(slip: 'invited' | 'never') {
  const sims = await simulators();
  const profile = await readKeypadProfile(new URL('../../assets/keypad-profiles/ff68-four-key.json', import.meta.url));
  const dataDir = await mkdtemp(join(tmpdir(), 'attached-'));
  const faults: unknown[] = [];
  const appliance = await Appliance.open({
    ...applianceOptions(dataDir, systemClock, faults),
    peripherals: { opener: createSerialPortOpener(systemClock), keypadProfiles: new Map([[profile.id, profile]]) },
  });
  undo.push(async () => {
    await appliance.close();
    await rm(dataDir, { recursive: true });
  });
  const peripherals = {
    keypad: { path: sims.box.line.path, profile: profile.id },
    idCard: { path: sims.reader.line.path },
    scanner: { path: sims.scanner.line.path, caseSlip: ['BJ\\d{10}'] },
    printer: { path: sims.printer.line.path, slip },
    queue: { port: await freeUdpPort(), host: '127.0.0.1', from: ['127.0.0.1'] },
  };
  const policy = { id: 'neimenggu-2022', version: '1', document: BY_DEVICE };
  const configuration = signConfiguration(sampleConfiguration({ settings: { peripherals }, policy }));
  await appliance.commissioning.enrolled({
    deviceId: 'device-1',
    baseUrl: 'https://centre.example',
    centreKeys: CENTRE_KEYS,
    configuration,
  });
  const isReady = (family: string) => appliance.peripherals.status().find((status) => status.family === family)?.state;
  await until(() => expect(['keypad', 'scanner', 'printer', 'queue'].map(isReady)).toEqual(Array(4).fill('ready')));
  const bodies = (kind: string) =>
    appliance.ledger
      .read(1, 10_000)
      .flatMap((record) => (record.kind === kind ? [record.body as Record<string, unknown>] : []));
  return { ...sims, appliance, bodies, faults, queuePort: peripherals.queue.port };
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function rate(appliance: Appliance, level: 1 | 2 | 3 | 4 | 5): string {
  const view = appliance.citizenView();
  if (view.screen !== 'inviting') throw new Error(`the screen is ${view.screen}`);
  appliance.citizen({ type: 'rate', visitId: view.visitId, level, language: 'zh-CN' });
  return view.visitId;
}

describe('a device with everything plugged in', () => {
  it('takes a scanned slip, a card, a grade, and prints the slip that the centre can open', async () => {
    const { appliance, scanner, reader, printer, bodies, faults } = await plugged('invited');
    reader.lay('A');
    await scanner.scan('BJ2026000001');
    await until(() => expect(appliance.citizenView().screen).toBe('inviting'));
    const visitId = appliance.invitedVisit()!;
    await until(() => expect(appliance.attached.raterCard.sealedFor(visitId)).not.toBe(null));
    rate(appliance, 4);
    await until(() => expect(printer.cuts).toBe(1));

    const [rating] = bodies('rating');
    const { plaintext } = await compactDecrypt(rating!.rater as string, CENTRE_SEALING_KEY);
    expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ visitId, number: '999999190001019992' });
    const token = decodeJwt(printer.codes[0]!.split('#t=')[1]!);
    expect(token).toMatchObject({ d: 'device-1', i: visitId, c: 'BJ2026000001', n: 1 });
    expect(printer.paper).toContain('办件编号：BJ2026000001');
    expect([faults, JSON.stringify(bodies('event')).includes('999999')]).toEqual([[], false]);
  });

  it('obeys a queue system by real datagrams, and its call box', async () => {
    const { appliance, box, queuePort } = await plugged('never');
    const socket: Socket = createSocket('udp4');
    undo.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
    const say = async (message: object) => {
      const answer = once(socket, 'message') as Promise<[Buffer]>;
      socket.send(JSON.stringify(message), queuePort, '127.0.0.1');
      return (await answer)[0].toString();
    };
    expect(await say({ command: 'call', number: 'A012' })).toBe('{"succ":"0"}');
    expect(appliance.citizenView()).toMatchObject({ screen: 'idle', called: { ticket: 'A012' } });
    await box.pressBox(0x0b);
    await until(() => expect(appliance.citizenView().screen).toBe('inviting'));
    expect(appliance.window().state.context.current?.caseNo).toMatch(/^Q-\d{8}-A012$/);
  });
});

describe('when everything that is plugged in hangs', () => {
  it.each(['box', 'reader', 'scanner', 'printer', 'all'] as const)(
    '%s, during a rating, then the screen goes on at once and the trouble is told',
    async (which) => {
      const { appliance, bodies, faults, ...sims } = await plugged('invited');
      const hung = which === 'all' ? [sims.box, sims.reader, sims.scanner, sims.printer] : [sims[which]];
      for (const { line } of hung) line.hang();
      const request = { caseNo: 'C-1', serviceNo: 1, itemCode: 'I-1', itemName: '事项', staffId: 'S-1' };
      // No turn of the event loop lies between these: nothing that a device does, or does not do, can come between.
      appliance.openVisit({ ...request, servedAt: null, trigger: 'business', inviteAtOnce: true }, null);
      const visitId = rate(appliance, 3);
      expect(appliance.citizenView()).toMatchObject({ screen: 'reasons', visitId });
      appliance.citizen({ type: 'submit', visitId });
      expect(appliance.citizenView().screen).toBe('thanks');
      expect(bodies('rating')).toHaveLength(1);
      const told = () => bodies('event').map(({ type }) => type);
      if (hung.some((sim) => sim === sims.printer)) await until(() => expect(told()).toContain('printer_trouble'));
      expect(faults).toEqual([]);
    },
  );
});

it('prints through a device file that blocks nobody', async () => {
  const device = await PaperPrinter.open();
  undo.push(() => device.line.close());
  const losses: string[] = [];
  const printer = new Printer({
    path: device.line.path,
    serial: plainLine(9600),
    answersStatus: true,
    opener: createFileOpener(systemClock),
    clock: systemClock,
    onEvent: ({ type }) => losses.push(type),
  });
  undo.push(() => printer.stop());
  printer.start();
  await until(() => expect(printer.state).toBe('ready'));
  const page = Buffer.from(`\x1b@${'A line of a slip\n'.repeat(200)}\x1dVB\0`);
  expect(await printer.print(page)).toMatchObject({ outcome: 'printed' });
  await until(() => expect(device.cuts).toBe(1));
  expect(device.paper).toHaveLength(200);
  device.paperOut = true;
  expect(await printer.print(page)).toMatchObject({ outcome: 'paper_out' });
  device.line.hang();
  expect(await printer.print(page)).toMatchObject({ outcome: 'no_answer' });
  await device.line.close();
  await until(() => expect(losses).toContain('port_lost'));
});
