import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportBundles } from '../../app/evacuation/bundles.ts';
import type { ImportReport } from '../../app/evacuation/receipts.ts';
import { systemClock } from '../../device/clock.ts';
import { event } from '../../device/ledger/ledger-fixture.ts';
import { readBundleLabel } from '../../sync/protocol/bundle.ts';
import type { BatchReply } from '../../sync/protocol/messages.ts';
import type { ReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { type CentreInspection, inspect } from '../support/centre-inspection.ts';
import { type DeviceBench, enrolBench, openDeviceBench, startTrialCentre } from '../support/device-bench.ts';
import { newMemoryDir } from '../support/memory-dir.ts';
import { seededRandom } from '../support/random.ts';
import { smallDisk } from '../support/small-disk.ts';
import { eventually } from '../support/visits.ts';

/** Without a network: bundles out on a stick, receipts back, with the commands that a technician types. */

/** Each is another process, so few; where they strike is drawn anew for each. */
const KILLS = 8;
const LAUNCHER = fileURLToPath(new URL('../../app/pingjiaqi.mjs', import.meta.url));
const CHILD = fileURLToPath(new URL('export-child.ts', import.meta.url));
const run = promisify(execFile);

let folder: string;
let stick: string;
let centre: ReferenceCentre;
let inspection: CentreInspection;
let bench: DeviceBench;

const device = () => join(folder, 'device');

const open = () => {
  const random = seededRandom(5);
  const clocks = { clock: systemClock, agentClock: systemClock };
  return openDeviceBench({ dataDir: device(), ...clocks, random: () => random.next(), timeLimitMs: 5_000 });
};

beforeEach(async () => {
  folder = newMemoryDir();
  stick = join(folder, 'stick');
  mkdirSync(stick);
  centre = await startTrialCentre(join(folder, 'centre'));
  inspection = inspect(centre.url);
  bench = await open();
  await enrolBench(bench, centre);
  // From here on the network is gone: nobody delivers.
  await bench.agent.stop();
});
afterEach(async () => {
  await bench.close();
  await centre.close();
  rmSync(folder, { recursive: true, force: true });
});

const keep = (count: number) => bench.appliance.ledger.append(Array.from({ length: count }, () => event()));
const counts = () => bench.appliance.outbox.counts();
const files = (dir = stick) => readdirSync(dir).sort();

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function command(...args: string[]): Promise<Ended> {
  return run(process.execPath, [LAUNCHER, ...args], { encoding: 'utf8' }).then(
    (done) => ({ code: 0, ...done }),
    (error: Ended) => error,
  );
}

/** The centre's operator takes every file. @returns the receipts file */
async function carry(names = files()): Promise<string> {
  let receipts = '';
  for (const name of names) {
    const body = readFileSync(join(stick, name));
    const answer = await fetch(`${centre.url}/v1/bundles`, { method: 'POST', body });
    expect(answer.status, name).toBe(200);
    receipts += await answer.text();
  }
  return receipts;
}

function receiptsFile(text: string): string {
  const path = join(folder, 'receipts.ndjson');
  writeFileSync(path, text);
  return path;
}

async function areWhole(dir = stick): Promise<number> {
  const { deviceId } = bench.appliance.provisioned()!;
  const own = { deviceId, key: bench.appliance.key.publicJwk };
  const bundles = files(dir).filter((name) => name.endsWith('.hcpb'));
  for (const name of bundles) {
    expect(await readBundleLabel(readFileSync(join(dir, name), 'utf8'), own), name).not.toBe(null);
  }
  return bundles.length;
}

describe('the commands', () => {
  it('carry everything to the centre and settle it by its receipts, and the network doubles nothing', async () => {
    keep(300);
    await bench.close();
    const out = await command('export', '--to', stick, '--data', device(), '--json');
    expect(out).toMatchObject({ code: 0, stderr: '' });
    const lines = out.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const { total } = lines[0] as { total: number };
    expect(lines.at(-1)).toEqual({ done: true, records: total, written: 1, kept: 0 });
    const path = receiptsFile(await carry());
    const back = await command('import-receipts', path, '--data', device(), '--json');
    expect(back.code).toBe(0);
    const report = JSON.parse(back.stdout) as ImportReport;
    expect(report).toMatchObject({ delivered: total, known: 0, faults: [] });
    // Once more, by words: nothing is counted twice.
    const again = await command('import-receipts', path, '--data', device());
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining(`0 records delivered, ${total} were`) });
    expect((await command('export', '--to', stick, '--data', device())).stdout).toContain('Nothing to carry');
    bench = await open();
    await bench.agent.stop();
    expect(await counts()).toMatchObject({ pending: 0, delivered: total });
    const held = await inspection.records();
    expect(new Set(held.map(({ id }) => id)).size).toBe(held.length);
    expect(held).toHaveLength(total);
  });

  it('say why they cannot, and what to do', async () => {
    expect(await command('export', '--to', join(folder, 'none'), '--data', device())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not exist'),
    });
    expect(await command('import-receipts', join(folder, 'none'), '--data', device())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be read'),
    });
  });
});

