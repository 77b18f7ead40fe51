import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reserve } from '../ledger/reserve.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { type Disk, DiskWatch, isLow } from './disk-watch.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const disk = (freeMib: number, totalMib: number): Disk => ({ freeBytes: freeMib * MIB, totalBytes: totalMib * MIB });

describe('a low disk', () => {
  it.each<[string, Disk, boolean, boolean]>([
    ['plenty', disk(50_000, 100_000), false, false],
    ['just at a tenth', disk(10_000, 100_000), false, false],
    ['below a tenth', disk(9_999, 100_000), false, true],
    ['a tenth, but below 500 MiB', disk(499, 4_000), false, true],
    ['a small disk with 500 MiB', disk(500, 4_000), false, false],
    ['low before, a little better', disk(10_500, 100_000), true, true],
    ['low before, well again', disk(12_000, 100_000), true, false],
    ['low before, 550 MiB', disk(550, 4_000), true, true],
  ])('%s', (_name, reading, wasLow, low) => {
    expect(isLow(reading, wasLow)).toBe(low);
  });
});

let dir: string;
let clock: VirtualClock;
let reading: Disk;
let told: [string, Record<string, number>][];
let faults: unknown[];
let watch: DiskWatch;
let reserve: Reserve;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'disk-watch-'));
  clock = new VirtualClock();
  reading = { freeBytes: 50 * GIB, totalBytes: 100 * GIB };
  told = [];
  faults = [];
  reserve = new Reserve(join(dir, 'reserve'), 2 * MIB);
  watch = new DiskWatch({
    dataDir: dir,
    clock,
    reserve,
    read: async () => reading,
    keep: (type, detail) => void told.push([type, detail]),
    onFault: (error) => void faults.push(error),
  });
});
afterEach(async () => {
  await watch.stop();
  expect(clock.timerCount).toBe(0);
  expect(faults).toEqual([]);
  rmSync(dir, { recursive: true });
});

/** Files of 1 MiB, the first the oldest. */
function fill(folder: string, names: string[]): void {
  mkdirSync(join(dir, folder), { recursive: true });
  names.forEach((name, index) => {
    const path = join(dir, folder, name);
    writeFileSync(path, Buffer.alloc(MIB, 1));
    utimesSync(path, index, index);
  });
}
const types = () => told.map(([type]) => type);

it('says nothing and holds its reserve while there is space', async () => {
  await watch.look();
  expect([told, watch.warnings(), reserve.held]).toEqual([[], [], 2 * MIB]);
});

it('tells each change once, and that it is well again', async () => {
  reading = disk(400, 100_000);
  await watch.look();
  await watch.look();
  expect(told).toEqual([['disk_low', { freeMiB: 400, totalMiB: 100_000, evictedFiles: 0, evictedMiB: 0 }]]);
  expect(watch.warnings()).toMatchObject([{ code: 'disk_low' }]);
  reading = disk(50_000, 100_000);
  await watch.look();
  expect(types()).toEqual(['disk_low', 'disk_recovered']);
  expect(watch.warnings()).toEqual([]);
});

it('lets logs go first, the oldest first, and no more than is needed', async () => {
  fill('logs', ['a', 'b']);
  fill('media', ['c', 'd']);
  // Not low yet: nothing goes.
  reading = disk(597, 4_000);
  await watch.look();
  expect(readdirSync(join(dir, 'logs'))).toHaveLength(2);
  reading = disk(400, 4_000);
  const room = 200;
  fill(
    'logs',
    Array.from({ length: room - 2 }, (_none, index) => `old-${index}`),
  );
  await watch.look();
  expect(readdirSync(join(dir, 'logs'))).toEqual([]);
  expect(readdirSync(join(dir, 'media'))).toEqual(['c', 'd']);
  expect(told.at(-1)).toMatchObject(['disk_low', { evictedFiles: room, evictedMiB: room }]);
});

it('touches nothing else, not even by a link', async () => {
  fill('keys', ['seed']);
  fill('quarantine', ['ledger.db']);
  fill('', ['ledger.db']);
  mkdirSync(join(dir, 'logs'));
  symlinkSync(join(dir, 'keys'), join(dir, 'logs', 'folder'));
  symlinkSync(join(dir, 'ledger.db'), join(dir, 'logs', 'file'));
  reading = disk(0, 100_000);
  await watch.look();
  for (const path of ['keys/seed', 'quarantine/ledger.db', 'ledger.db', 'logs/file']) {
    expect(existsSync(join(dir, path)), path).toBe(true);
  }
});

it('does not fill a disk that is all but full, and says when the reserve is used', async () => {
  reading = disk(3, 100_000);
  await watch.look();
  expect(reserve.held).toBe(0);
  expect(watch.warnings()).toMatchObject([{ code: 'disk_full' }]);
  reading = disk(4, 100_000);
  await watch.look();
  expect(reserve.held).toBe(2 * MIB);
});

it('looks again every minute, also after a look that failed', async () => {
  let isBroken = true;
  await watch.stop();
  let looks = 0;
  watch = new DiskWatch({
    dataDir: dir,
    clock,
    reserve,
    read: async () => {
      looks += 1;
      if (isBroken) throw new Error('the disk is gone');
      return reading;
    },
    keep: () => undefined,
    onFault: (error) => void faults.push(error),
  });
  await clock.advance(5_000);
  expect([looks, faults.splice(0)]).toMatchObject([1, [{ message: 'the disk is gone' }]]);
  isBroken = false;
  await clock.advance(60_000);
  expect(looks).toBeGreaterThan(1);
  expect(watch.state).toMatchObject({ isLow: false });
});
