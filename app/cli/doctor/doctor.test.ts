import { chmodSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import en from '../../../assets/technician/checks/en.json' with { type: 'json' };
import { systemClock } from '../../../device/clock.ts';
import { findIdentity, takeUpIdentity } from '../../../device/identity/identity-store.ts';
import { halfOf, writeKeptOnce } from '../../../device/identity/keeping/kept-file.ts';
import { loadProvisioning } from '../../../device/identity/provisioning.ts';
import { bench, event } from '../../../device/ledger/ledger-fixture.ts';
import { idCardSettingsSchema } from '../../../device/peripherals/id-card/settings.ts';
import { scannerSettingsSchema } from '../../../device/peripherals/scanner/settings.ts';
import { DIRECT } from '../../../sync/connectors/reference/way.ts';
import { enrolBench, openDeviceBench, startTrialCentre } from '../../../test/support/device-bench.ts';
import type { Finding } from '../../checks/finding.ts';
import { askSigned } from '../../checks/signed-question.ts';
import { examine } from './doctor.ts';
import { checkFolder } from './machine.ts';
import { checkBrowser, checkPeripherals, checkSerial, describePort } from './peripherals.ts';

const NOW = Date.UTC(2026, 10, 22);
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const examined = (folder: string, told: readonly Finding[] | null = null, nowMs = NOW) =>
  examine(folder, nowMs, en, async () =>
    told === null ? { kind: 'not_running' } : { kind: 'answers', status: { checks: told } },
  );
async function stateOf(id: string, folder = dir, nowMs = NOW): Promise<string | undefined> {
  return (await examined(folder, null, nowMs)).find((check) => check.id === id)?.state;
}

it('a device that holds the folder and says nothing is no device that does not run', async () => {
  const checks = await examine(dir, NOW, en, async () => ({ kind: 'silent', why: 'no answer within 30 s' }));
  const line = checks.find(({ name }) => name === 'running device');
  expect(line).toMatchObject({ state: 'fail', cause: expect.stringContaining('no answer within 30 s') });
  expect((await examined(dir)).some(({ name }) => name === 'running device')).toBe(false);
});

describe('the machine', () => {
  it('a folder of its own, one that is not there, one that others may read, a file in its place', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(checkFolder(dir).state).toBe('pass');
    expect(checkFolder(join(dir, 'none')).state).toBe('warn');
    expect(checkFolder(file).state).toBe('fail');
    chmodSync(dir, 0o755);
    expect(checkFolder(dir).state).toBe('warn');
  });

  it('a clock behind the last record', async () => {
    writeFileSync(join(dir, 'ledger.head'), '');
    utimesSync(join(dir, 'ledger.head'), NOW / 1000, NOW / 1000);
    expect(await stateOf('clock', dir, NOW - 3_600_000)).toBe('fail');
    expect(await stateOf('clock', dir, NOW + 1000)).toBe('pass');
  });

  it('a ledger that is whole, changed, without its key, and none', async () => {
    const device = bench();
    const ledger = device.open();
    ledger.append([event(), event()]);
    expect(await stateOf('integrity', device.dir)).toBe('pass');
    ledger.close();
    const bare = device.copy();
    rmSync(join(bare.dir, 'keys'), { recursive: true });
    expect(await stateOf('integrity', bare.dir)).toBe('warn');
    device.tamper((db) => db.exec('DELETE FROM outbox WHERE seq = 1; DELETE FROM record WHERE seq = 1'));
    expect(await stateOf('integrity', device.dir)).toBe('fail');
    expect(await stateOf('integrity')).toBe('warn');
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

  it('a browser, and none', () => {
    expect(checkBrowser(() => undefined).state).toBe('warn');
    expect(checkBrowser(() => '/usr/bin/chromium').state).toBe('pass');
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

it('a bare folder, a broken provisioning and unreadable network settings are told apart', async () => {
  expect(await stateOf('configuration')).toBe('warn');
  writeFileSync(join(dir, 'provisioning.json'), '{');
  expect(await stateOf('configuration')).toBe('fail');
  writeFileSync(join(dir, 'network.json'), '{');
  expect(await stateOf('authority')).toBe('fail');
});

it('takes the device’s word for what cannot be seen from outside, and its own eyes for the rest', async () => {
  const told = [
    { id: 'queue', state: 'pass', code: 'empty', fill: { delivered: 7 } },
    { id: 'identity', state: 'pass', code: 'none', fill: {} },
    { id: 'authority:2', state: 'fail', code: 'ended', fill: {} },
  ] as const satisfies Finding[];
  const lines = await examined(dir, told);
  expect(lines.find(({ id }) => id === 'queue')?.cause).toBe('All delivered, 7 records.');
  expect(lines.filter(({ id }) => id === 'identity').map(({ state }) => state)).toEqual(['warn']);
  expect(lines.some(({ id }) => id === 'authority:2')).toBe(false);
});

it('leaves a key that the window alone can open to the device’s own word', async () => {
  const { key } = takeUpIdentity(dir, 'ed25519', null).identity;
  const wrapped = { ...halfOf(key), keeper: 'system' as const, wrapped: 'AAAA' };
  expect(writeKeptOnce(join(dir, 'keys'), 'device-ed25519', wrapped)).toBe(true);
  rmSync(join(dir, 'keys', 'device-ed25519.key'));
  const told = [{ id: 'identity', state: 'pass', code: 'system', fill: {} }] as const satisfies Finding[];
  const lines = (await examined(dir, told)).filter(({ id }) => id === 'identity');
  expect(lines.map(({ state, cause }) => [state, cause.includes('key store')])).toEqual([['pass', true]]);
  expect((await examined(dir, [])).filter(({ id }) => id === 'identity')).toEqual([]);
});

it('asks the centre as this device: a good signature, a foreign one, a centre that knows nobody of that name', async () => {
  const centre = await startTrialCentre(join(dir, 'centre'));
  const data = join(dir, 'device');
  const clocks = { clock: systemClock, agentClock: systemClock, random: () => 0.5, timeLimitMs: 10_000 };
  const device = await openDeviceBench({ dataDir: data, ...clocks });
  try {
    await enrolBench(device, centre);
  } finally {
    await device.close();
  }
  const walk = (await examined(data, null, Date.now())).filter(({ id }) => id?.startsWith('centre:'));
  expect(walk.map(({ id, state }) => [id, state])).toEqual(
    ['dns', 'tcp', 'tls', 'answer', 'signature', 'clock'].map((step) => [`centre:${step}`, 'pass']),
  );
  expect([await stateOf('calendar', data), await stateOf('calendar', data, Date.UTC(2035, 1))]).toEqual([
    'pass',
    'warn',
  ]);
  const provisioned = await loadProvisioning(data);
  const key = findIdentity(data);
  if (provisioned === null || key === null) throw new Error('the bench enrolled');
  const ask = (change: object) =>
    askSigned(
      { provisioned: { ...provisioned, ...change }, key, way: DIRECT, version: '0' },
      AbortSignal.timeout(9000),
    );
  expect(await ask({ deviceId: 'nobody' })).toMatchObject({ kind: 'unauthorised', code: 'unknown_device' });
  const { publicKey } = await generateKeyPair('Ed25519', { extractable: true });
  const { kid } = provisioned.centreKeys.keys.find(({ use }) => use !== 'enc') ?? {};
  const stranger = { ...(await exportJWK(publicKey)), kid, use: 'sig' };
  expect(await ask({ centreKeys: { keys: [stranger] } })).toMatchObject({ kind: 'foreign' });
  await centre.close();
  expect(await ask({})).toMatchObject({ kind: 'failed' });
});