describe('a receipts file', () => {
  const imported = (text: string) => bench.api.evacuation.importReceipts(text);
  const edited = (line: string, edit: (reply: BatchReply) => void): string => {
    const reply = JSON.parse(line) as BatchReply;
    edit(reply);
    return JSON.stringify(reply);
  };

  async function carried(): Promise<string> {
    keep(10);
    await exportBundles({ dataDir: device(), target: stick });
    return (await carry()).trim();
  }

  it.each<[string, (line: string) => string, string]>([
    ['cut off', (line) => line.slice(0, -20), 'cut off'],
    ['of another shape', () => '{"ok":true}', 'no receipt'],
    ['without a receipt', (line) => edited(line, (reply) => (reply.receipt = null)), 'no receipt'],
    [
      'with a receipt of nobody',
      (line) => edited(line, (reply) => (reply.receipt = `${reply.receipt?.slice(0, -9)}AAAAAAAAA`)),
      'not signed',
    ],
    ['of one record less', (line) => edited(line, (reply) => void reply.results.pop()), 'counts other'],
    ['in another order', (line) => edited(line, (reply) => void reply.results.reverse()), 'other records'],
    ['that names a record twice', (line) => edited(line, ({ results }) => void results.push(results[0]!)), 'twice'],
    [
      'of another batch',
      (line) => edited(line, (reply) => (reply.batchId = '01900000-0000-7000-8000-000000000000')),
      'another batch',
    ],
    [
      'that takes nothing',
      (line) => edited(line, (reply) => (reply.results = reply.results.map((one) => ({ ...one, outcome: 'refused' })))),
      'took none',
    ],
    [
      'of another device',
      (line) => edited(line, ({ results }) => (results[0]!.id = '01900000-0000-7000-8000-000000000000')),
      'not of this device',
    ],
  ])('%s settles nothing and says so', async (_name, change, why) => {
    const line = await carried();
    const before = await counts();
    const report = await imported(`${change(line)}\n`);
    expect(report).toMatchObject({
      verified: 0,
      delivered: 0,
      faults: [{ line: 1, why: expect.stringContaining(why) }],
    });
    expect(await counts()).toEqual(before);
    // The true one still counts, also beside a false one.
    expect(await imported(`${change(line)}\n${line}\n`)).toMatchObject({ verified: 1, faults: [{ line: 1 }] });
    expect(await counts()).toMatchObject({ pending: 0, refused: 0 });
  });

  it('that is empty is no receipts file', async () => {
    await expect(imported('\n\n')).rejects.toMatchObject({ code: 'receipts_empty' });
  });

  it('settles nothing twice when the network was first, and the network nothing that it settled', async () => {
    keep(40);
    await exportBundles({ dataDir: device(), target: stick });
    const { pending } = await counts();
    const receipts = await carry();
    await bench.close();
    bench = await open();
    await eventually(async () => expect(await counts()).toMatchObject({ pending: 0 }));
    expect(await imported(receipts)).toMatchObject({ delivered: 0, known: pending, faults: [] });
    const held = await inspection.records();
    expect(new Set(held.map(({ id }) => id)).size).toBe(held.length);
  });
});

describe('a stick', () => {
  it('that is pulled, or whose machine is, holds whole bundles only, and the next run goes on', async () => {
    keep(2_500);
    const random = seededRandom(11);
    let seen = 0;
    for (let turn = 0; turn < KILLS; turn++) {
      const child = spawn(process.execPath, [CHILD, device(), stick], { stdio: ['ignore', 'pipe', 'inherit'] });
      const bundles = seen + 1 + random.next() * 3;
      for (let told = 0; told < bundles; ) told += String((await once(child.stdout, 'data'))[0]).length;
      // Anywhere in the making and writing of the next one.
      await delay(random.next() * 10);
      child.kill('SIGKILL');
      await once(child, 'exit');
      seen = await areWhole();
    }
    expect(seen).toBeGreaterThan(0);
    const { pending } = await counts();
    const report = await exportBundles({ dataDir: device(), target: stick, maxRecords: 50 });
    expect(report).toMatchObject({ records: pending, kept: seen });
    expect(files().every((name) => name.endsWith('.hcpb'))).toBe(true);
    await bench.api.evacuation.importReceipts(await carry());
    expect(await counts()).toMatchObject({ pending: 0, delivered: pending });
  });

  it('that is full says so, keeps what is whole, and is gone on with when there is space', async () => {
    keep(2_000);
    const disk = smallDisk(1);
    try {
      const options = { dataDir: device(), target: disk.dir, maxRecords: 100 };
      writeFileSync(join(disk.dir, 'film'), Buffer.alloc(1_048_576 - 80_000, 1));
      await expect(exportBundles(options)).rejects.toMatchObject({ code: 'target_full', next: 'retry' });
      const whole = await areWhole(disk.dir);
      expect(whole).toBeGreaterThan(0);
      expect(files(disk.dir).filter((name) => name.endsWith('.new'))).toEqual([]);
      rmSync(join(disk.dir, 'film'));
      expect(await exportBundles(options)).toMatchObject({ kept: whole });
    } finally {
      disk.remove();
    }
  });

  it('that is gone in the middle is noticed: nothing is written to the folder behind it and called done', async () => {
    keep(500);
    const disk = smallDisk(4);
    const options = { dataDir: device(), target: disk.dir, maxRecords: 100 };
    try {
      const run = exportBundles({ ...options, onProgress: ({ records }) => records === 200 && disk.pull() });
      await expect(run).rejects.toMatchObject({ code: 'target_lost', next: 'retry' });
    } finally {
      disk.remove();
    }
  });

  it('with a changed file of ours gets that file anew', async () => {
    keep(100);
    const options = { dataDir: device(), target: stick, maxRecords: 50 };
    await exportBundles(options);
    const [first = ''] = files();
    const text = readFileSync(join(stick, first), 'utf8');
    writeFileSync(join(stick, first), text.slice(0, 500));
    expect(await exportBundles(options)).toMatchObject({ written: 1 });
    await areWhole();
  });
});
