import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import catalogue from '../../../../assets/catalogues/national-2020.json' with { type: 'json' };
import { candidatesFor, MAX_LETTERS, parseDictionary } from './pinyin.ts';

const dictionary = parseDictionary(
  readFileSync(new URL('../../../../assets/pinyin/zh-CN.txt', import.meta.url), 'utf8'),
);
const texts = (letters: string) => candidatesFor(dictionary, letters).map(({ text }) => text);

describe('pinyin', () => {
  it.each([
    ['paidui', '排队'],
    ['cailiao', '材料'],
    ['chuangkou', '窗口'],
    ['bumanyi', '不满意'],
    ['shenfenzheng', '身份证'],
    ['jiedaitaiduhenhao', '接待态度很好'],
    ['paiduitaijiu', '排队太久'],
  ])('%s is first of all %s', (letters, text) => {
    expect(candidatesFor(dictionary, letters)[0]).toEqual({ text, used: letters.length });
  });

  it.each([
    ['xian', '西安'],
    ['xian', '先'],
    ['nv', '女'],
    ['lvse', '绿色'],
    ['paid', '排队'],
    ['pd', '排队'],
    ['sfz', '身份证'],
    ['gjj', '公积金'],
  ])('%s offers %s', (letters, text) => {
    expect(texts(letters)).toContain(text);
  });

  it('offers the beginnings too, with the letters that they use', () => {
    expect(candidatesFor(dictionary, 'nihaoma')).toContainEqual({ text: '你', used: 2 });
    expect(candidatesFor(dictionary, 'paiduitaijiu')).toContainEqual({ text: '排队', used: 6 });
  });

  it('leads to a choice that uses up letters for whatever is typed, or offers nothing', () => {
    const letter = fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz'));
    fc.assert(
      fc.property(fc.string({ unit: letter, minLength: 1, maxLength: MAX_LETTERS }), (letters) => {
        const found = candidatesFor(dictionary, letters);
        expect(new Set(found.map(({ text }) => text)).size).toBe(found.length);
        for (const { text, used } of found) {
          expect(text).not.toBe('');
          expect(used).toBeGreaterThan(0);
          expect(used).toBeLessThanOrEqual(letters.length);
        }
      }),
      { numRuns: 200 },
    );
    expect(candidatesFor(dictionary, '')).toEqual([]);
  });

  it('has every character of the catalogue, so that citizens can write what halls write', () => {
    const known = new Set([...dictionary.byLetters].flatMap(([, found]) => found.flatMap((text) => Array.from(text))));
    const wanted = catalogue.tags
      .flatMap(({ text }) => Array.from(text))
      .filter((char) => /\p{Script=Han}/u.test(char));
    expect(wanted.filter((char) => !known.has(char))).toEqual([]);
  });

  it('reads a dictionary of lines, whatever blank ones are in it', () => {
    const small = parseDictionary("ni 你尼\n\nni'hao 你好 拟好\n");
    expect(candidatesFor(small, 'nihao').map(({ text }) => text)).toEqual(['你好', '拟好', '你', '尼']);
    expect(candidatesFor(small, 'x')).toEqual([]);
    expect(candidatesFor(parseDictionary(''), 'ni')).toEqual([]);
  });
});
