import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { OutageEvent } from '../port/outages.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { LONGEST_SCAN_CHARS } from './line-reader.ts';
import { scanRulesSchema } from './scan-rules.ts';
import { SAME_SCAN_MS, type ScanEvent, Scanner } from './scanner.ts';

const RULES = scanRulesSchema.parse({
  caseSlip: ['BJ\\d{10}', '[0-9]{2}[A-Z0-9-]{4,24}'],
  enrolmentCode: ['ENROL-[A-Z2-9]{8}'],
  prefix: 'https://x.cn/b/',
  serviceMark: '#',
});
const SERIAL = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;

let clock: VirtualClock;
let opener: FakeOpener;
let scanner: Scanner;
let scans: ScanEvent[];
let events: OutageEvent[];

async function started(): Promise<void> {
  clock = new VirtualClock();
  opener = new FakeOpener();
  scans = [];
  events = [];
  scanner = new Scanner({
    path: '/dev/scanner',
    serial: SERIAL,
    rules: RULES,
    opener,
    clock,
    identify: opener.identify,
    onScan: (event) => scans.push(event),
    onEvent: (event) => events.push(event),
  });
  scanner.start();
  await clock.advance(0);
}

beforeEach(started);

const send = (text: string) => opener.newest.send(...Buffer.from(text));
const SLIP = 'BJ2026000001';
const seen = () => scans.map(({ atMonotonicMs: _at, ...scan }) => scan);

describe('the end of a scan', () => {
  it.each([['\r'], ['\n'], ['\r\n']])('is %j, once', async (end) => {
    send(SLIP + end);
    await clock.advance(1000);
    expect(seen()).toEqual([{ type: 'case_slip', caseNo: SLIP, serviceNo: 1 }]);
  });

  it('is 100 ms of silence where the scanner sends none', async () => {
    send('BJ2026');
    await clock.advance(99);
    send('000001');
    await clock.advance(99);
    expect(scans).toEqual([]);
    await clock.advance(1);
    expect(seen()).toEqual([{ type: 'case_slip', caseNo: SLIP, serviceNo: 1 }]);
    expect(clock.timerCount).toBe(1); // the watch over the path
  });

  it('is no silence in which the process stood still, while the rest of the code lay in the kernel', async () => {
    send('BJ2026');
    clock.standStill(500);
    await clock.advance(0);
    send('000001');
    await clock.advance(1000);
    expect(seen()).toEqual([{ type: 'case_slip', caseNo: SLIP, serviceNo: 1 }]);
  });

  it('is found in any chunks', async () => {
    for (const byte of Buffer.from(`${SLIP}\r\nBJ2026000002\r\n`)) opener.newest.send(byte);
    expect(seen().map((scan) => scan.type === 'case_slip' && scan.caseNo)).toEqual([SLIP, 'BJ2026000002']);
  });
});

describe('what a scan is', () => {
  it.each<[string, object]>([
    [SLIP, { type: 'case_slip', caseNo: SLIP, serviceNo: 1 }],
    [`]Q1${SLIP}`, { type: 'case_slip', caseNo: SLIP, serviceNo: 1 }],
    [`]C0${SLIP}`, { type: 'case_slip', caseNo: SLIP, serviceNo: 1 }],
    [`https://x.cn/b/${SLIP}`, { type: 'case_slip', caseNo: SLIP, serviceNo: 1 }],
    [`\u0002${SLIP}\u0003\t`, { type: 'case_slip', caseNo: SLIP, serviceNo: 1 }],
    [`${SLIP}#12`, { type: 'case_slip', caseNo: SLIP, serviceNo: 12 }],
    [`${SLIP}#0`, { type: 'unknown', chars: 14 }],
    [`${SLIP}#12345`, { type: 'unknown', chars: 18 }],
    [`${SLIP}#`, { type: 'unknown', chars: 13 }],
    [`#1`, { type: 'unknown', chars: 2 }],
    ['37ABC-123', { type: 'case_slip', caseNo: '37ABC-123', serviceNo: 1 }],
    ['ENROL-ABCD2345', { type: 'enrolment_code', code: 'ENROL-ABCD2345' }],
    ['BJ202600000', { type: 'unknown', chars: 11 }],
    ['https://elsewhere.cn/', { type: 'unknown', chars: 21 }],
    ['你好', { type: 'unknown', chars: 2 }],
  ])('%j', (line, scan) => {
    send(`${line}\r`);
    expect(seen()).toEqual([scan]);
  });

  it('when the same code lies under the scanner then it is one scan until it was away', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      send(`${SLIP}\r`);
      await clock.advance(SAME_SCAN_MS - 1);
    }
    expect(scans).toHaveLength(1);
    await clock.advance(1);
    send(`${SLIP}\r`);
    expect(scans).toHaveLength(2);
    expect(scanner.status().counters).toMatchObject({ scans: 2, repeats: 9 });
  });
});

describe('a scan that cannot be', () => {
  it('when it is too long then all of it is dropped, and the next is read', () => {
    send('1'.repeat(100_000));
    send(`BJ1\r${SLIP}\r`);
    expect(seen()).toEqual([{ type: 'case_slip', caseNo: SLIP, serviceNo: 1 }]);
    expect(scanner.status().counters.tooLong).toBe(1);
  });

  it('when the port goes in its middle then the rest from before is not joined to it', async () => {
    send('BJ2026');
    opener.newest.unplug();
    await clock.advance(300);
    send('x00001\r');
    expect(seen()).toEqual([{ type: 'unknown', chars: 6 }]);
    expect(events).toMatchObject([{ type: 'port_lost' }]);
  });

  it('when it is stopped in its middle then nothing follows and no timer is left', async () => {
    send(SLIP);
    await scanner.stop();
    await clock.advance(1000);
    expect(scans).toEqual([]);
    expect(clock.timerCount).toBe(0);
  });
});

describe('any bytes in any chunks', () => {
  it('give only texts without control characters, no longer than the limit, that a pattern allows', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.constantFrom(SLIP, 'ENROL-ABCD2345', '\r', '\n', ']Q1').map((text) => Uint8Array.from(Buffer.from(text))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(piece, fc.nat(150)), { maxLength: 15 }), async (pieces) => {
        await started();
        for (const [bytes, waitMs] of pieces) {
          opener.newest.send(...bytes);
          await clock.advance(waitMs);
        }
        for (const scan of scans) {
          if (scan.type === 'case_slip') expect(scan.caseNo).toMatch(/^(BJ\d{10}|\d{2}[A-Z0-9-]{4,24})$/);
          if (scan.type === 'enrolment_code') expect(scan.code).toMatch(/^ENROL-[A-Z2-9]{8}$/);
          if (scan.type === 'unknown') expect(scan.chars).toBeLessThanOrEqual(LONGEST_SCAN_CHARS);
        }
        await scanner.stop();
      }),
      { numRuns: 300 },
    );
  });
});
