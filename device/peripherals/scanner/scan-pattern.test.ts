import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern, scanPatternSchema } from './scan-pattern.ts';

const matches = (pattern: string, text: string) => matchesPattern(scanPatternSchema.parse(pattern), text);

describe('a scan pattern', () => {
  it.each<[string, string, boolean]>([
    ['BJ\\d{6}', 'BJ123456', true],
    ['BJ\\d{6}', 'BJ12345', false],
    ['BJ\\d{6}', 'xBJ123456', false],
    ['BJ\\d{6}', 'BJ1234567', false],
    ['[A-F0-9]{2,4}', 'AF09', true],
    ['[A-F0-9]{2,4}', 'AG', false],
    ['[a-z-]{3}', 'a-z', true],
    ['[A-Z]{1,8}[A-Z]{1,8}1', 'ABCD1', true],
    ['A.C', 'ABC', false],
    ['A.C', 'A.C', true],
    ['\\[x\\]', '[x]', true],
    ['蒙\\d{0,2}', '蒙', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each([
    '',
    '(a)',
    'a|b',
    'a*',
    'a+',
    '.?x',
    '[^a]',
    'a{',
    'a{3,2}',
    'a{0}',
    'a{999}',
    '[z-a]',
    '^a$',
    '\\w',
    'a'.repeat(129),
  ])('refuses %j', (pattern) => {
    expect(scanPatternSchema.safeParse(pattern).success).toBe(false);
  });

  it('says the same as a regular expression would', () => {
    const part = fc.tuple(
      fc.constantFrom('A', '\\d', '[A-C]', '[0-9A]', '-'),
      fc.constantFrom('', '{2}', '{0,3}', '{1,2}'),
    );
    const pattern = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[A-C0-9-]{0,12}$/), (text, line) => {
        expect(matches(text, line)).toBe(new RegExp(`^(?:${text})$`).test(line));
      }),
      { numRuns: 3000 },
    );
  });

  it('when a configuration is made to be slow then a scan of full length is judged all the same', () => {
    expect(matches('[A-Z]{1,256}'.repeat(10), `${'A'.repeat(511)}1`)).toBe(false);
  });
});
