import { describe, expect, it } from 'vitest';
import type { LineSymbol } from './frame-reader.ts';
import { framingSchema, type SundynFraming } from './framing-schema.ts';
import {
  encodeSundyn,
  LONGEST_SUNDYN_MESSAGE,
  type SundynItem,
  type SundynMessage,
  SundynParser,
} from './sundyn-message.ts';
import { createSundynReader } from './sundyn-reader.ts';

const record = (card: string, key: string) => `S02||${card}||${key}||||办理||2026-11-22 10:00:00||a.jpg||b.mp4||0||E`;
const fieldsOf = (card: string, key: string) => [card, key, '', '办理', '2026-11-22 10:00:00', 'a.jpg', 'b.mp4', '0'];

/** Messages of the peripherals reference, a.4. */
const GOLDEN: [string, SundynMessage][] = [
  ['S01E', { type: 'command', code: 'S01' }],
  ['S02E', { type: 'command', code: 'S02' }],
  ['S95E', { type: 'command', code: 'S95' }],
  ['S02OK', { type: 'answer', code: 'S02' }],
  ['RecvCmdOK', { type: 'answer', code: null }],
  [record('0007', '3'), { type: 'record', code: 'S02', fields: fieldsOf('0007', '3') }],
  [record('E007', '5'), { type: 'record', code: 'S02', fields: fieldsOf('E007', '5') }],
  ['S04||0007||name,姓名,王||E', { type: 'record', code: 'S04', fields: ['0007', 'name,姓名,王'] }],
];

function parse(stream: Uint8Array, chunkBytes: number): SundynItem[] {
  const parser = new SundynParser();
  const items: SundynItem[] = [];
  for (let at = 0; at < stream.length; at += chunkBytes)
    items.push(...parser.feed(stream.subarray(at, at + chunkBytes)));
  return items;
}
const messagesIn = (items: SundynItem[]) => items.flatMap((item) => (item.type === 'message' ? [item.message] : []));

describe('the golden messages', () => {
  it.each(GOLDEN)('%s is read', (text, message) => {
    expect(parse(Buffer.from(text), 4096)).toEqual([{ type: 'message', message }]);
  });

  it('are found in chunks of 1 to 4096 bytes, with noise before, between and behind', () => {
    const noise = ['', '\r\n', 'S', 'S0', 'RecvCmd', 'S02O', 'xyz', '||', 'S02S'];
    const parts = GOLDEN.map(([text], index) => `${noise[index % noise.length]}${text}`).join('');
    const stream = Buffer.from(`${parts}S0`);
    for (let chunkBytes = 1; chunkBytes <= 4096; chunkBytes += chunkBytes < 64 ? 1 : 61) {
      expect(messagesIn(parse(stream, chunkBytes))).toEqual(GOLDEN.map(([, message]) => message));
    }
  });

  it('are what is sent', () => {
    expect(Buffer.from(encodeSundyn('S02')).toString()).toBe('S02E');
    expect(Buffer.from(encodeSundyn('SE')).toString()).toBe('SE');
  });

  it('a message that never ends is dropped, and one behind it is found', () => {
    const endless = `S02||${'x'.repeat(2 * LONGEST_SUNDYN_MESSAGE)}`;
    const items = parse(Buffer.from(`${endless}S95E`), 4096);
    expect(items).toContainEqual({ type: 'bad_frame', fault: 'length' });
    expect(messagesIn(items)).toEqual([{ type: 'command', code: 'S95' }]);
  });
});

describe('the reader of a Sundyn evaluator', () => {
  const FRAMING = framingSchema.parse({
    type: 'sundyn',
    keys: [1, 2, 3, 4, 5].map((number) => ({ number, key: `k${number}` })),
  }) as SundynFraming;
  const read = (text: string): LineSymbol[] => createSundynReader(FRAMING).feed(Buffer.from(text), 1000);

  it('takes the key alone from a result, and nothing of staff, times or files', () => {
    expect(read(record('0007', '4'))).toEqual([{ type: 'key', key: 'k4' }]);
  });

  it.each([
    ['a key that the profile does not name', record('0007', '9'), [{ type: 'unknown', byte: 9 }]],
    ['a key that is no number', record('0007', 'x'), [{ type: 'unknown', byte: 255 }]],
    ['no key', record('0007', ''), [{ type: 'unknown', byte: 255 }]],
    ['a sign of life', 'S95OK', [{ type: 'answer' }]],
    ['our own start coming back', 'S02E', [{ type: 'ignored', byte: 2 }]],
  ])('%s is no press', (_what, text, symbols) => {
    expect(read(text)).toEqual(symbols);
  });

  it('half a result, silence and its other half are no press', () => {
    const reader = createSundynReader(FRAMING);
    const bytes = Buffer.from(record('0007', '4'));
    const symbols = [...reader.feed(bytes.subarray(0, 20), 1000), ...reader.feed(bytes.subarray(20), 1501)];
    expect(symbols.filter(({ type }) => type === 'key')).toEqual([]);
  });
});
