import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { PortConnection } from './port/opener.ts';
import { plainLine } from './port/serial-settings.ts';
import { PortTap, type Secrecy } from './port-tap.ts';
import { FakeConnection } from './testing/fake-port.ts';
import { GOLDEN_CARDS, goldenFrame } from './testing/golden-cards.ts';

let clock: VirtualClock;
let device: FakeConnection;
let tap: PortTap;
let received: number[];
let secrecy: Secrecy;

beforeEach(async () => {
  clock = new VirtualClock();
  device = new FakeConnection();
  received = [];
  secrecy = 'known';
  const opener = { open: async (): Promise<PortConnection> => device };
  tap = new PortTap({ opener, clock, secrecy: () => secrecy });
  const connection = await tap.open('/dev/a', plainLine(9600));
  connection.onData((bytes) => received.push(...bytes));
  await connection.write(Uint8Array.of(0x10, 0x04, 0x02), 1000);
});

const newest = () => tap.lines()[0];

describe('the tap of a port', () => {
  it('shows frames as they went, both ways, and hands all on unchanged', () => {
    device.send(0xff, 0x68, 0x03, 0x03, 0x68, 0x01, 0x01, 0x0c, 0x0e, 0x16);
    expect(received).toHaveLength(10);
    expect(device.written).toEqual([[0x10, 0x04, 0x02]]);
    expect(tap.lines()).toMatchObject([
      {
        path: '/dev/a',
        direction: 'in',
        bytes: 10,
        hex: 'ff 68 03 03 68 01 01 0c 0e 16',
        frame: 'FF68 address 01 function 01 data 0c',
      },
      { direction: 'out', bytes: 3, hex: '10 04 02', frame: 'ESC/POS status 2?' },
    ]);
  });

  it('hides what could be a number or a name, also when it comes byte by byte', async () => {
    device.send(...Buffer.from('BJ2026000001\r'));
    expect(newest()?.hex).toBe('42 4a ·· ·· ·· ·· ·· ·· ·· ·· ·· ·· 0d');
    for (const byte of Buffer.from('999999190001019992')) {
      device.send(byte);
      await clock.advance(50);
    }
    expect(tap.lines().filter(({ hex }) => hex === '39').length).toBe(2);
  });

  it('hides characters of two bytes, as cards have them', () => {
    device.send(...Buffer.from('999999190001019992', 'utf16le'));
    expect(newest()?.hex.replaceAll(' 00', '')).toBe(`39 39${' ··'.repeat(14)}`);
  });

  it('shows of what nothing configured only the head of each burst, and whole frames in words', async () => {
    secrecy = 'unknown';
    // A name and a number as card readers have them, where the bytes are no letters.
    device.send(...Buffer.from('张一张一张一张一张一张一张一'.repeat(3), 'utf16le'));
    expect(newest()?.hex.split(' ').slice(16)).toEqual(Array.from({ length: 16 }, () => '··'));
    await clock.advance(250);
    device.send(0xff, 0x68, 0x03, 0x03, 0x68);
    device.send(0x01, 0x01, 0x0c, 0x0e, 0x16);
    expect(newest()).toMatchObject({ hex: '01 01 0c 0e 16', frame: 'FF68 address 01 function 01 data 0c' });
    await clock.advance(250);
    device.send(...Buffer.from('S02||李||3||a||2026||2026||i.jpg||v||r||E'));
    expect(newest()?.frame).toBe('Sundyn record S02, 8 fields');
  });

  it('keeps only the number of bytes of a private port', () => {
    secrecy = 'private';
    device.send(...goldenFrame(GOLDEN_CARDS.A));
    expect(newest()).toMatchObject({ bytes: 1295, hex: '', frame: null });
  });

  it('keeps little, however much comes', () => {
    for (let turn = 0; turn < 100; turn += 1) device.send(...new Uint8Array(500));
    expect(tap.lines()).toHaveLength(40);
    expect(newest()?.hex.split(' ')).toHaveLength(32);
  });
});
