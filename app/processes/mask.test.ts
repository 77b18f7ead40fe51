import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mask, maskLogLine } from './mask.ts';

const PERSONAL = ['张三丰', '110101199003074477', '13800138000', '+86-13800138000', 'Zhang San', '差评，态度不好'];

describe('masking', () => {
  it.each([
    ['a code', { code: 'window_full' }],
    ['an id', { id: '019aa000-0000-7000-8000-000000000009' }],
    ['a hash', { head: `sha256:${'0a'.repeat(32).replace(/\d{11,}/g, 'f')}` }],
    ['a time', { at: '2026-11-25T10:15:30.123+08:00' }],
    ['a path', { path: '/dev/ttyUSB0' }],
    ['numbers and words of a machine', { pending: 3, ok: true, none: null }],
  ])('lets %s through', (_what, value) => {
    expect(mask(value)).toEqual(value);
  });

  it.each(PERSONAL)('hides %s wherever it stands', (text) => {
    const hiding = { a: text, deep: [{ err: { message: `failed for ${text}` } }], [text]: 1, msg: `for ${text}` };
    const shown = JSON.stringify(mask(hiding));
    if (text !== 'Zhang San') expect(shown).not.toContain(text);
    expect(shown.replace(/"msg":"[^"]*"/, '')).not.toContain(text);
  });

  it.each(['level', 'comment', 'caseNo', 'staffId', 'name', 'number', 'codeKey', 'keySha256', 'token'])(
    'hides the field %s, whatever is in it',
    (field) => {
      for (const value of [5, 'abc', ['abc'], { abc: 1 }])
        expect(mask({ [field]: value })).toEqual({ [field]: '[masked]' });
    },
  );

  it('hides a telephone number that came as a number, and leaves times and counts', () => {
    const times = { atMs: 1_795_000_000_000, count: 42, size: 9_999_999_999 };
    expect(mask({ ...times, a: 13_800_138_000 })).toEqual({ ...times, a: '[masked]' });
  });

  it('hides what a proxy asks for', () => {
    expect(mask({ url: 'http://hall:secret@proxy.hall.example:3128' })).toEqual({
      url: 'http://***@proxy.hall.example:3128',
    });
  });

  it('never lets a Chinese character or eleven digits through', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...PERSONAL.slice(0, 4)), (value, text) => {
        const texts: string[] = [];
        JSON.parse(JSON.stringify(mask({ value, list: [text], text: `x ${text}` })), (key, inner: unknown) => {
          texts.push(key, ...(typeof inner === 'string' ? [inner] : []));
          return inner;
        });
        for (const shown of texts) expect(shown).not.toMatch(/[\u4e00-\u9fff]|\d{11}/);
      }),
    );
  });
});

it('keeps of a log line its severity and our own words', () => {
  const line = JSON.stringify({
    level: 50,
    process: 'agent',
    msg: 'the outbox could not be counted',
    err: { message: 'of 张三' },
  });
  expect(maskLogLine(line)).toEqual({
    severity: 50,
    process: 'agent',
    msg: 'the outbox could not be counted',
    err: { message: '[masked]' },
  });
  expect(maskLogLine('{"cut":')).toBe('[masked]');
  expect(maskLogLine('{"level":5}')).toEqual({});
});
