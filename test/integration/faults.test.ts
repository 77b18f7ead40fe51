import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysOf } from '../../device/identity/identity-store.ts';
import { LEVELS, type Level } from '../../device/ledger/record.ts';
import { verifyLedger } from '../../device/ledger/verify.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import type { ReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { fastClock } from '../../sync/testing/fast-clock.ts';
import { type CentreInspection, inspect } from '../support/centre-inspection.ts';
import { type DeviceBench, enrolBench, openDeviceBench, startTrialCentre } from '../support/device-bench.ts';
import { newMemoryDir } from '../support/memory-dir.ts';
import { seededRandom } from '../support/random.ts';
import { eventually } from '../support/visits.ts';

const RATINGS = 1_000;
/** The agent rests 10 ms where it would rest a second; the centre and its answers are in real time. */
const AGENT_SPEED = 100;
const TIME_LIMIT_MS = 2_000;
/** `wrong_receipt` lies in four ways in turn; every fault must be met more than once. */
const FAILED_BATCHES = 5;
const THANKS_MS = 5_000;
const SETTLED_LIMIT_MS = 120_000;

let folder: string;
let centre: ReferenceCentre;
let inspection: CentreInspection;
let clock: VirtualClock;
let bench: DeviceBench;
let failedBatches: string[];
/** Rating records by visit id: the level that stands, and how many revisions there are. */
let given: Map<string, { level: Level; revisions: number }>;

beforeEach(async () => {
  folder = newMemoryDir();
  failedBatches = [];
  const random = seededRandom(1);
  given = new Map();
  centre = await startTrialCentre(join(folder, 'centre'));
  inspection = inspect(centre.url);
  clock = new VirtualClock(Date.now());
  bench = await openDeviceBench({
    dataDir: join(folder, 'device'),
    clock,
    agentClock: fastClock(AGENT_SPEED),
    random: () => random.next(),
    timeLimitMs: TIME_LIMIT_MS,
    log: pino({}, { write: (line: string) => noteBatch(JSON.parse(line)) }),
  });
  await enrolBench(bench, centre);
});

function noteBatch(line: { outcome?: string }): void {
  if (line.outcome !== undefined) failedBatches.push(line.outcome);
}

afterEach(async () => {
  await bench.close();
  await centre.close();
  const dataDir = join(folder, 'device');
  const report = verifyLedger(dataDir, keysOf(dataDir));
  rmSync(folder, { recursive: true, force: true });
  expect(report).toMatchObject({ ok: true, fault: null });
});

const ledger = async () => (await bench.api.technicianStatus()).ledger;

/** One citizen after the other; every third one gives a reason as well. */
async function rate(count: number): Promise<void> {
  const { api } = bench;
  for (let turn = 0; turn < count; turn++) {
    const level = LEVELS[turn % LEVELS.length] ?? 5;
    const visitId = openVisit(`FAULT-${turn}`);
    expect(api.citizen({ type: 'rate', visitId, level, language: 'zh-CN' })).toBe(true);
    given.set(visitId, { level, revisions: 1 });
    if (turn % 3 === 0) giveReason(visitId, level);
    expect(api.citizen({ type: 'submit', visitId })).toBe(true);
    await clock.advance(THANKS_MS);
  }
}

function openVisit(caseNo: string): string {
  const item = { itemCode: 'T-001', itemName: '居民身份证换领', staffId: 'trial-1' };
  const request = { caseNo, serviceNo: 1, ...item, servedAt: null, trigger: 'business', inviteAtOnce: true } as const;
  return bench.api.openVisit({ ...request, idempotency: null }).visitId;
}

function giveReason(visitId: string, level: Level): void {
  const words = { tags: [], comment: '办得快', language: 'zh-CN' };
  expect(bench.api.citizen({ type: 'revise', visitId, level, ...words })).toBe(true);
  given.set(visitId, { level, revisions: 2 });
}

const allSettled = () =>
  eventually(async () => expect(await ledger()).toMatchObject({ pending: 0, deferred: 0 }), SETTLED_LIMIT_MS);

/** The centre holds every record of the device once, but for those that it refused; its ratings are those given. */
async function centreHoldsAllBut(refusedLevels: readonly Level[]): Promise<void> {
  const { seq, delivered, refused } = await ledger();
  const records = await inspection.records();
  expect(records).toHaveLength(delivered);
  expect(new Set(records.map((one) => one.id)).size).toBe(delivered);
  expect(delivered + refused).toBe(seq);
  const wanted = [...given].filter(([, { level }]) => !refusedLevels.includes(level));
  const standing = (await inspection.ratings()).map(({ visitId, level, revision }) => [visitId, { level, revision }]);
  const expected = wanted.map(([visitId, { level, revisions }]) => [visitId, { level, revision: revisions }]);
  expect(new Map(standing as [string, object][])).toEqual(new Map(expected as [string, object][]));
  expect(standing).toHaveLength(wanted.length);
}

describe(`${RATINGS} ratings while the centre, or what stands between, fails`, () => {
  it.each([
    ['down', 'offline', 'down'],
    ['hang', 'offline', 'down'],
    ['portal_html', 'not_the_centre', 'not_the_centre'],
    ['lost_ack', 'offline', 'down'],
    ['wrong_receipt', 'not_the_centre', 'not_the_centre'],
    ['status_500', 'offline', 'down'],
    ['status_429', 'offline', 'busy'],
  ])(
    'when it is %s then nothing counts as delivered until it ends, and then everything once',
    async (mode, state, kind) => {
      await allSettled();
      const before = await ledger();
      await inspection.fault({ mode });
      await rate(RATINGS);
      await eventually(() => expect(failedBatches.length).toBeGreaterThanOrEqual(FAILED_BATCHES));
      expect(new Set(failedBatches)).toEqual(new Set([kind]));
      const during = await bench.api.technicianStatus();
      expect(during.link?.state).toBe(state);
      expect(during.ledger).toMatchObject({ delivered: before.delivered, refused: 0 });
      expect(during.ledger.pending).toBeGreaterThan(3 * RATINGS);
      await inspection.fault({ mode: 'none' });
      await allSettled();
      expect((await ledger()).refused).toBe(0);
      await centreHoldsAllBut([]);
      await eventually(async () => expect((await bench.api.technicianStatus()).link?.state).toBe('online'));
    },
  );

  it('when it drops every second record then those are sent again, and each is there once', async () => {
    await inspection.fault({ mode: 'drop_half' });
    await rate(RATINGS);
    await eventually(async () => expect((await ledger()).delivered).toBeGreaterThan(RATINGS));
    await inspection.fault({ mode: 'none' });
    await allSettled();
    expect((await ledger()).refused).toBe(0);
    await centreHoldsAllBut([]);
  });

  it('when it refuses two levels then those are kept and shown, and hold nobody up', async () => {
    await inspection.fault({ mode: 'refuse_levels', levels: [1, 2] });
    await rate(RATINGS);
    await allSettled();
    await inspection.fault({ mode: 'none' });
    const revisions = [...given.values()].filter(({ level }) => level <= 2).map((one) => one.revisions);
    const refused = revisions.reduce((sum, one) => sum + one, 0);
    expect(refused).toBeGreaterThan(RATINGS / 3);
    // "Will never be taken" (reference-protocol §4): a centre that has come round does not get them by itself.
    await bench.agent.stop();
    expect((await bench.api.technicianStatus()).ledger.refused).toBe(refused);
    await centreHoldsAllBut([1, 2]);
  });
});
