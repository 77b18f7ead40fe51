import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ApplianceFixture,
  CENTRE_KEYS,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { mountsBelow } from '../evacuation/sticks.ts';
import type { EvacuationApi } from '../server/technician/evacuation.ts';
import { evacuationApi } from './evacuation-api.ts';

const ENC = {
  kty: 'OKP' as const,
  crv: 'X25519',
  x: 'hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo',
  kid: 'e1',
  use: 'enc' as const,
};
const DEVICE_ID = '019aa000-0000-7000-8000-00000000000d';

let device: ApplianceFixture;
let stick: string;
let isPlugged: boolean;
let api: EvacuationApi;
let faults: unknown[];

beforeEach(async () => {
  device = await openTestAppliance(null);
  const given = {
    deviceId: DEVICE_ID,
    baseUrl: 'https://centre.example',
    centreKeys: { keys: [...CENTRE_KEYS.keys, ENC] },
  };
  await device.appliance.commissioning.enrolled({ ...given, configuration: signConfiguration(sampleConfiguration()) });
  stick = mkdtempSync(join(tmpdir(), 'stick-'));
  isPlugged = true;
  faults = [];
  const sticks = async () => (isPlugged ? [{ path: stick, name: 'STICK', freeBytes: 1 }] : []);
  api = evacuationApi({ appliance: device.appliance, sticks, onFault: (error) => void faults.push(error) });
});
afterEach(async () => {
  await device.close();
  rmSync(stick, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

const ended = () => vi.waitFor(async () => expect((await api.view()).export.state).not.toBe('running'), 60_000);

describe('an export by the page', () => {
  it('writes to a stick that is listed, and says how far it is', async () => {
    device.appliance.noteFact('test', {});
    expect(await api.view()).toMatchObject({ sticks: [{ path: stick }], waiting: 1, export: { state: 'idle' } });
    expect(await api.start(stick)).toMatchObject({ state: 'running', to: stick });
    await expect(api.start(stick)).rejects.toMatchObject({ code: 'export_running' });
    await ended();
    expect((await api.view()).export).toEqual({ state: 'done', to: stick, records: 1, files: 1 });
    expect(readdirSync(stick)).toEqual([`${DEVICE_ID}-1-1.hcpb`]);
  });

  it('writes to no other folder of the machine', async () => {
    const other = join(stick, 'other');
    mkdirSync(other);
    await expect(api.start(other)).rejects.toMatchObject({ code: 'stick_gone' });
    isPlugged = false;
    await expect(api.start(stick)).rejects.toMatchObject({ code: 'stick_gone' });
    expect(readdirSync(other)).toEqual([]);
  });

  it('that fails says what to do, and may be begun again', async () => {
    rmSync(stick, { recursive: true });
    device.appliance.noteFact('test', {});
    await api.start(stick);
    await ended();
    expect((await api.view()).export).toMatchObject({ state: 'failed', code: 'target_missing' });
    mkdirSync(stick);
    await api.start(stick);
    await ended();
    expect((await api.view()).export).toMatchObject({ state: 'done' });
  });
});

describe('what is plugged in', () => {
  const TABLE = String.raw`/dev/sda1 / ext4 rw 0 0
/dev/sdb1 /media/user/MY\040STICK vfat rw,nosuid 0 0
/dev/sdc1 /run/media/user/读卡器 exfat rw 0 0
/dev/sr0 /media/user/CD iso9660 ro,nosuid 0 0
tmpfs /mediation tmpfs rw 0 0
/dev/sdb1 /media/user/MY\040STICK vfat rw 0 0
broken
`;
  it.each<[string[], string[]]>([
    [
      ['/media', '/run/media'],
      ['/media/user/MY STICK', '/run/media/user/读卡器'],
    ],
    [['/media'], ['/media/user/MY STICK']],
    [['/mnt'], []],
  ])('below %j: %j', (roots, found) => {
    expect(mountsBelow(TABLE, roots)).toEqual(found);
  });
});
