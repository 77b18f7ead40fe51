import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Appliance } from '../../device/appliance.ts';
import { asReleaseBefore } from '../../device/ledger/ledger-fixture.ts';
import { NEWEST_MIGRATION } from '../../device/ledger/migrations.ts';
import { applianceOptions, openTestAppliance } from '../../device/testing/appliance-fixture.ts';
import { healthyPath } from './health.ts';
import { failedVersions, readTrial, treeOf } from './home.ts';
import { installBundle } from './install.ts';
import { smallHome } from './testing/small-home.ts';
import { isOnTrial, proveOnCopy } from './trial.ts';

async function homeOnTrial() {
  const on = smallHome();
  onTestFinished(() => rmSync(on.work, { recursive: true }));
  await installBundle(on.request(await on.bundle('1.1.0')), Date.now());
  return on;
}

it('a program is on trial while the installation that it lies in says so of its version', async () => {
  const on = await homeOnTrial();
  const tree = (version: string) => treeOf(on.home, version);
  expect([isOnTrial(tree('1.1.0'), '1.1.0'), isOnTrial(tree('1.0.0'), '1.0.0')]).toEqual([true, false]);
  expect(isOnTrial(join(tree('1.1.0'), 'app', 'processes'), '1.1.0')).toBe(true);
  expect(isOnTrial(on.work, '1.1.0')).toBe(false);
});

it('one with a newer schema touches no ledger, proves itself on a copy, and migrates once it is confirmed', async () => {
  const on = await homeOnTrial();
  const device = await openTestAppliance();
  onTestFinished(() => device.close());
  const { dataDir, clock } = device;
  await device.appliance.close();
  asReleaseBefore(dataDir);
  const options = applianceOptions(dataDir, clock, device.faults);

  expect(on.boot()).toBe('1.1.0');
  await expect(Appliance.open({ ...options, onTrial: true })).rejects.toMatchObject({ code: 'ledger_on_trial' });
  expect(proveOnCopy(dataDir, '1.1.0', on.healthy)).toEqual([NEWEST_MIGRATION]);
  expect([on.boot(), readTrial(on.home)]).toEqual(['1.1.0', null]);

  device.appliance = await Appliance.open(options);
  expect(device.appliance.ledger.report.migrated).toEqual([NEWEST_MIGRATION]);
  expect(device.appliance.provisioned()?.deviceId).toBe('device-1');
  expect(proveOnCopy(dataDir, '1.1.0', on.healthy)).toBe(null);
});

it('one that cannot prove itself is given up by the gate, and the version before opens its ledger as it was', async () => {
  const on = await homeOnTrial();
  const device = await openTestAppliance();
  onTestFinished(() => device.close());
  for (let start = 0; start < 3; start++) expect(on.boot()).toBe('1.1.0');
  expect([on.boot(), failedVersions(on.home), existsSync(healthyPath(device.dataDir))]).toEqual([
    '1.0.0',
    ['1.1.0'],
    false,
  ]);
  const { seq } = device.appliance.ledger.head();
  await device.restart();
  expect(device.appliance.ledger.head().seq).toBe(seq);
});
