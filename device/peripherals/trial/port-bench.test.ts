import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApplianceFixture, openTestAppliance, sampleConfiguration } from '../../testing/appliance-fixture.ts';
import { readKeypadProfile } from '../keypad/profile.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { LEASE_MS, LONGEST_MS } from './listening.ts';
import { QUIET_MS } from './port-trial.ts';

const FOLDER = new URL('../../../assets/keypad-profiles/', import.meta.url);
const PROFILES = await Promise.all(readdirSync(FOLDER).map((file) => readKeypadProfile(new URL(file, FOLDER))));
const ELSEWHERE = '/dev/ttyUSB7';

let opener: FakeOpener;
let fixture: ApplianceFixture;
let folder: string;

beforeEach(() => {
  opener = new FakeOpener();
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
});
afterEach(async () => {
  await fixture.close();
  rmSync(folder, { recursive: true });
});

/** A device whose keypad is at a path that the file system knows; whether its keys are those of its profile is the test's. */
async function device(peripherals: object = { keypad: { path: '/dev/null', profile: 'ascii-digit' } }): Promise<void> {
  fixture = await openTestAppliance(sampleConfiguration({ settings: { peripherals } }), {
    peripherals: { opener, keypadProfiles: new Map(PROFILES.map((profile) => [profile.id, profile])) },
  });
  await isReady();
}

const peripherals = () => fixture.appliance.peripherals;
const bench = () => peripherals().bench;
const trial = () => bench().trial()!;
const isReady = () => expect.poll(() => peripherals().status()[0]?.state).toBe('ready');
const keypad = () => peripherals().status()[0]!;
const types = () => fixture.records().map(({ body }) => (body as { type?: string }).type);
const inState = (state: string) => expect.poll(() => trial().state).toBe(state);
const refusal = (code: string) => expect.objectContaining({ code });
const learned = () => {
  try {
    return readdirSync(join(fixture.appliance.dataDir, 'keypad'));
  } catch {
    return [];
  }
};

function openVisit(caseNo: string): void {
  const visit = { caseNo, serviceNo: 1, itemCode: 'I-1', itemName: '事', staffId: 'S-1', servedAt: null } as const;
  fixture.appliance.openVisit({ ...visit, trigger: 'business', inviteAtOnce: true }, null);
}

async function pressAll(): Promise<void> {
  await inState('listen');
  for (const byte of [0x35, 0x34, 0x33, 0x32, 0x31]) opener.newest.send(byte);
  await fixture.clock.advance(QUIET_MS);
  await inState('over');
}

