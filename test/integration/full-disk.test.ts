import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Appliance } from '../../device/appliance.ts';
import { keysOf } from '../../device/identity/identity-store.ts';
import { deliver } from '../../device/ledger/ledger-fixture.ts';
import { LEVELS } from '../../device/ledger/record.ts';
import { PIECE_BYTES } from '../../device/ledger/reserve.ts';
import { verifyLedger } from '../../device/ledger/verify.ts';
import { readDisk } from '../../device/storage/disk-watch.ts';
import {
  applianceOptions,
  CENTRE_KEYS,
  sampleConfiguration,
  signConfiguration,
} from '../../device/testing/appliance-fixture.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { eventually } from '../support/visits.ts';

/** A disk without a free block: a busy window's whole day is kept, and when even the reserve is gone nothing is lost. */

const MIB = 1024 * 1024;
const RESERVE_MIB = 64;
/** Eight hours with a citizen every half minute: more than any window serves. */
const A_DAY = 960;

let disk: SmallDisk;
let clock: VirtualClock;
let faults: unknown[];
let appliance: Appliance;
let cases = 0;

const dataDir = () => join(disk.dir, 'data');

const open = (reserveMib = RESERVE_MIB) =>
  Appliance.open({
    ...applianceOptions(dataDir(), clock, faults),
    storage: { reserveBytes: reserveMib * MIB, read: readDisk },
  });

async function start(reserveMib?: number): Promise<void> {
  appliance = await open(reserveMib);
  const given = { deviceId: 'device-1', baseUrl: 'https://centre.example', centreKeys: CENTRE_KEYS };
  await appliance.commissioning.enrolled({ ...given, configuration: signConfiguration(sampleConfiguration()) });
  const { reserve } = appliance.ledger;
  await clock.advance(5_000);
  await eventually(() => expect(reserve.held).toBe(reserve.bytes));
}

beforeEach(() => {
  disk = smallDisk(160);
  clock = new VirtualClock();
  faults = [];
});
afterEach(async () => {
  await appliance.close();
  const report = verifyLedger(dataDir(), keysOf(dataDir()));
  disk.remove();
  expect(report).toMatchObject({ ok: true, fault: null });
});

/** One citizen, who gives a grade, then reasons in some words. @returns whether thanks were shown */
async function rateOnce(): Promise<boolean> {
  const item = { itemCode: 'I-1', itemName: '居民身份证换领', staffId: 'S-1' };
  const request = { caseNo: `C-${++cases}`, serviceNo: 1, ...item, servedAt: null, inviteAtOnce: true };
  const visitId = appliance.openVisit({ ...request, trigger: 'business' }, null);
  const level = LEVELS[cases % LEVELS.length] ?? 5;
  appliance.citizen({ type: 'rate', visitId, level, language: 'zh-CN' });
  const comment = '窗口人员耐心细致,一次讲清了要补的材料,等候时间也不长。'.repeat(3);
  appliance.citizen({ type: 'revise', visitId, level, tags: [], comment, language: 'zh-CN' });
  appliance.citizen({ type: 'submit', visitId });
  const isThanked = appliance.citizenView().screen === 'thanks';
  await clock.advance(5_000);
  return isThanked;
}

const ratings = () => appliance.ledger.read(1, 100_000).filter(({ kind }) => kind === 'rating').length;
/** What the device noted of a low disk, oldest first. */
const notedLow = () =>
  appliance.ledger
    .read(1, 1000)
    .flatMap((record) => (record.kind === 'event' && record.body.type === 'disk_low' ? [record.body.detail] : []));
const codes = () => appliance.warnings().map(({ code }) => code);

describe('a full disk', () => {
  it('keeps a whole day of ratings, over a restart, and delivers them', async () => {
    await start();
    disk.fill();
    expect(disk.freeBytes()).toBe(0);
    await clock.advance(60_000);
    await eventually(() => expect(codes()).toContain('disk_low'));
    for (let turn = 0; turn < A_DAY; turn++) {
      expect(await rateOnce()).toBe(true);
      // Whatever is given up, another program takes at once.
      if (turn % 100 === 0) disk.fill();
      if (turn === A_DAY / 2) {
        await appliance.close();
        disk.fill();
        appliance = await open();
      }
    }
    expect(ratings()).toBe(2 * A_DAY);
    const { held } = appliance.ledger.reserve;
    expect(held).toBeLessThan(RESERVE_MIB * MIB);
    // The day fits twice, so that a second one without help is possible.
    expect(held).toBeGreaterThan((RESERVE_MIB * MIB) / 2);
    await clock.advance(60_000);
    await eventually(() => expect(codes()).toContain('disk_full'));
    while ((await deliver(appliance.ledger, 500)).length > 0);
    expect(await appliance.outbox.counts()).toMatchObject({ pending: 0 });
    expect(faults).toEqual([]);
  });

  it('whose reserve is gone too loses nothing that was thanked for, and goes on when there is space', async () => {
    await start(2);
    let thanked = 0;
    const untilFull = async () => {
      disk.fill();
      for (;;) {
        thanked += (await rateOnce()) ? 1 : 0;
        disk.fill();
      }
    };
    await expect(untilFull()).rejects.toMatchObject({ code: 'ledger_full' });
    expect(appliance.ledger.reserve.held).toBe(0);
    expect(appliance.citizenView().screen).not.toBe('thanks');
    const kept = ratings();
    expect(kept).toBeGreaterThanOrEqual(2 * thanked);
    rmSync(join(disk.dir, 'filler'));
    expect(await rateOnce()).toBe(true);
    expect(ratings()).toBeGreaterThanOrEqual(kept + 1);
    await clock.advance(60_000);
    await eventually(() => expect(appliance.ledger.reserve.held).toBe(2 * PIECE_BYTES));
  });

  it('gives up logs and media first, and no record', async () => {
    await start(2);
    for (const folder of ['logs', 'media']) {
      mkdirSync(join(dataDir(), folder), { recursive: true });
      for (let index = 0; index < 4; index++) writeFileSync(join(dataDir(), folder, `${index}`), Buffer.alloc(MIB));
    }
    await rateOnce();
    disk.fill();
    await clock.advance(60_000);
    // What was given up is noted after the disk was read once more, so later than the space is there.
    await eventually(() => expect(notedLow().at(-1)).toMatchObject({ evictedFiles: 8, evictedMiB: 8 }));
    expect(disk.freeBytes()).toBeGreaterThan(7 * MIB);
    expect(ratings()).toBe(2);
  });
});
