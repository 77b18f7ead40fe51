import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Level } from '../../../ledger/record.ts';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from '../../../testing/appliance-fixture.ts';
import { FakeOpener } from '../../testing/fake-port.ts';
import { readKeypadProfile } from '../profile.ts';
import { LISTEN_MS, PATIENCE_MS, PRESS_ENDS_AFTER_MS } from './teacher.ts';

const ASCII = await readKeypadProfile(new URL('../../../../assets/keypad-profiles/ascii-digit.json', import.meta.url));
const CONFIGURED = { peripherals: { keypad: { path: '/dev/null', profile: 'ascii-digit' } } };

let opener: FakeOpener;
let fixture: ApplianceFixture;

beforeEach(async () => {
  opener = new FakeOpener();
  fixture = await openTestAppliance(sampleConfiguration({ settings: CONFIGURED }), {
    peripherals: { opener, keypadProfiles: new Map([[ASCII.id, ASCII]]) },
  });
  await isReady();
});
afterEach(() => fixture.close());

const peripherals = () => fixture.appliance.peripherals;
const report = () => peripherals().learning();
const isReady = () => expect.poll(() => peripherals().status()[0]?.state).toBe('ready');
const events = () =>
  fixture
    .records()
    .map(({ body }) => body as { type?: string })
    .filter(({ type }) => type === 'keypad_learned');

/** A frame that nobody here has seen before: a mark, the key upside down, a checksum. */
const frame = (level: number) => [0x7e, 6 - level, 0x7e ^ (6 - level)];

async function begin(path = '/dev/ttyUSB7'): Promise<void> {
  peripherals().learnKeypad({ path, baudRate: 19_200 });
  await expect.poll(() => report()?.state).toBe('listening');
  await fixture.clock.advance(LISTEN_MS);
}

async function press(bytes: readonly number[]): Promise<void> {
  opener.newest.send(...bytes);
  await fixture.clock.advance(PRESS_ENDS_AFTER_MS);
}

async function pressAll(bytesOf: (level: Level) => readonly number[] = frame): Promise<void> {
  for (let presses = 0; presses < 10 && report()?.state === 'asking'; presses += 1)
    await press(bytesOf(report()!.level!));
}

function openVisit(caseNo: string): void {
  const visit = { caseNo, serviceNo: 1, itemCode: 'I-1', itemName: '事', staffId: 'S-1', servedAt: null } as const;
  fixture.appliance.openVisit({ ...visit, trigger: 'business', inviteAtOnce: true }, null);
}

async function rates(caseNo: string, level: Level): Promise<void> {
  await isReady();
  openVisit(caseNo);
  opener.newest.send(...frame(level));
  expect(
    fixture
      .records()
      .filter(({ kind }) => kind === 'rating')
      .at(-1),
  ).toMatchObject({ body: { level, channel: 'keypad' } });
}

