import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import catalogue from '../../../../assets/catalogues/national-2020.json' with { type: 'json' };
import { candidatesFor, MAX_LETTERS, parseDictionary } from './pinyin.ts';

const dictionary = parseDictionary(
  readFileSync(new URL('../../../../assets/pinyin/zh-CN.txt', import.meta.url), 'utf8'),
);
/**
 * The 214 of the Kangxi dictionary, and the shapes that they have beside another part: of Unicode's two blocks of radicals
 * the second has no mapping to characters, so those of GB 2312 stand here.
 */
const RADICALS = new Set([
  ...Array.from({ length: 214 }, (_, index) => String.fromCodePoint(0x2f00 + index).normalize('NFKC')),
  ...Array.from('丬亻刂巳忄扌攵氵灬犭礻纟肀艹衤讠辶钅长门阝韦页风飞饣马鱼鸟卤麦黄黾齐齿龙龟'),
]);
/** Radicals in no word of the dictionary that the 通用规范汉字表 of 2013 has as characters: names, places, old words. */
const RARE_CHARACTERS = '幺弋彳殳爪爻爿犬矢缶耒聿臼舛艮豕豸邑酉阜隹韭鬯鬲黍黹龠巳黾尢';
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

  it('offers no radical that nobody writes alone: none that no word has and the table of characters in use lacks', () => {
    const offered = [...dictionary.byLetters].flatMap(([, found]) => found);
    const inWords = new Set(offered.filter((text) => text.length > 1).flatMap((text) => Array.from(text)));
    const bare = (char: string) => RADICALS.has(char) && !inWords.has(char) && !RARE_CHARACTERS.includes(char);
    expect([...new Set(offered)].filter(bare)).toEqual([]);
  });

  it('reads a dictionary of lines, whatever blank ones are in it', () => {
    const small = parseDictionary("ni 你尼\n\nni'hao 你好 拟好\n");
    expect(candidatesFor(small, 'nihao').map(({ text }) => text)).toEqual(['你好', '拟好', '你', '尼']);
    expect(candidatesFor(small, 'x')).toEqual([]);
    expect(candidatesFor(parseDictionary(''), 'ni')).toEqual([]);
  });
});
