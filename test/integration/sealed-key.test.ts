import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../device/clock.ts';
import { forgetOpenedKeys } from '../../device/identity/keeping/device-keys.ts';
import { ensureSoftwareTpm, SoftwareTpm } from '../../device/testing/software-tpm.ts';
import type { ReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { inspect } from '../support/centre-inspection.ts';
import { type DeviceBench, enrolBench, openDeviceBench, startTrialCentre } from '../support/device-bench.ts';
import { eventually } from '../support/visits.ts';

/** A device whose key is in a TPM: what happens to its ratings when the TPM is not the one that sealed it. */

const RENEWAL = 'renewal-code';

let dirs: { device: string; centre: string };
let tpm: SoftwareTpm;
let centre: ReferenceCentre;
let bench: DeviceBench;
let faults: unknown[];

const open = () =>
  openDeviceBench({
    dataDir: dirs.device,
    clock: systemClock,
    agentClock: systemClock,
    random: () => 0,
    timeLimitMs: 5_000,
    tpm: tpm.tcti,
    onFault: (error) => faults.push(error),
  });
const pending = async () => (await bench.appliance.outbox.counts()).pending;
/** Power off, whatever happens to the TPM meanwhile, and on. */
const restart = async (meanwhile: () => Promise<void>) => {
  await bench.close();
  forgetOpenedKeys();
  await meanwhile();
  bench = await open();
};

beforeAll(ensureSoftwareTpm);
beforeEach(async () => {
  dirs = { device: mkdtempSync(join(tmpdir(), 'sealed-d-')), centre: mkdtempSync(join(tmpdir(), 'sealed-c-')) };
  faults = [];
  tpm = new SoftwareTpm();
  await tpm.start();
  centre = await startTrialCentre(dirs.centre);
  bench = await open();
});
afterEach(async () => {
  await bench.close();
  await centre.close();
  await tpm.remove();
  for (const dir of Object.values(dirs)) rmSync(dir, { recursive: true });
});

/** A citizen rates; returns when the rating is durable. */
async function rate(caseNo: string): Promise<void> {
  const { appliance } = bench;
  const item = { itemCode: 'T-001', itemName: '居民身份证换领', staffId: 'trial-1' };
  const request = { caseNo, serviceNo: 1, ...item, servedAt: null, trigger: 'business' as const, inviteAtOnce: true };
  const visitId = appliance.openVisit(request, null);
  // The thanks of the one before stay for a while.
  await eventually(() => expect(appliance.citizenView()).toMatchObject({ screen: 'inviting', visitId }));
  expect(appliance.citizen({ type: 'rate', visitId, level: 4, language: 'zh-CN' })).toBe(true);
  expect(appliance.citizen({ type: 'submit', visitId })).toBe(true);
}

const identityLine = async () => (await bench.api.technicianStatus()).checks.find(({ id }) => id === 'identity');

it('signs with a key that only the TPM opens, from the enrolment to the receipt', async () => {
  await enrolBench(bench, centre);
  await rate('TPM-1');
  await eventually(async () => expect(await pending()).toBe(0));
  expect(readdirSync(join(dirs.device, 'keys'))).toContain('device-ed25519.sealed');
  expect(readdirSync(join(dirs.device, 'keys'))).not.toContain('device-ed25519.key');
  expect(await identityLine()).toMatchObject({ state: 'pass', code: 'tpm' });
  expect(bench.api.enrolment.identity().keptIn).toBe('tpm');
  expect(faults).toEqual([]);
});

it('on another machine ratings go on and wait; a new key delivers each of them once', async () => {
  await enrolBench(bench, centre);
  await rate('TPM-1');
  await eventually(async () => expect(await pending()).toBe(0));
  const deviceId = bench.appliance.provisioned()?.deviceId ?? '';
  await restart(() => tpm.replace());
  expect(faults).toMatchObject([{ code: 'key_foreign' }]);

  await rate('TPM-2');
  await eventually(async () =>
    expect(bench.link.report).toMatchObject({ state: 'offline', detail: expect.stringContaining('another machine') }),
  );
  expect(await identityLine()).toMatchObject({ state: 'fail', fill: { hint: expect.stringContaining('renew') } });
  const bundle = await bench.api.supportBundle();
  expect([bundle.signature, bundle.bundle.deviceId]).toEqual([null, deviceId]);
  expect(await pending()).toBeGreaterThan(0);

  centre.offerRenewal(RENEWAL, deviceId);
  const order = { baseUrl: centre.url, code: RENEWAL, renew: true };
  expect(await bench.api.enrolment.enrol(order)).toEqual({ outcome: 'enrolled', deviceId });
  await rate('TPM-3');
  await eventually(async () => expect(await pending()).toBe(0));
  const cases = (await inspect(centre.url).ratings()).map(({ caseNo }) => caseNo).sort();
  expect(cases).toEqual(['TPM-1', 'TPM-2', 'TPM-3']);

  await restart(() => tpm.stop().then(() => tpm.start()));
  expect(readdirSync(join(dirs.device, 'keys')).filter((name) => name.startsWith('device-'))).toEqual([
    'device-ed25519-2.sealed',
  ]);
  await rate('TPM-4');
  await eventually(async () => expect(await pending()).toBe(0));
});

it('a TPM that is away at the start delays delivery alone, and the line comes back by itself', async () => {
  await enrolBench(bench, centre);
  await restart(() => tpm.stop());
  await rate('TPM-1');
  await eventually(async () => expect(bench.link.report?.state).toBe('offline'));
  expect(await pending()).toBeGreaterThan(0);
  await tpm.start();
  await eventually(async () => expect(await pending()).toBe(0));
});

it('a bare device whose disk was copied to another machine enrols with a key of its own', async () => {
  const copied = bench.appliance.key.fingerprint;
  await restart(() => tpm.replace());
  await enrolBench(bench, centre);
  expect(bench.appliance.key.fingerprint).not.toBe(copied);
  await rate('TPM-1');
  await eventually(async () => expect(await pending()).toBe(0));
});
