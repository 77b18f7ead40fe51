import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bench, event } from '../../../device/ledger/ledger-fixture.ts';
import { idCardSettingsSchema } from '../../../device/peripherals/id-card/settings.ts';
import { scannerSettingsSchema } from '../../../device/peripherals/scanner/settings.ts';
import { checkCentre } from './centre.ts';
import { examine } from './doctor.ts';
import { checkClock, checkDisk, checkFolder, checkLedger, checkNode } from './machine.ts';
import { checkBrowser, checkPeripherals, checkSerial, describePort } from './peripherals.ts';

const NOW = Date.UTC(2026, 10, 22);
let dir: string;
const servers: Server[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the machine', () => {
  it.each([
    ['another Node', () => checkNode('v20.20.2'), 'fail'],
    ['this Node', () => checkNode('v24.21.0'), 'pass'],
    ['a folder that is not there', () => checkFolder(join(dir, 'none')), 'warn'],
    ['a folder of its own', () => checkFolder(dir), 'pass'],
    ['a full disk', () => checkDisk(dir, () => 12), 'fail'],
    ['a nearly full disk', () => checkDisk(dir, () => 500), 'warn'],
    ['room', () => checkDisk(dir, () => 5000), 'pass'],
    ['a folder to come on a real disk', () => checkDisk(join(dir, 'a', 'b')), expect.any(String)],
    ['a clock that was never set', () => checkClock(dir, 0), 'fail'],
    ['a clock far ahead', () => checkClock(dir, Date.UTC(2190, 0)), 'fail'],
    ['a clock that may be right', () => checkClock(dir, NOW), 'pass'],
    ['no ledger', () => checkLedger(dir), 'warn'],
    ['no browser', () => checkBrowser(() => undefined), 'warn'],
    ['a browser', () => checkBrowser(() => '/usr/bin/chromium'), 'pass'],
  ])('%s', (_name, check, state) => {
    const seen = check();
    expect(seen.state).toEqual(state);
    expect(seen.next === null).toBe(seen.state === 'pass');
  });

  it('a folder that others may read, and a file in its place', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(checkFolder(file).state).toBe('fail');
    expect(checkFolder('/tmp').state).toBe('warn');
  });

  it('a clock behind the last record', () => {
    writeFileSync(join(dir, 'ledger.head'), '');
    utimesSync(join(dir, 'ledger.head'), NOW / 1000, NOW / 1000);
    expect(checkClock(dir, NOW - 3_600_000).state).toBe('fail');
    expect(checkClock(dir, NOW + 1000).state).toBe('pass');
  });

  it('a ledger that is whole, changed, and without its key', () => {
    const device = bench();
    const ledger = device.open();
    ledger.append([event(), event()]);
    expect(checkLedger(device.dir)).toMatchObject({ state: 'pass', cause: '2 records, the chain is whole.' });
    ledger.close();
    const bare = device.copy();
    rmSync(join(bare.dir, 'keys'), { recursive: true });
    expect(checkLedger(bare.dir).state).toBe('warn');
    device.tamper((db) => db.exec('DELETE FROM outbox WHERE seq = 1; DELETE FROM record WHERE seq = 1'));
    expect(checkLedger(device.dir)).toMatchObject({ state: 'fail' });
    device.remove();
    bare.remove();
  });

  it('ports that are listed, and a machine without udevadm', async () => {
    const missing = Object.assign(new Error('spawn udevadm ENOENT'), { code: 'ENOENT' });
    expect(await checkSerial(() => Promise.resolve(['/dev/ttyS0']))).toMatchObject({
      state: 'pass',
      cause: '/dev/ttyS0.',
    });
    expect(await checkSerial(() => Promise.reject(missing))).toMatchObject({ state: 'warn' });
    expect((await checkSerial(() => Promise.reject(missing))).cause).toContain('udevadm');
    expect((await checkSerial(() => Promise.reject(new Error('odd')))).cause).toContain('odd');
    expect((await checkSerial()).state).toBe('pass');
    const usb = { vendorId: '1a86', productId: '7523', manufacturer: null, product: 'USB Serial', serialNumber: null };
    expect(describePort({ path: '/dev/ttyUSB0', device: '/dev/ttyUSB0', usb })).toBe(
      '/dev/ttyUSB0 (USB 1a86:7523, USB Serial, CH340, a chip in many devices: name this port itself)',
    );
  });
});

it('what the configuration names is looked for, one line each', () => {
  const there = join(dir, 'scanner');
  writeFileSync(there, '');
  const checks = checkPeripherals({
    keypad: { path: 'tcp://192.0.2.1:4001', profile: 'p' },
    scanner: scannerSettingsSchema.parse({ path: there, caseSlip: ['\\d'] }),
    idCard: idCardSettingsSchema.parse({ path: join(dir, 'none') }),
    voice: { calls: false, volume: [] },
  });
  expect(checks.map(({ name, state }) => [name, state])).toEqual([
    ['scanner', 'pass'],
    ['idCard', 'warn'],
  ]);
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const web = async (answer: RequestListener) => `http://${await listen(createServer(answer))}`;
const last = async (baseUrl: string, nowMs = Date.now()) => (await checkCentre(baseUrl, 'device-1', nowMs)).at(-1);

describe('the way to the centre', () => {
  const json: RequestListener = (_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"unknown_device"}');
  };

  it('passes to a centre, and holds its clock against ours', async () => {
    const url = await web(json);
    const checks = await checkCentre(url, 'device-1', Date.now());
    expect(checks.map(({ name, state }) => [name, state])).toEqual([
      ['centre: DNS', 'pass'],
      ['centre: TCP', 'pass'],
      ['centre: TLS', 'pass'],
      ['centre: answer', 'pass'],
      ['centre: clock', 'pass'],
    ]);
    expect(await last(url, Date.now() - 3_600_000)).toMatchObject({ name: 'centre: clock', state: 'warn' });
  });

  it.each<[string, RequestListener]>([
    [
      'a login page',
      (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ],
    ['a redirect', (_request, response) => void response.writeHead(302, { location: 'http://portal.example' }).end()],
    [
      'another JSON',
      (_request, response) => void response.writeHead(401, { 'content-type': 'application/json' }).end('[]'),
    ],
    [
      'torn JSON',
      (_request, response) => void response.writeHead(401, { 'content-type': 'application/json' }).end('{'),
    ],
  ])('does not take %s for the centre', async (_name, answer) => {
    expect(await last(await web(answer))).toMatchObject({ name: 'centre: answer', state: 'fail' });
  });

  it('names the first step that fails', async () => {
    const closed = createTcpServer();
    const address = await listen(closed);
    closed.close();
    expect(await last(`http://${address}`)).toMatchObject({ name: 'centre: TCP', state: 'fail' });
    const plain = await web(json);
    expect(await last(plain.replace('http:', 'https:'))).toMatchObject({ name: 'centre: TLS', state: 'fail' });
    const dumb = await listen(createTcpServer((socket) => socket.destroy()));
    expect(await last(`http://${dumb}`)).toMatchObject({ name: 'centre: answer', state: 'fail' });
    expect(await last('https://no-such-host.invalid')).toMatchObject({ name: 'centre: DNS', state: 'fail' });
  });
});

it('a bare folder and a broken provisioning are told apart', async () => {
  const stateOf = async () => (await examine(dir, NOW)).find(({ name }) => name === 'provisioning')?.state;
  expect(await stateOf()).toBe('warn');
  writeFileSync(join(dir, 'provisioning.json'), '{');
  expect(await stateOf()).toBe('fail');
});
