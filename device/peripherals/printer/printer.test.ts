import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { Printer, type PrintOutcome } from './printer.ts';
import { isStatusByte, SOUND_PRINTER, withAnswer } from './printer-status.ts';

const SERIAL = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
const SLIP = Uint8Array.from({ length: 1200 }, (_none, index) => 0x20 + (index % 64));

let clock: VirtualClock;
let opener: FakeOpener;
let printer: Printer;

async function started(answersStatus = true): Promise<void> {
  clock = new VirtualClock();
  opener = new FakeOpener();
  printer = new Printer({
    path: '/dev/printer',
    serial: SERIAL,
    answersStatus,
    opener,
    clock,
    identify: opener.identify,
    onEvent: () => undefined,
  });
  printer.start();
  await clock.advance(0);
}

beforeEach(() => started());

/** Answers the questions asked so far and to come, by the question's number. */
async function answering(bytes: Partial<Record<number, number>>, print: Promise<PrintOutcome>): Promise<PrintOutcome> {
  let outcome: PrintOutcome | null = null;
  void print.then((value) => (outcome = value));
  for (let seen = 0, turns = 0; outcome === null && turns < 500; turns += 1, await clock.settle()) {
    const next = opener.newest.written[seen];
    if (next === undefined) continue;
    seen += 1;
    const question = next[0] === 0x10 && next[1] === 0x04 ? next[2] : undefined;
    if (question !== undefined) opener.newest.send(bytes[question] ?? 0x12);
  }
  if (outcome === null) throw new Error('the print did not end');
  return outcome;
}

/** A print whose questions before the document are answered, and whose question behind it is asked. */
async function handedOver(): Promise<{ outcome: Promise<PrintOutcome> }> {
  const outcome = printer.print(SLIP);
  for (let asked = 1; asked <= 3; asked += 1) {
    await clock.settle();
    opener.newest.send(0x12);
  }
  await clock.settle();
  return { outcome };
}

const printed = () => opener.newest.written.filter((bytes) => bytes.length > 3).flat();

describe('print', () => {
  it('when the printer is sound before and after then all of it is printed', async () => {
    expect(await answering({}, printer.print(SLIP))).toEqual({ outcome: 'printed', paperLow: false });
    expect(printed()).toEqual([...SLIP]);
    expect(opener.newest.written.length).toBe(3 + 3 + 3);
  });

  it.each<[string, Partial<Record<number, number>>, object]>([
    ['the cover is open', { 2: 0x16 }, { outcome: 'cover_open' }],
    ['paper is out', { 4: 0x72 }, { outcome: 'paper_out' }],
    ['it stopped for want of paper', { 2: 0x32 }, { outcome: 'paper_out' }],
    ['it has a fault', { 2: 0x52 }, { outcome: 'error' }],
    ['it is offline', { 1: 0x1a }, { outcome: 'error' }],
  ])('when %s then nothing is sent and the reason is told', async (_when, answers, outcome) => {
    expect(await answering(answers, printer.print(SLIP))).toMatchObject({ ...outcome, hint: expect.any(String) });
    expect(printed()).toEqual([]);
  });

  it('when paper is low then it prints and says so', async () => {
    expect(await answering({ 4: 0x1e }, printer.print(SLIP))).toEqual({ outcome: 'printed', paperLow: true });
  });

  it('when a slow line still holds the document back then the answer behind it is waited for', async () => {
    const { outcome } = await handedOver();
    // 1,200 bytes at 9600 baud: the system took them at once, and the printer has them 1.25 s later.
    await clock.advance(1250);
    for (let asked = 1; asked <= 3; asked += 1) {
      opener.newest.send(0x12);
      await clock.settle();
    }
    expect(await outcome).toMatchObject({ outcome: 'printed' });
  });

  it('when it says nothing behind the document either then the wait ends', async () => {
    const { outcome } = await handedOver();
    await clock.advance(1000 + 1500);
    expect(await outcome).toMatchObject({ outcome: 'no_answer' });
  });

  it('when it answers before the system says that the question is written then the next waits for that', async () => {
    opener.newest.nextWrite = 'slow';
    const outcome = printer.print(SLIP);
    for (let written = 1; written <= 9; written += 1) {
      await clock.settle();
      expect(opener.newest.written).toHaveLength(written);
      opener.newest.send(0x12);
      await clock.settle();
      opener.newest.took();
    }
    expect(await outcome).toMatchObject({ outcome: 'printed' });
  });

  it('when noise comes instead of an answer then the wait ends', async () => {
    const print = printer.print(SLIP);
    opener.newest.send(0x00, 0xff, 0x41);
    await clock.advance(1000);
    expect(await print).toMatchObject({ outcome: 'no_answer' });
  });

  it('when it takes no data then the wait ends, and the next print may begin', async () => {
    await started(false);
    opener.newest.nextWrite = 'hang';
    expect(await printer.print(SLIP)).toMatchObject({ outcome: 'not_taken' });
    opener.newest.nextWrite = 'ok';
    expect(await printer.print(SLIP)).toMatchObject({ outcome: 'printed' });
  });

  it('when it is unplugged while asked then the wait ends at once', async () => {
    const print = printer.print(SLIP);
    await clock.advance(0);
    opener.newest.unplug();
    expect(await print).toMatchObject({ outcome: 'no_answer' });
    expect(await printer.print(SLIP)).toMatchObject({ outcome: 'not_open' });
  });

  it('when one slip is being printed then a second one is refused', async () => {
    const first = printer.print(SLIP);
    expect(await printer.print(SLIP)).toMatchObject({ outcome: 'busy' });
    expect(await answering({}, first)).toMatchObject({ outcome: 'printed' });
  });

  it('when it is stopped while asked then the wait ends and no timer is left', async () => {
    const print = printer.print(SLIP);
    await printer.stop();
    expect(await print).toMatchObject({ outcome: 'no_answer' });
    expect([printer.state, clock.timerCount]).toEqual(['closed', 0]);
  });
});

describe('status bytes', () => {
  it('are those with the fixed bits, 16 of 256', () => {
    const all = Array.from({ length: 256 }, (_none, byte) => byte).filter(isStatusByte);
    expect(all).toHaveLength(16);
    for (const byte of all) expect([byte & 1, byte & 2, byte & 0x10, byte & 0x80]).toEqual([0, 2, 0x10, 0]);
  });

  it('when only the fixed bits are on then nothing is wrong', () => {
    for (const question of [1, 2, 3, 4] as const)
      expect(withAnswer(SOUND_PRINTER, question, 0x12)).toEqual(SOUND_PRINTER);
  });
});
