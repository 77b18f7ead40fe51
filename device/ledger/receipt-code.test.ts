import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashRecord } from './chain.ts';
import { readReceiptCode, receiptCodeOf } from './receipt-code.ts';

const hash = (text: string) => `sha256:${text.padStart(64, '0')}`;

describe('a receipt code', () => {
  it('is eight digits that can be read aloud, the same for the same hash for ever', () => {
    expect(receiptCodeOf(hash('1'))).toBe(receiptCodeOf(hash('1')));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
        const code = receiptCodeOf(hash(value.toString(16)));
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
        expect(readReceiptCode(code)).toBe(code);
      }),
    );
  });

  it('is another one for any change of the record, and says nothing of the grade', () => {
    const record = { id: 'a', kind: 'rating', seq: 1, prev: hash('0'), body: { level: 5, comment: null } };
    const codes = [1, 2, 3, 4, 5].map((level) =>
      receiptCodeOf(hashRecord({ ...record, body: { ...record.body, level } } as never)),
    );
    expect(new Set(codes).size).toBe(5);
    expect(new Set(codes.map((code) => code.replace(/[0-9A-Z]/g, 'x')))).toEqual(new Set(['xxxx-xxxx']));
  });

  it.each([
    ['7h2k9qxm', '7H2K-9QXM'],
    [' 7H2K 9QXM ', '7H2K-9QXM'],
    ['oil0-0000', '0110-0000'],
    ['7H2K-9QX', null],
    ['7H2K-9QXMM', null],
    ['7H2K-9QX*', null],
    ['UUUU-UUUU', null],
    ['', null],
  ])('typed as %j is read as %j', (typed, code) => {
    expect(readReceiptCode(typed)).toBe(code);
  });
});
