import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPty, type Pty } from '../../device/peripherals/simulated/pty.ts';
import { CitizenClient } from '../support/citizen-client.ts';
import { type DemoProcess, endAllDemos, newDataDir, startDemoProcess } from '../support/demo-process.ts';
import { eventually, openVisit } from '../support/visits.ts';

/** A technician, a terminal and a box that this product has never heard of. */

const LAUNCHER = fileURLToPath(new URL('../../app/pingjiaqi.mjs', import.meta.url));
/** A mark, the grade upside down, a checksum. */
const frame = (level: number) => Uint8Array.of(0x7e, 6 - level, 0x7e ^ (6 - level));

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function newBox(): Promise<Pty> {
  const box = await openPty();
  undo.push(() => box.close());
  return box;
}

/** Runs `learn-keypad` as a technician reads it, and presses the key that each line asks for. */
async function learn(data: string, box: Pty, hasKey: (level: number) => boolean) {
  const child = spawn(process.execPath, [LAUNCHER, 'learn-keypad', '--path', box.path, '--data', data]);
  undo.push(() => child.kill('SIGKILL'));
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    const level = Number(/^.*Press .* \((\d)\), time/.exec(line)?.[1] ?? 0);
    if (level === 0) return;
    if (hasKey(level)) box.write(frame(level));
    else child.stdin.write('none\n');
  });
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

async function pressRates(demo: DemoProcess, box: Pty, caseNo: string, level: number): Promise<void> {
  await eventually(async () =>
    expect((await demo.status()).peripherals[0]).toMatchObject({ path: box.path, state: 'ready' }),
  );
  const visitId = await openVisit(demo, caseNo);
  const page = new CitizenClient(demo.ready.citizen);
  await page.see((view) => view.screen === 'inviting' && view.visitId === visitId);
  box.write(frame(level));
  await page.see((view) => view.screen === 'reasons' && view.level === level);
  await page.send({ type: 'submit', visitId });
  page.close();
}

describe('pingjiaqi learn-keypad', () => {
  let demo: DemoProcess;
  beforeAll(async () => {
    demo = await startDemoProcess();
  });
  afterAll(endAllDemos);

  it('says before that which known box is at a port and why, and puts it into service when told to', async () => {
    const box = await newBox();
    const report = join(demo.ready.data, 'report.json');
    const args = ['port', 'try', box.path, '--use', 'raw-byte-1-5', '--data', demo.ready.data];
    const child = spawn(process.execPath, [LAUNCHER, ...args]);
    undo.push(() => child.kill('SIGKILL'));
    const said: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      if (line.startsWith('Press every key')) for (const level of [5, 4, 3, 2, 1]) box.write(Uint8Array.of(level));
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, said]).toEqual([
      0,
      [
        'Press every key, one after the other: listening at 9600 bit/s (1 of 5).',
        'Fits: raw-byte-1-5 at 9600 bit/s: 5 of 5 keys, 5 messages understood, 0 bytes unexplained.',
        expect.stringContaining('--use raw-byte-1-5'),
        expect.stringContaining('In service as raw-byte-1-5'),
      ],
    ]);
    await eventually(async () =>
      expect((await demo.status()).peripherals[0]).toMatchObject({ path: box.path, state: 'ready' }),
    );
    const writer = spawn(process.execPath, [LAUNCHER, 'port', 'report', '--to', report, '--data', demo.ready.data]);
    await once(writer, 'close');
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
      trial: { outcome: 'fits', inService: 'raw-byte-1-5' },
      peripherals: [{ family: 'keypad', path: box.path }],
      traffic: expect.arrayContaining([expect.objectContaining({ path: box.path, direction: 'in' })]),
    });
  });

  it('teaches a running device an unknown box, which rates at once', async () => {
    const box = await newBox();
    const { code, said } = await learn(demo.ready.data, box, () => true);
    expect([code, said.at(-1)]).toEqual([
      0,
      expect.stringMatching(/^Learned and in service as learned-[0-9a-f]{12}\.$/),
    ]);
    expect(said.filter((line) => line.startsWith('Press '))).toHaveLength(10);
    await pressRates(demo, box, 'LEARNED-1', 2);
    await pressRates(demo, box, 'LEARNED-2', 5);
    const kinds = (await demo.centre.records()).flatMap(({ record }) =>
      record.kind === 'event' ? [record.body.type] : [],
    );
    await eventually(async () => expect(kinds).toContain('keypad_learned'));
  });

  it('says plainly that a box of three keys cannot grade', async () => {
    const box = await newBox();
    const { code, said } = await learn(demo.ready.data, box, (level) => level !== 3 && level !== 1);
    expect([code, said.at(-1)]).toEqual([2, expect.stringContaining('fewer than five keys')]);
    await eventually(async () =>
      expect((await demo.status()).peripherals[0]).toMatchObject({ hint: expect.stringContaining('只有 3 个键') }),
    );
  });

  it('says what to do where no device runs', async () => {
    const box = await newBox();
    const { code, said } = await learn(newDataDir(), box, () => true);
    expect([code, said[0]]).toEqual([1, expect.stringContaining('start it first')]);
  });
});
