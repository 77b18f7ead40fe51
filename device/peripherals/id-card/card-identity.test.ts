import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOLDEN_CARDS } from '../testing/golden-cards.ts';
import { takeIdentity } from './card-identity.ts';
import { hasRightCheckDigit } from './check-digit.ts';
import { sdtStatus } from './sdt-status.ts';

const textOf = (card: keyof typeof GOLDEN_CARDS) => Uint8Array.from(Buffer.from(GOLDEN_CARDS[card].text, 'hex'));

describe('takeIdentity', () => {
  it.each([
    ['A', '测试甲', '999999190001019992', { kind: 'resident', numberChars: 18, checkDigit: 'right' }],
    ['B', '样例·阿乙', '999999190002280009', { kind: 'resident', numberChars: 18, checkDigit: 'right' }],
    ['J', '假名港', '810000190003150006', { kind: 'hmt_residence', numberChars: 18, checkDigit: 'right' }],
    ['I', 'TESTPERSON, FAKE', 'ZZZ999900041505', { kind: 'foreigner_2017', numberChars: 15, checkDigit: 'none' }],
  ] as const)('reads golden card %s and wipes its bytes', (card, name, number, summary) => {
    const text = textOf(card);
    const identity = takeIdentity(text)!;
    expect([identity.name(), identity.number()]).toEqual([name, number]);
    expect(identity.summary()).toEqual(summary);
    expect(text.every((byte) => byte === 0)).toBe(true);
  });

  it('decides by offset 248 alone', () => {
    const asForeigner = textOf('A');
    asForeigner[248] = 'Y'.charCodeAt(0);
    expect(takeIdentity(asForeigner)!.summary().kind).toBe('foreigner_2023');
  });

  it('when a foreigner of 2023 has no Chinese name then the foreign one counts', () => {
    const text = textOf('A');
    text.set(Buffer.from(' '.repeat(15), 'utf16le'), 0);
    text.set(Buffer.from('NOBODY, AT ALL'.padEnd(35), 'utf16le'), 52);
    text[248] = 'Y'.charCodeAt(0);
    expect(takeIdentity(text)!.name()).toBe('NOBODY, AT ALL');
  });

  it('when the layout is unknown or the name is blank then there is nobody', () => {
    const unknown = textOf('A');
    unknown[248] = 'Q'.charCodeAt(0);
    expect(takeIdentity(unknown)).toBeNull();
    expect(takeIdentity(new Uint8Array(256))).toBeNull();
    const blank = textOf('A');
    blank.set(Buffer.from(' '.repeat(15), 'utf16le'), 0);
    expect(takeIdentity(blank)).toBeNull();
  });

  it('takes any bytes without an exception', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 256, maxLength: 256 }),
        fc.constantFrom(' ', 'J', 'Y', 'I'),
        (text, type) => {
          text.set(Buffer.from(type, 'utf16le'), 248);
          const identity = takeIdentity(text);
          expect(identity === null || identity.summary().numberChars > 0).toBe(true);
        },
      ),
    );
  });
});

describe('an identity', () => {
  it('shows nothing of the person when printed or serialised', () => {
    const identity = takeIdentity(textOf('A'))!;
    for (const shown of [
      inspect({ identity }),
      JSON.stringify({ identity }),
      `${JSON.stringify(identity.summary())}`,
    ]) {
      expect(shown).not.toContain('测试甲');
      expect(shown).not.toContain('9999');
    }
  });
});

describe('the check digit of GB 11643', () => {
  it.each([
    ['999999190001019992', true],
    ['999999190001019993', false],
    ['99999919000101999', false],
    ['99999919000101999x', false],
    ['', false],
  ])('%s: %s', (number, right) => {
    expect(hasRightCheckDigit(number)).toBe(right);
  });

  it('is right for exactly one of the eleven endings', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{17}$/), (first) => {
        expect(Array.from('0123456789X').filter((last) => hasRightCheckDigit(first + last))).toHaveLength(1);
      }),
    );
  });
});

describe('status words', () => {
  it.each([
    [0x90, 'ok'],
    [0x9f, 'card_found'],
    [0x91, 'no_content'],
    [0x10, 'checksum_error'],
    [0x11, 'length_error'],
    [0x21, 'command_error'],
    [0x23, 'not_permitted'],
    [0x24, 'unknown_error'],
    [0x31, 'card_refused_reader'],
    [0x32, 'reader_refused_card'],
    [0x33, 'information_unverified'],
    [0x40, 'unknown_card_type'],
    [0x41, 'read_failed'],
    [0x47, 'random_number_failed'],
    [0x60, 'self_test_failed'],
    [0x66, 'module_not_authorised'],
    [0x80, 'no_card'],
    [0x81, 'select_failed'],
    [0x05, 'status_05'],
  ])('%i is %s', (status, word) => {
    expect(sdtStatus(status).word).toBe(word);
    expect(sdtStatus(status).hint).not.toBe('');
  });
});
