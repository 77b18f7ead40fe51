import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysOf } from '../../device/identity/identity-store.ts';
import { verifyLedger } from '../../device/ledger/verify.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import type { ReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { fastClock } from '../../sync/testing/fast-clock.ts';
import { type CentreInspection, inspect } from '../support/centre-inspection.ts';
import { type DeviceBench, enrolBench, openDeviceBench, startTrialCentre } from '../support/device-bench.ts';
import { newMemoryDir } from '../support/memory-dir.ts';
import { seededRandom } from '../support/random.ts';
import { eventually } from '../support/visits.ts';

/** 补报 with the real ledger, agent and centre: what the centre lost comes again, and a rolled-back device is found. */

/** Ten minutes of waiting before the first manifest are 30 ms. */
const AGENT_SPEED = 20_000;

let folder: string;
let centre: ReferenceCentre;
let inspection: CentreInspection;
let clock: VirtualClock;
let bench: DeviceBench;

const device = () => join(folder, 'device');
const centreDir = () => join(folder, 'centre');

async function open(): Promise<DeviceBench> {
  const random = seededRandom(3);
  return openDeviceBench({
    dataDir: device(),
    clock,
    agentClock: fastClock(AGENT_SPEED),
    random: () => random.next(),
    timeLimitMs: 5_000,
  });
}

beforeEach(async () => {
  folder = newMemoryDir();
  centre = await startTrialCentre(centreDir());
  inspection = inspect(centre.url);
  clock = new VirtualClock(lastNoonMs());
  bench = await open();
  await enrolBench(bench, centre);
});
afterEach(async () => {
  await bench.close();
  await centre.close();
  const report = verifyLedger(device(), keysOf(device()));
  rmSync(folder, { recursive: true, force: true });
  expect(report).toMatchObject({ ok: true, fault: null });
});

/** The last noon in Shanghai (UTC+8): a day's test records go from three in the morning on (`device/upkeep.ts`). */
function lastNoonMs(): number {
  const [dayMs, noonMs] = [24 * 3_600_000, 4 * 3_600_000];
  return Math.floor((Date.now() - noonMs) / dayMs) * dayMs + noonMs;
}

let cases = 0;
async function rate(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    const request = { caseNo: `C-${++cases}`, serviceNo: 1, itemCode: 'T', itemName: '事项', staffId: 's' };
    const rest = { trigger: 'business' as const, servedAt: null, inviteAtOnce: true, idempotency: null };
    const { visitId } = bench.api.openVisit({ ...request, ...rest });
    bench.api.citizen({ type: 'rate', visitId, level: 1, language: 'zh-CN' });
    bench.api.citizen({ type: 'submit', visitId });
    await clock.advance(5_000);
  }
}

const ledger = async () => (await bench.api.technicianStatus()).ledger;
const allDelivered = () => eventually(async () => expect(await ledger()).toMatchObject({ pending: 0, deferred: 0 }));
const events = (type: string) =>
  bench.appliance.ledger
    .read(1, 10_000)
    .flatMap((record) => (record.kind === 'event' && record.body.type === type ? [record.body.detail] : []));
const codes = async () => (await bench.api.technicianStatus()).warnings.map(({ code }) => code);

/** Lets minutes pass until the device has heard the centre's answer to a manifest of now. */
async function reconciled(): Promise<void> {
  const before = bench.appliance.manifests.doneAt;
  await clock.advance(1000);
  await eventually(async () => {
    bench.tick();
    expect(bench.appliance.manifests.doneAt).not.toBe(before);
  });
}

async function restart(change: () => void | Promise<void>): Promise<void> {
  await bench.close();
  await change();
  bench = await open();
}

describe('a manifest', () => {
  it('finds nothing where nothing is missing', async () => {
    await rate(3);
    await allDelivered();
    await reconciled();
    expect(await codes()).toEqual([]);
    expect(events('centre_missing')).toEqual([]);
  });

  it('brings back what a centre lost with its own database', async () => {
    await rate(3);
    await allDelivered();
    const { port } = new URL(centre.url);
    await centre.close();
    cpSync(centreDir(), join(folder, 'backup'), { recursive: true });
    centre = await startTrialCentre(centreDir(), Number(port));
    await rate(3);
    await allDelivered();
    const all = await inspection.ratings();
    expect(all).toHaveLength(6);
    // The centre's disk is lost; the operator puts back yesterday's copy.
    await centre.close();
    rmSync(centreDir(), { recursive: true });
    cpSync(join(folder, 'backup'), centreDir(), { recursive: true });
    centre = await startTrialCentre(centreDir(), Number(port));
    expect(await inspection.ratings()).toHaveLength(3);
    await restart(() => undefined);
    await reconciled();
    expect(events('centre_missing')).toMatchObject([{ records: expect.any(Number) }]);
    await allDelivered();
    const bare = (ratings: typeof all) => ratings.map(({ receivedAt: _at, ...rest }) => rest);
    expect(bare(await inspection.ratings())).toEqual(bare(all));
  });
});

describe('the daily test records', () => {
  it('reach the centre with proof, count as no rating, and show what a wrong level table swallows', async () => {
    await allDelivered();
    await eventually(() => expect(bench.appliance.canary.view().isSupported).toBe(true));
    bench.appliance.canary.sendDaily();
    await rate(1);
    await eventually(() => expect(bench.appliance.canary.view().reached).toEqual([5, 4, 3, 2, 1]));
    expect(await inspection.ratings()).toHaveLength(1);
    await inspection.fault({ mode: 'refuse_levels', levels: [1, 2] });
    await clock.advance(24 * 3_600_000);
    await rate(1);
    await eventually(() =>
      expect(bench.appliance.canary.view()).toMatchObject({ reached: [5, 4, 3], refused: [2, 1] }),
    );
    expect(await codes()).toContain('canary_lost');
  });
});

describe('a device whose database was put back from an older copy', () => {
  const copy = () => cpSync(device(), join(folder, 'old'), { recursive: true });
  const putBack = () => {
    rmSync(device(), { recursive: true });
    cpSync(join(folder, 'old'), device(), { recursive: true });
  };

  it('is found by the centre’s higher numbers, told to the technician and the centre, and overwrites nothing', async () => {
    await rate(2);
    await allDelivered();
    await restart(copy);
    await rate(4);
    await allDelivered();
    const { seq } = await ledger();
    await restart(putBack);
    await reconciled();
    expect(await codes()).toContain('ledger_behind_centre');
    expect(events('ledger_behind_centre')).toEqual([{ headSeq: expect.any(Number), centreSeq: seq }]);
    await rate(1);
    await allDelivered();
    // All seven stand: those that the copy no longer knows, and the one that came under a number used before.
    expect(await inspection.ratings()).toHaveLength(7);
    const held = (await inspection.records()).map(({ record }) => (record.kind === 'event' ? record.body.type : null));
    expect(held.filter((type) => type === 'ledger_behind_centre')).toHaveLength(1);
  });

  it('is found even where it overtook the centre before the first question', async () => {
    await rate(2);
    await allDelivered();
    await restart(copy);
    await rate(1);
    await allDelivered();
    await restart(putBack);
    await rate(3);
    await allDelivered();
    await reconciled();
    expect(await codes()).toContain('ledger_forked');
    expect(await inspection.ratings()).toHaveLength(6);
  });
});
