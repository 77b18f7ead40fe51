import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SdtAnswerParser, sdtCommand } from './id-card/sdt-answer.ts';
import { encodeSdt, SDT_BUFFER_BYTES, SdtFramer } from './id-card/sdt-frame.ts';
import { parseQueueMessage } from './queue/message.ts';
import { LONGEST_SCAN_CHARS, ScanLineReader } from './scanner/line-reader.ts';
import { GOLDEN_CARDS, goldenFrame } from './testing/golden-cards.ts';

/** Ten million bytes for each parser, from a seed that fast-check prints where something fails. */
const RUNS = 20;
const RUN_BYTES = 500_000;
const MUTATIONS = 100_000;

/** xorshift32: fast, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Random bytes in chunks of 1 … 4096, every tenth chunk with a piece of a real frame in it. */
function* storm(seed: number, pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  const random = randomOf(seed);
  for (let sent = 0; sent < RUN_BYTES; ) {
    const chunk = Uint8Array.from({ length: 1 + (random() % 4096) }, () => random() & 0xff);
    const piece = pieces[random() % pieces.length];
    if (random() % 10 === 0 && piece !== undefined) {
      const part = piece.subarray(0, random() % (piece.length + 1)).subarray(0, chunk.length);
      chunk.set(part, random() % (chunk.length - part.length + 1));
    }
    sent += chunk.length;
    yield chunk;
  }
}

const everySeed = (check: (seed: number) => void) =>
  fc.assert(fc.property(fc.integer({ min: 1, max: 0x7fffffff }), check), { numRuns: RUNS });

const hasControl = (text: string) => Array.from(text).some((sign) => sign < ' ' || sign === '\x7f');

const CARDS = Object.values(GOLDEN_CARDS).map(goldenFrame);
const SDT_PIECES = [...CARDS, sdtCommand('find'), encodeSdt(Uint8Array.of(0, 0, 0x90))];

describe('ten million random bytes', () => {
  it('give the card reader’s parser every byte back as frame or waste, and no card', () => {
    everySeed((seed) => {
      const framer = new SdtFramer(4);
      let given = 0;
      let accounted = 0;
      for (const chunk of storm(seed, SDT_PIECES)) {
        given += chunk.length;
        for (const item of framer.feed(chunk)) {
          if (item.type === 'discarded') accounted += item.bytes;
          if (item.type === 'payload') accounted += item.payload.length + 8;
        }
        const held = given - accounted;
        if (held < 0 || held >= SDT_BUFFER_BYTES) expect(held).toBeLessThan(SDT_BUFFER_BYTES);
      }
      expect(accounted).toBeGreaterThan(RUN_BYTES / 2);
    });
  });

  it('give the scanner’s reader lines within their limit alone', () => {
    everySeed((seed) => {
      const reader = new ScanLineReader();
      let lines = 0;
      for (const chunk of storm(seed, [Buffer.from('BJ2026000001\r\n')])) {
        for (const item of reader.feed(chunk)) {
          if (item.type !== 'line') continue;
          lines += 1;
          if (item.text.length > LONGEST_SCAN_CHARS || hasControl(item.text)) expect(item.text).toBe('a scan');
        }
      }
      expect(lines).toBeGreaterThan(100);
    });
  });

  it('make no message of a queue system', () => {
    everySeed((seed) => {
      for (const chunk of storm(seed, [Buffer.from('{"command":')])) expect(parseQueueMessage(chunk)).toBe(null);
    });
  });
});

describe('a hundred thousand frames with a wrong byte', () => {
  it('are never the card that was sent', () => {
    const random = randomOf(7);
    for (let count = 0; count < MUTATIONS; count += 1) {
      const card = CARDS[random() % CARDS.length]!;
      const parser = new SdtAnswerParser();
      const frame = card.slice();
      frame[random() % frame.length]! ^= 1 + (random() % 255);
      for (const item of parser.feed(frame)) if (item.type === 'card') expect(item).toBe('no card');
    }
  });

  it('are a queue message only where they are whole JSON with a known command', () => {
    const whole = Buffer.from('{"command":"call","sno":"0007","number":"A012","servicename":"x"}');
    const random = randomOf(11);
    for (let count = 0; count < MUTATIONS; count += 1) {
      const bytes = Uint8Array.from(whole);
      bytes[random() % bytes.length]! ^= 1 + (random() % 255);
      const message = parseQueueMessage(bytes);
      if (message !== null)
        expect(['call', message.ticket === null || /^[0-9A-Za-z-]{1,16}$/.test(message.ticket)]).toEqual([
          message.command,
          true,
        ]);
    }
  });
});
