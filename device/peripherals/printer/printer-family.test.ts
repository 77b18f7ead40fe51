import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { Driver, NoteDetail } from '../family.ts';
import type { PortConnection } from '../port/opener.ts';
import { FakeConnection } from '../testing/fake-port.ts';
import type { PrintItem } from './document.ts';
import { LOOK_EVERY_MS, PrinterFamily } from './printer-family.ts';
import { printerSettingsSchema } from './settings.ts';

/** Answers every status question at once, as its state says. */
class AnsweringPrinter extends FakeConnection {
  paperOut = false;
  mute = false;

  override async write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    await super.write(bytes, timeoutMs);
    if (bytes[0] !== 0x10 || this.mute) return;
    const out = this.paperOut && bytes[2] === 4 ? 0x60 : 0;
    queueMicrotask(() => this.send(0x12 | out));
  }
}

const SLIP: PrintItem[] = [{ type: 'text', text: '办件评价凭条' }];

let clock: VirtualClock;
let device: AnsweringPrinter;
let family: PrinterFamily;
let driver: Driver;
let notes: [string, NoteDetail][];

beforeEach(async () => {
  clock = new VirtualClock();
  device = new AnsweringPrinter();
  notes = [];
  const opener = { open: async (): Promise<PortConnection> => device };
  family = new PrinterFamily({ opener, clock });
  const settings = printerSettingsSchema.parse({ path: '/dev/null', slip: 'invited' });
  driver = family.start(settings, { note: (type, detail) => notes.push([type, detail]) });
  // The path's identity is asked of the real file system.
  await clock.settleUntil(() => driver.status().state === 'ready');
});

describe('a printer without paper', () => {
  it('is told once when it is noticed, and once with its duration when it has paper again', async () => {
    device.paperOut = true;
    await clock.advance(5 * LOOK_EVERY_MS);
    expect(notes).toEqual([['printer_trouble', { trouble: 'paper_out' }]]);
    expect(driver.status().hint).toContain('roll of paper');
    device.paperOut = false;
    await clock.advance(LOOK_EVERY_MS);
    expect(notes.slice(1)).toEqual([['printer_mended', { trouble: 'paper_out', durationMs: 5 * LOOK_EVERY_MS }]]);
    expect(driver.status().hint).toBe(null);
  });

  it('prints nothing, and says so to whoever asked', async () => {
    device.paperOut = true;
    expect(await family.print(() => SLIP)).toMatchObject({ outcome: 'paper_out' });
    expect(driver.status().counters).toMatchObject({ printed: 0, notPrinted: 1 });
  });
});

describe('slips', () => {
  it('are printed one after the other, a look at the printer in between', async () => {
    const printed = [family.print(() => SLIP), family.print(() => SLIP)];
    await clock.advance(LOOK_EVERY_MS);
    printed.push(family.print(() => SLIP));
    for (const outcome of await Promise.all(printed)) expect(outcome).toEqual({ outcome: 'printed', paperLow: false });
    expect(driver.status().counters).toMatchObject({ printed: 3, notPrinted: 0 });
  });

  it('when the printer is far behind then they are refused at once and it is counted', async () => {
    device.mute = true;
    const outcomes = Array.from({ length: 5 }, () => family.print(() => SLIP));
    expect(await outcomes[4]).toMatchObject({ outcome: 'overrun' });
    await clock.advance(60_000);
    expect(await outcomes[0]).toMatchObject({ outcome: 'no_answer' });
  });

  it('are wanted as the settings say, and never without a printer', async () => {
    expect(family.slip).toBe('invited');
    await driver.stop();
    expect(family.slip).toBe('never');
    expect(await family.print(() => SLIP)).toMatchObject({ outcome: 'none' });
    expect(clock.timerCount).toBe(0);
  });
});