describe('a trial of a port', () => {
  it('never takes a port whose device works, by whichever name', async () => {
    await device();
    const link = join(folder, 'by-id');
    symlinkSync('/dev/null', link);
    for (const path of ['/dev/null', link]) expect(() => bench().beginTrial(path)).toThrow(refusal('port_in_use'));
    opener.newest.send(0x35);
    expect(() => bench().beginTrial('/dev/null')).toThrow(refusal('port_in_use'));
    expect([opener.connections.length, keypad().state]).toEqual([1, 'ready']);
  });

  it('leaves a card reader alone that rests closed until a citizen needs it', async () => {
    await device({
      keypad: { path: '/dev/null', profile: 'ascii-digit' },
      idCard: { path: '/dev/zero', serial: { baudRate: 115_200 } },
    });
    expect(() => bench().beginTrial('/dev/zero')).toThrow(refusal('port_in_use'));
  });

  it('borrows a box that its profile cannot read, gives it back, and saves nothing unasked', async () => {
    await device({ keypad: { path: '/dev/null', profile: 'raw-byte-1-5' } });
    opener.newest.send(0x35);
    bench().beginTrial('/dev/null');
    await pressAll();
    expect(trial()).toMatchObject({ outcome: 'fits', fits: [{ profileId: 'ascii-digit' }], inService: null });
    await isReady();
    openVisit('C-1');
    opener.newest.send(0x35);
    expect([learned(), types().includes('keypad_chosen'), types().includes('unknown_key')]).toEqual([[], false, true]);
    expect(fixture.records().filter(({ kind }) => kind === 'rating')).toEqual([]);
  });

  it('puts what fits into service when the technician says so, at the speed at which it was heard', async () => {
    await device({ keypad: { path: '/dev/null', profile: 'raw-byte-1-5' } });
    bench().beginTrial(ELSEWHERE);
    // Nobody presses at 9600.
    await fixture.clock.runUntil(() => bench().trial()?.baudRate === 19_200, 120_000);
    await pressAll();
    expect(() => bench().useFit('raw-byte-1-5')).toThrow(refusal('does_not_fit'));
    bench().useFit('ascii-digit');
    expect(trial().inService).toMatch(/^learned-[0-9a-f]{12}$/);
    await expect.poll(() => keypad()).toMatchObject({ path: ELSEWHERE, state: 'ready' });
    expect(opener.openedWith.at(-1)).toMatchObject({ path: ELSEWHERE, options: { baudRate: 19_200 } });
    openVisit('C-1');
    opener.newest.send(0x32);
    expect(fixture.records().find(({ kind }) => kind === 'rating')).toMatchObject({
      body: { level: 2, channel: 'keypad' },
    });
    expect(types()).toContain('keypad_chosen');
  });

  it('ends when a citizen is asked: the box is the window’s again and rates', async () => {
    await device();
    const pad = opener.newest;
    pad.send(0xee);
    bench().beginTrial('/dev/null');
    await inState('listen');
    openVisit('C-1');
    await inState('over');
    expect(trial().outcome).toBe('citizen');
    expect(() => bench().beginTrial(ELSEWHERE)).toThrow(refusal('citizen_is_rating'));
    await isReady();
    opener.newest.send(0x34);
    expect(fixture.records().find(({ kind }) => kind === 'rating')).toMatchObject({ body: { level: 4 } });
  });

  it('and a lesson are never at once', async () => {
    await device();
    bench().beginTrial(ELSEWHERE);
    expect(() => bench().beginTrial(ELSEWHERE)).toThrow(refusal('trial_already'));
    expect(() => peripherals().learnKeypad({ path: ELSEWHERE, baudRate: 9600 })).toThrow(refusal('trial_already'));
    bench().stopTrial();
    await inState('over');
    peripherals().learnKeypad({ path: ELSEWHERE, baudRate: 9600 });
    expect(() => bench().beginTrial(ELSEWHERE)).toThrow(refusal('trial_already'));
  });
});

describe('listening to a port that nothing configured', () => {
  const listen = async (path = ELSEWHERE) => {
    bench().listen({ path, baudRate: 19_200 });
    await expect.poll(() => bench().listening()?.state).toBe('open');
  };

  it('shows what comes, sends nothing, and ends when it is left', async () => {
    await device();
    await listen();
    const port = opener.newest;
    port.send(0x7e, 0x01, 0x02);
    expect(peripherals().traffic()[0]).toMatchObject({ path: ELSEWHERE, hex: '7e 01 02' });
    await fixture.clock.advance(LEASE_MS - 1);
    bench().looked();
    await fixture.clock.advance(LEASE_MS - 1);
    expect(bench().listening()?.state).toBe('open');
    await fixture.clock.advance(1);
    expect([bench().listening()?.end, port.closed, port.written]).toEqual(['left', true, []]);
  });

  it('ends after its longest time though somebody looks', async () => {
    await device();
    await listen();
    for (let ms = 0; ms < LONGEST_MS; ms += 1000) {
      bench().looked();
      await fixture.clock.advance(1000);
    }
    expect([bench().listening()?.end, opener.newest.closed]).toEqual(['time', true]);
  });

  it('ends with an invitation, a stop, and a loss', async () => {
    await device();
    await listen();
    openVisit('C-1');
    expect([bench().listening()?.end, opener.newest.closed]).toEqual(['citizen', true]);
    await fixture.clock.advance(10 * 60_000);
    await listen();
    bench().stopListening();
    expect([bench().listening()?.end, opener.newest.closed]).toEqual(['stopped', true]);
    await listen();
    opener.newest.unplug();
    expect(bench().listening()).toMatchObject({ end: 'port', hint: expect.stringContaining('plug') });
  });

  it('refuses a port of the window, whose traffic is shown already', async () => {
    await device();
    opener.newest.send(0xee);
    expect(() => bench().listen({ path: '/dev/null', baudRate: 9600 })).toThrow(refusal('port_in_use'));
  });
});
