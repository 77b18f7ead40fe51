import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOLDEN_CARDS, goldenFrame } from '../testing/golden-cards.ts';
import { type SdtAnswer, SdtAnswerParser, sdtCommand } from './sdt-answer.ts';
import { encodeSdt, SDT_BUFFER_BYTES, SdtFramer } from './sdt-frame.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const CARDS = Object.values(GOLDEN_CARDS).map(goldenFrame);
const TEXTS = Object.values(GOLDEN_CARDS).map(({ text }) => hex(text));
const FIND_CARD = hex('AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97');
const SELECTED = hex('AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C');

/** Answers of the reference, b.1, with their SW3. */
const ANSWERS: readonly (readonly [string, Uint8Array, number])[] = [
  ['card found', FIND_CARD, 0x9f],
  ['card selected', SELECTED, 0x90],
  ['no card', hex('AA AA AA 96 69 00 04 00 00 80 84'), 0x80],
  ['select failed', hex('AA AA AA 96 69 00 04 00 00 81 85'), 0x81],
  ['read failed', hex('AA AA AA 96 69 00 04 00 00 41 45'), 0x41],
];

function parse(stream: Uint8Array, chunkBytes = stream.length): SdtAnswer[] {
  const parser = new SdtAnswerParser();
  const found: SdtAnswer[] = [];
  for (let at = 0; at < stream.length; at += chunkBytes)
    found.push(...parser.feed(stream.subarray(at, at + chunkBytes)));
  return found;
}

const cardsIn = (answers: SdtAnswer[]) => answers.flatMap((answer) => (answer.type === 'card' ? [answer.text] : []));

describe('commands', () => {
  it.each([
    ['find', 'AA AA AA 96 69 00 03 20 01 22'],
    ['select', 'AA AA AA 96 69 00 03 20 02 21'],
    ['read', 'AA AA AA 96 69 00 03 30 01 32'],
  ] as const)('%s is written, and read at the reader’s end', (command, bytes) => {
    expect(sdtCommand(command)).toEqual(hex(bytes));
    expect(new SdtFramer(3).feed(hex(bytes))).toEqual([{ type: 'payload', payload: hex(bytes).slice(7, 9) }]);
  });
});

describe('answers', () => {
  it.each(ANSWERS)('%s is read', (_name, bytes, status) => {
    expect(parse(bytes)).toEqual([{ type: 'answer', status }]);
  });

  it('give the text of each golden card, in chunks of 1 to 4096 bytes, with noise before and between', () => {
    const noise = [hex('AA'), hex('AAAA AA96'), hex('00 FF AA AA AA 96 00'), hex('')];
    const stream = Uint8Array.from(CARDS.flatMap((card, index) => [...noise[index % noise.length]!, ...card]));
    for (let chunkBytes = 1; chunkBytes <= 4096; chunkBytes += chunkBytes < 64 ? 1 : 63) {
      expect(cardsIn(parse(stream, chunkBytes))).toEqual(TEXTS);
    }
    expect(cardsIn(parse(stream, 4096))).toEqual(TEXTS);
  });

  it('never carry a byte of the photo', () => {
    const [answer] = parse(goldenFrame(GOLDEN_CARDS.B));
    expect(answer).toEqual({ type: 'card', text: hex(GOLDEN_CARDS.B.text) });
    expect(answer?.type === 'card' && answer.text.buffer.byteLength).toBe(256);
  });

  it('when an answer of the card’s length has other lengths inside then it is no card', () => {
    const payload = goldenFrame(GOLDEN_CARDS.A).slice(7, -1);
    payload[3] = 0x02;
    expect(parse(encodeSdt(payload))).toEqual([{ type: 'answer', status: 0x90 }]);
  });
});

describe('what is no frame', () => {
  it('when the XOR is wrong then one byte is dropped, and the frame behind it is found', () => {
    const broken = FIND_CARD.with(14, 0x98);
    const answers = parse(Uint8Array.from([...broken, ...SELECTED]));
    expect(answers[0]).toEqual({ type: 'bad_frame', fault: 'checksum' });
    expect(answers.at(-1)).toEqual({ type: 'answer', status: 0x90 });
  });

  it.each([
    ['too short', 'AA AA AA 96 69 00 03 20 01 22'],
    ['too long', 'AA AA AA 96 69 09 61'],
  ])('when the length is %s then it is refused and the frame behind it is found', (_how, bytes) => {
    const answers = parse(Uint8Array.from([...hex(bytes), ...FIND_CARD]));
    expect(answers[0]).toEqual({ type: 'bad_frame', fault: 'length' });
    expect(answers.at(-1)).toEqual({ type: 'answer', status: 0x9f });
  });

  it('when a preamble stands inside a card then the card is whole all the same', () => {
    const card = goldenFrame(GOLDEN_CARDS.A);
    card.set(FIND_CARD.slice(0, 7), 300);
    const payload = card.slice(7, -1);
    expect(cardsIn(parse(encodeSdt(payload)))).toEqual([hex(GOLDEN_CARDS.A.text)]);
  });

  it('when an answer is cut then a reset lets the next one be read at once', () => {
    const parser = new SdtAnswerParser();
    expect(parser.feed(CARDS[0]!.subarray(0, 700))).toEqual([]);
    parser.reset();
    expect(parser.feed(FIND_CARD)).toEqual([{ type: 'answer', status: 0x9f }]);
  });
});

describe('any bytes', () => {
  const whole = [...CARDS, ...ANSWERS.map(([, bytes]) => bytes)];
  const mutated = fc
    .tuple(fc.constantFrom(...whole), fc.nat(1294), fc.integer({ min: 1, max: 255 }))
    .map(([frame, at, change]) => frame.with(at % frame.length, frame[at % frame.length]! ^ change));

  it('never give a card that no valid frame carried, and never make the parser grow', () => {
    const piece = fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...whole), mutated);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 4096 }), (pieces, chunkBytes) => {
        const stream = Buffer.concat(pieces);
        const framer = new SdtFramer(4);
        let framed = 0;
        for (let at = 0; at < stream.length; at += chunkBytes) {
          for (const item of framer.feed(stream.subarray(at, at + chunkBytes))) {
            if (item.type === 'payload') {
              expect(stream.includes(Buffer.from(encodeSdt(item.payload)))).toBe(true);
              framed += item.payload.length + 8;
            }
            if (item.type === 'discarded') framed += item.bytes;
          }
          const held = Math.min(at + chunkBytes, stream.length) - framed;
          expect(held).toBeGreaterThanOrEqual(0);
          expect(held).toBeLessThan(SDT_BUFFER_BYTES);
        }
        for (const text of cardsIn(parse(stream, chunkBytes))) expect(stream.includes(Buffer.from(text))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('when one bit of a card is wrong then it is no card', () => {
    const flipped = fc.tuple(fc.constantFrom(...CARDS), fc.nat(1294), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(flipped, ([card, at, change]) => {
        expect(cardsIn(parse(card.with(at, card[at]! ^ change)))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