describe('a box that nobody here has seen', () => {
  it('is learned by pressing each key twice, rates at once, and after a restart', async () => {
    await begin();
    expect(report()).toMatchObject({ state: 'asking', level: 5, round: 1 });
    await pressAll();
    expect(report()).toMatchObject({ state: 'learned', canGrade: true, profileId: expect.stringMatching(/^learned-/) });
    expect(opener.openedWith.at(-1)).toMatchObject({ path: '/dev/ttyUSB7', options: { baudRate: 19_200 } });
    await rates('C-1', 2);
    expect(events()).toMatchObject([{ detail: { path: '/dev/ttyUSB7', keys: 5 } }]);
    await fixture.restart();
    await fixture.clock.advance(90_000);
    expect(peripherals().status()).toMatchObject([{ path: '/dev/ttyUSB7' }]);
    await rates('C-2', 4);
  });

  it('is called learned when it is saved, and not while its port is still being closed', async () => {
    await begin();
    const closed = Promise.withResolvers<void>();
    opener.newest.close = () => closed.promise;
    await pressAll();
    expect(report()).toMatchObject({ state: 'keeping', profileId: null, canGrade: null });
    closed.resolve();
    await expect.poll(() => report()?.state).toBe('learned');
    expect(report()).toMatchObject({ canGrade: true, profileId: expect.stringMatching(/^learned-/) });
  });

  it('gives way when the centre names another box afterwards', async () => {
    await begin();
    await pressAll();
    const settings = { peripherals: { keypad: { path: '/dev/ttyUSB9', profile: 'ascii-digit' } } };
    await fixture.appliance.offerConfiguration(signConfiguration(sampleConfiguration({ version: 2, settings })));
    await expect.poll(() => peripherals().status()[0]?.path).toBe('/dev/ttyUSB9');
  });

  it('with three keys becomes a box that only prompts, and the technician is told so', async () => {
    await begin();
    for (let turn = 0; turn < 12 && report()?.state === 'asking'; turn += 1) {
      if (report()?.level === 3 || report()?.level === 1) peripherals().keyIsAbsent();
      else await press(frame(report()!.level!));
    }
    expect(report()).toMatchObject({ state: 'learned', canGrade: false });
    await isReady();
    expect(peripherals().status()).toMatchObject([{ hint: expect.stringContaining('只有 3 个键') }]);
    openVisit('C-3');
    opener.newest.send(...frame(5));
    expect(fixture.records().filter(({ kind }) => kind === 'rating')).toEqual([]);
  });

  it('whose keys are not the same twice leaves the box of before in service', async () => {
    let count = 0;
    await begin();
    await pressAll(() => [0x41 + count++]);
    expect(report()).toMatchObject({ state: 'failed', fault: 'unstable', profileId: null });
    await expect.poll(() => peripherals().status()[0]?.path).toBe('/dev/null');
    expect(events()).toEqual([]);
  });
});

describe('a lesson', () => {
  it('takes the port from the window’s own box and gives it back', async () => {
    const own = opener.newest;
    await begin('/dev/null');
    expect([own.closed, peripherals().status()]).toEqual([true, []]);
    peripherals().stopLearning();
    await isReady();
    expect(opener.connections.filter(({ closed }) => !closed)).toHaveLength(1);
  });

  it('does not begin while a citizen is asked, and what is pressed in it is no grade', async () => {
    openVisit('C-4');
    expect(() => peripherals().learnKeypad({ path: '/dev/null', baudRate: 9600 })).toThrow(
      expect.objectContaining({ code: 'citizen_is_rating' }),
    );
    await fixture.clock.advance(600_000);
    await begin();
    openVisit('C-5');
    await pressAll();
    expect(fixture.records().filter(({ kind }) => kind === 'rating')).toEqual([]);
  });

  it('is one at a time', async () => {
    await begin();
    expect(() => peripherals().learnKeypad({ path: '/dev/null', baudRate: 9600 })).toThrow(
      expect.objectContaining({ code: 'learning_already' }),
    );
  });

  it('ends when nobody presses, and when the port goes', async () => {
    await begin();
    await fixture.clock.advance(PATIENCE_MS);
    expect(report()).toMatchObject({ state: 'failed', fault: 'nobody' });
    await begin();
    opener.newest.unplug();
    await expect.poll(() => report()).toMatchObject({ state: 'failed', fault: 'port', hint: expect.any(String) });
  });

  it('shows the bytes, and no more of them than can be read', async () => {
    await begin();
    await press(Array.from({ length: 60 }, (_none, index) => index));
    expect(report()?.heard.split(' ')).toHaveLength(32);
    expect(report()).toMatchObject({ bytes: 60 });
  });
});

it('a learned profile that was damaged on disk is told, left as it is, and stops nothing', async () => {
  const dir = join(fixture.dataDir, 'keypad');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'learned-0123456789ab.json'), '{"id":');
  writeFileSync(join(dir, 'choice.json'), '{}');
  await fixture.restart();
  expect(fixture.faults).toHaveLength(2);
  expect(readdirSync(dir)).toHaveLength(2);
  await isReady();
  expect(peripherals().status()[0]?.path).toBe('/dev/null');
});
