import { readdirSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { encodeFf68, FF68_FUNC } from '../keypad/framing/ff68-frame.ts';
import { readKeypadProfile } from '../keypad/profile.ts';
import { FakeConnection, FakeOpener } from '../testing/fake-port.ts';
import { PortTrial, QUIET_MS, type TrialView } from './port-trial.ts';
import { trialLines } from './trial-lines.ts';

const FOLDER = new URL('../../../assets/keypad-profiles/', import.meta.url);
const SHIPPED = await Promise.all(readdirSync(FOLDER).map((file) => readKeypadProfile(new URL(file, FOLDER))));
/** All speeds with every step waited out, and then some. */
const ENDLESS_MS = 10 * 60_000;

let clock: VirtualClock;
let opener: FakeOpener;
let trial: PortTrial;
let ends: number;

function begin(path = '/dev/ttyUSB3', profiles = SHIPPED): void {
  trial = new PortTrial({
    path,
    lines: trialLines(path, profiles),
    opener,
    clock,
    onEnd: () => (ends += 1),
  });
  void trial.start();
}

/** A box of another speed than the line has sends, and what arrives is something else. */
const garbled = (bytes: readonly number[]) => bytes.map((byte) => (byte * 37 + 0x81) & 0xff);

/** Plays a box with this speed: whenever the trial listens, its keys are pressed a second apart. */
async function press(rate: number, keys: readonly (readonly number[])[]): Promise<TrialView> {
  for (let line = 1; trial.view().state !== 'over' && line < 20; line += 1) {
    await clock.runUntil(() => trial.view().line === line && trial.view().state === 'listen', ENDLESS_MS);
    const sound = opener.openedWith.at(-1)!.options.baudRate === rate;
    for (const key of keys) {
      await clock.advance(1000);
      opener.newest.send(...(sound ? key : garbled(key)));
    }
    await clock.runUntil(() => trial.view().line > line || trial.view().state === 'over', ENDLESS_MS);
  }
  return trial.view();
}

async function untilOver(): Promise<TrialView> {
  await clock.runUntil(() => trial.view().state === 'over', ENDLESS_MS);
  return trial.view();
}

const bytes = (...list: number[]) => list.map((byte) => [byte]);
const ascii = (text: string) => [...Buffer.from(text)];

beforeEach(() => {
  clock = new VirtualClock();
  opener = new FakeOpener();
  ends = 0;
});

describe('a port that is tried', () => {
  it.each([9600, 19_200, 38_400, 57_600, 115_200])('finds a box of ASCII digits at %i', async (rate) => {
    begin();
    const view = await press(rate, bytes(0x35, 0x34, 0x33, 0x32, 0x31));
    expect(view).toMatchObject({ outcome: 'fits', baudRate: rate });
    expect(view.fits).toMatchObject([
      { profileId: 'ascii-digit', baudRate: rate, keysHeard: 5, keysOf: 5, unknown: 0, canGrade: true },
    ]);
    expect([ends, opener.newest.closed, clock.timerCount]).toEqual([1, true, 0]);
  });

  it('tells a box of three keys from one of five by pressing all of them', async () => {
    begin();
    expect((await press(9600, bytes(1, 2, 3))).fits).toMatchObject([{ profileId: 'jtt905-codes', canGrade: false }]);
    begin();
    expect((await press(9600, bytes(1, 2, 3, 4, 5))).fits.map(({ profileId }) => profileId)).toEqual(['raw-byte-1-5']);
  });

  it('finds a box by whole frames, with noise before them', async () => {
    begin();
    const frame = encodeFf68({ address: 1, func: FF68_FUNC.evaluatorKey, data: [3] });
    expect((await press(19_200, [[0x00, 0xfe], frame])).fits).toMatchObject([
      { profileId: 'ff68-four-key', baudRate: 19_200, keysHeard: 1, badFrames: 0 },
    ]);
  });

  it('says that a frame belongs to the address of another window', async () => {
    begin();
    const view = await press(9600, [encodeFf68({ address: 7, func: FF68_FUNC.evaluatorKey, data: [3] })]);
    expect(view.outcome).toBe('none');
    expect(view.tried[0]?.nearest[0]).toMatchObject({ profileId: 'ff68-four-key', otherAddresses: [7] });
  });

  it('asks a silent line, and knows a box that answers', async () => {
    begin();
    await clock.runUntil(() => trial.view().state === 'ask', ENDLESS_MS);
    const sent = () => opener.newest.written.map((frame) => Buffer.from(frame).toString('latin1'));
    expect(sent()).toEqual(['\xffh\x03\x03h\x01\x01\x0b\x0d\x16', 'S02E', 'S95E']);
    opener.newest.send(...ascii('S95OK'));
    expect((await untilOver()).fits.map(({ profileId }) => profileId)).toEqual(['sundyn']);
  });

  it('polls a box that says nothing by itself', async () => {
    begin();
    await clock.runUntil(() => trial.view().state === 'poll', ENDLESS_MS);
    opener.newest.send(...ascii('S02||9||4||a||2026||2026||i||v||r||E'));
    expect((await untilOver()).fits.map(({ profileId }) => profileId)).toEqual(['sundyn-polled']);
  });

  it('takes its own questions coming back for nothing', async () => {
    class Echo extends FakeConnection {
      override async write(sent: Uint8Array, timeoutMs: number): Promise<void> {
        await super.write(sent, timeoutMs);
        this.send(...sent);
      }
    }
    opener.open = async () => {
      const echo = new Echo();
      opener.connections.push(echo);
      return echo;
    };
    begin();
    expect(await untilOver()).toMatchObject({ outcome: 'none', fits: [] });
  });

  it('ends by itself where nobody presses, having tried every speed once', async () => {
    begin();
    expect(await untilOver()).toMatchObject({ outcome: 'silent', line: 5, lines: 5, fits: [] });
    expect(opener.openedWith.map(({ options }) => options.baudRate)).toEqual([9600, 19_200, 38_400, 57_600, 115_200]);
    expect(opener.connections.every(({ closed }) => closed)).toBe(true);
    expect(clock.monotonicMs()).toBeLessThan(120_000);
  });

  it('ends by itself where a line never rests', async () => {
    begin();
    for (let turn = 0; turn < 2000 && trial.view().state !== 'over'; turn += 1) {
      opener.connections.at(-1)?.send(0xe7, turn & 0xff);
      await clock.advance(100);
    }
    expect(trial.view()).toMatchObject({ state: 'over', outcome: 'none' });
  });

  it('two keys of a byte box are no proof', async () => {
    begin();
    expect(await press(9600, bytes(0x35, 0x34))).toMatchObject({ outcome: 'none', fits: [] });
  });

  it('tries a serial server once: its speed is its own', async () => {
    begin('tcp://192.0.2.4:4001');
    expect(await press(9600, bytes(0x35, 0x34, 0x33))).toMatchObject({
      outcome: 'fits',
      lines: 1,
      fits: [{ profileId: 'ascii-digit', baudRate: null }],
    });
  });

  it('says what to do where the port cannot be opened, hangs, or goes', async () => {
    opener.nextOpen = new Error('Error: Permission denied, cannot open /dev/ttyUSB3');
    begin();
    expect(await untilOver()).toMatchObject({ outcome: 'port', hint: expect.stringContaining('dialout') });
    opener.nextOpen = 'hang';
    begin();
    expect(await untilOver()).toMatchObject({ outcome: 'port', hint: expect.stringContaining('unplug') });
    opener.nextOpen = 'ok';
    opener.releaseLate();
    await clock.settle();
    expect(opener.newest.closed).toBe(true);
    begin();
    await clock.advance(QUIET_MS);
    opener.newest.unplug();
    expect(await untilOver()).toMatchObject({ outcome: 'port' });
    expect(ends).toBe(3);
  });

  it.each(['stopped', 'citizen'] as const)('ends at once when it is %s', async (outcome) => {
    begin();
    await clock.advance(1000);
    trial.stop(outcome);
    await clock.settle();
    expect([trial.view().state, trial.view().outcome, ends, clock.timerCount]).toEqual(['over', outcome, 1, 0]);
    expect(opener.newest.closed).toBe(true);
  });
});
