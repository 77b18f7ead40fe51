import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSupportBundle } from '../../app/processes/support-bundle.ts';
import { systemClock } from '../../device/clock.ts';
import type { ReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { runCommand } from '../support/demo-process.ts';
import { type DeviceBench, enrolBench, openDeviceBench, startTrialCentre } from '../support/device-bench.ts';

/** What a real device signs, checked by the command that a technician has. */

const dir = mkdtempSync(join(tmpdir(), 'signed-files-'));
let centre: ReferenceCentre;
let bench: DeviceBench;
let report: string;
let bundle: string;

beforeAll(async () => {
  centre = await startTrialCentre(join(dir, 'centre'));
  const clocks = { clock: systemClock, agentClock: systemClock };
  bench = await openDeviceBench({ dataDir: join(dir, 'device'), ...clocks, random: () => 0, timeLimitMs: 5_000 });
  await enrolBench(bench, centre);
  report = join(dir, 'report.html');
  writeFileSync(report, await bench.api.acceptanceReport());
  bundle = writeSupportBundle(dir, await bench.api.supportBundle());
});
afterAll(async () => {
  await bench.close();
  await centre.close();
  rmSync(dir, { recursive: true });
});

it('passes as it was written, under the fingerprint that the maintenance page shows', async () => {
  const { fingerprint } = bench.api.enrolment.identity();
  for (const file of [report, bundle]) {
    const { code, out } = await runCommand(['verify', file, '--fingerprint', fingerprint]);
    expect([code, out.includes('Result: PASSED'), out.includes(fingerprint)]).toEqual([0, true, true]);
  }
});

it('does not pass when one letter was changed, and says so to a script', async () => {
  for (const file of [report, bundle]) {
    const bent = `${file}.bent`;
    writeFileSync(bent, readFileSync(file, 'utf8').replace('0.1.0', '0.1.1'));
    const { code, out } = await runCommand(['verify', bent, '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([1, { ok: false, faults: ['signed_otherwise'] }]);
  }
});

it('says what cannot be checked with code 2', async () => {
  writeFileSync(join(dir, 'other.txt'), 'something else');
  expect((await runCommand(['verify', join(dir, 'other.txt')])).code).toBe(2);
  expect((await runCommand(['verify', join(dir, 'nowhere')])).code).toBe(2);
  expect((await runCommand(['verify', '--fingerprint', 'x'])).code).toBe(2);
});
