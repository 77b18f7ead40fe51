import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { NoteDetail } from '../family.ts';
import { type DatagramOpener, type DatagramSetup, systemDatagrams } from './datagrams.ts';
import { LONGEST_MESSAGE_BYTES, parseQueueMessage } from './message.ts';
import { QueueFamily } from './queue-family.ts';
import { queueSettingsSchema } from './settings.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const bytes = (message: unknown) => Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));

describe('a message', () => {
  it.each<[unknown, object | null]>([
    [
      { command: 'call', number: 'A012', sno: '7', servicename: '居民身份证换领' },
      { command: 'call', ticket: 'A012', staffNumber: '7' },
    ],
    [
      { command: 'call', number: 12, sno: 7 },
      { command: 'call', ticket: '12', staffNumber: '7' },
    ],
    [
      { command: 'apprise', number: '', sno: '' },
      { command: 'apprise', ticket: null, staffNumber: null },
    ],
    [
      { command: 'pause', extra: { any: 1 } },
      { command: 'pause', ticket: null, staffNumber: null },
    ],
    [{ command: 'CALL', number: '1' }, null],
    [{ command: 'call', number: 'A 012' }, null],
    [{ command: 'call', number: 'A'.repeat(17) }, null],
    [{ number: '1' }, null],
    [[], null],
    ['null', null],
    ['{"command":"call"', null],
    ['', null],
    [`{"command":"pause","x":"${'y'.repeat(LONGEST_MESSAGE_BYTES)}"}`, null],
  ])('%j is read as %j', (message, read) => expect(parseQueueMessage(bytes(message))).toEqual(read));
});

describe('the line to a queue system', () => {
  it('when its port is taken then that is one trouble, and it is heard once the port is free', async () => {
    const taken: Socket = createSocket('udp4');
    await new Promise<void>((resolve) => taken.bind(0, '127.0.0.1', resolve));
    const clock = new VirtualClock();
    const notes: [string, NoteDetail][] = [];
    const family = new QueueFamily({
      datagrams: systemDatagrams,
      clock,
      onMessage: () => true,
      onFault: () => undefined,
    });
    const settings = queueSettingsSchema.parse({ port: taken.address().port, host: '127.0.0.1', from: ['127.0.0.1'] });
    const line = family.start(settings, { note: (type, detail) => notes.push([type, detail]) });
    undo.push(() => line.stop());
    await vi.waitFor(() => expect(line.status().state).toBe('reopening'), 30_000);
    expect(notes).toEqual([['queue_trouble', { trouble: 'eaddrinuse' }]]);
    await new Promise<void>((resolve) => taken.close(() => resolve()));
    await clock.advance(5000);
    await vi.waitFor(() => expect(line.status().state).toBe('ready'), 30_000);
    expect(notes[1]).toEqual(['queue_mended', { trouble: 'eaddrinuse', durationMs: 5000 }]);
  });

  it('hears nothing after it was stopped, and counts what it would not obey', async () => {
    let setup: DatagramSetup | null = null;
    const datagrams: DatagramOpener = {
      async open(given) {
        setup = given;
        return { port: given.port, send: () => undefined, close: async () => undefined };
      },
    };
    const heard: unknown[] = [];
    const clock = new VirtualClock();
    const family = new QueueFamily({
      datagrams,
      clock,
      onMessage: (message) => heard.push(message) > 1,
      onFault: () => undefined,
    });
    const line = family.start(queueSettingsSchema.parse({ from: ['192.0.2.9'] }), { note: () => undefined });
    await clock.settle();
    const hear = (message: unknown, address = '192.0.2.9') =>
      (setup as DatagramSetup | null)?.onMessage(bytes(message), { address, port: 9 });
    hear({ command: 'pause' });
    hear({ command: 'pause' }, '::ffff:192.0.2.9');
    hear({ command: 'pause' }, '192.0.2.10');
    hear('pause');
    expect(line.status().counters).toEqual({ messages: 2, refused: 1, foreign: 1, malformed: 1 });
    await line.stop();
    hear({ command: 'pause' });
    expect(heard).toHaveLength(2);
  });
});
