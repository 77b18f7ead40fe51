import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashPin } from '../../device/staff/pin-hash.ts';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import type { ConfigurationApi } from '../server/technician/configuration.ts';
import { configurationApi } from './configuration-api.ts';

let device: ApplianceFixture;
let api: ConfigurationApi;
let root: string;
let path: string;
beforeEach(async () => {
  device = await openTestAppliance();
  root = mkdtempSync(join(tmpdir(), 'sticks-'));
  mkdirSync(join(root, 'STICK'));
  path = join(root, 'STICK', 'pingjiaqi-7.jws');
  api = configurationApi(device.appliance, [root]);
});
afterEach(async () => {
  await device.close();
  rmSync(root, { recursive: true });
});

const put = (changes: Record<string, unknown>) =>
  writeFileSync(path, `${signConfiguration(sampleConfiguration(changes))}\n`);
const version = () => device.appliance.provisioned()?.document.version;

it('a file of a stick is listed, judged without a trace, and used', async () => {
  put({ version: 2, settings: { layout: 'best-right' } });
  expect(api.view()).toMatchObject({ version: 1, files: [path] });
  const { verdict, sha256, changes } = await api.check({ path });
  expect([verdict, changes.map((change) => change.path), version()]).toEqual([
    'accepted',
    ['version', 'settings.layout'],
    1,
  ]);
  expect((await api.apply({ path }, sha256)).verdict).toBe('accepted');
  expect(version()).toBe(2);
  const layout = api.view().settings.find((setting) => setting.path === 'settings.layout');
  expect(layout).toMatchObject({ value: '"best-right"', default: '"best-left"' });
});

it('one that changed after it was looked at is not used, nor one that was not listed', async () => {
  put({ version: 2 });
  const { sha256 } = await api.check({ path });
  put({ version: 3 });
  await expect(api.apply({ path }, sha256)).rejects.toMatchObject({ code: 'file_changed' });
  await expect(async () => api.check({ path: '/etc/passwd' })).rejects.toMatchObject({ code: 'stick_gone' });
  expect(version()).toBe(1);
});

it('a refused one answers with its faults, changes nothing, and leaves its trace only when it was to be used', async () => {
  put({ version: 2, settings: { layout: 'sideways' } });
  const refused = { verdict: 'refused', refusal: { faults: [{ path: 'settings.layout' }] } };
  const { sha256, ...answer } = await api.check({ path });
  expect(answer).toMatchObject(refused);
  expect(device.appliance.warnings()).toEqual([]);
  expect(await api.apply({ path }, sha256)).toMatchObject(refused);
  expect([version(), device.appliance.warnings().map(({ code }) => code)]).toEqual([1, ['configuration_refused']]);
});

it('takes the JSON that a centre answers with as well', async () => {
  const configuration = signConfiguration(sampleConfiguration({ version: 2 }));
  expect(await api.check({ text: JSON.stringify({ configuration }) })).toMatchObject({
    verdict: 'accepted',
    version: 2,
  });
  for (const text of ['{', '{}', 'hello']) {
    expect((await api.check({ text })).refusal?.code).toBe('configuration_signature');
  }
});

it('shows no secret', async () => {
  const secrets = { codeKey: 'S'.repeat(43), key: 'ab'.repeat(32), pin: await hashPin('246810'), photo: 'UEhPVE8' };
  const photo = { sha256: 'cd'.repeat(32), data: secrets.photo };
  put({
    version: 2,
    settings: { technician: { codeKey: secrets.codeKey } },
    staff: [{ id: 'S-1', number: '0007', name: '甲', post: '岗', pinHash: secrets.pin, photo }],
    clients: [{ id: 'hall', name: '大厅', keySha256: secrets.key }],
  });
  const answer = await api.check({ path });
  expect(answer.verdict).toBe('accepted');
  await api.apply({ path }, answer.sha256);
  const seen = JSON.stringify([answer, api.view()]);
  for (const secret of Object.values(secrets)) expect(seen).not.toContain(secret);
  expect(api.view().settings.find((setting) => setting.path === 'staff')?.value).toBe('(1 entries)');
});
