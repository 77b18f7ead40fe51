import { describe, expect, it } from 'vitest';
import artwork from '../../../assets/faces/faces.json' with { type: 'json' };
import {
  breakable,
  chooseLanguage,
  codeLabel,
  currentPack,
  language,
  offeredPacks,
  resetLanguage,
  translatorOf,
  wordsIn,
} from './locale.ts';
import { localePackSchema } from './locale-pack.ts';
import { BASE_PACK, OFFERED_PACKS } from './packs.ts';

const PACKS = await Promise.all(OFFERED_PACKS.map(({ load }) => load()));

/** 内蒙古 Art 14 and 林草 Art 5 word them alike; a device that says 一般 or 很满意 is not compliant. */
const LEGAL_LABELS = ['非常不满意', '不满意', '基本满意', '满意', '非常满意'];

describe('language packs', () => {
  it.each(PACKS.map((pack) => [pack.language, pack] as const))('%s has the shape of a pack', (_language, pack) => {
    expect(localePackSchema.parse(pack)).toEqual(pack);
  });

  it('label the levels 1 to 5 with the words of the law', () => {
    const t = translatorOf(BASE_PACK);
    expect(([1, 2, 3, 4, 5] as const).map((level) => t(`level.${level}`))).toEqual(LEGAL_LABELS);
  });

  it('have no key that the base lacks, and the same holes to fill', () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
    for (const pack of PACKS) {
      for (const [key, text] of Object.entries(pack.strings)) {
        expect(holes(text), `${pack.language} ${key}`).toEqual(holes(BASE_PACK.strings[key] ?? 'no such key'));
        expect(BASE_PACK.strings).toHaveProperty([key]);
      }
    }
  });

  it('label all five grades themselves: a grade is never half translated', () => {
    for (const pack of PACKS) {
      expect(
        Object.keys(pack.strings).filter((key) => /^level\.[1-5]$/.test(key)),
        pack.language,
      ).toHaveLength(5);
    }
  });

  it('say that nothing is reviewed as long as nobody approved them', () => {
    const drafts = PACKS.filter((pack) => pack.approvedBy === null && pack !== BASE_PACK);
    expect(drafts.map(({ review }) => review.unreviewed)).toEqual(drafts.map(() => 'all'));
  });

  it('give five different labels in every language', () => {
    for (const pack of PACKS) {
      const t = translatorOf(pack);
      expect(new Set(([1, 2, 3, 4, 5] as const).map((level) => t(`level.${level}`))).size).toBe(5);
    }
  });

  it('fall back to Chinese for a string they lack', () => {
    const t = translatorOf({
      language: 'bo',
      name: 'བོད་སྐད་',
      version: '1',
      approvedBy: null,
      direction: 'ltr',
      lines: 'rows',
      review: { unreviewed: 'all', note: '' },
      strings: { 'level.5': 'x' },
    });
    expect([t('level.5'), t('level.1'), t('common.secondsLeft', { n: 3 })]).toEqual(['x', '非常不满意', '剩余 3 秒']);
  });

  it('are whole in English, in which we are sure of every word a citizen sees', () => {
    const english = PACKS.find((pack) => pack.language === 'en');
    const ofCitizens = Object.keys(BASE_PACK.strings).filter((key) => !/^(?:staff|technician|skip)\./.test(key));
    expect(ofCitizens.filter((key) => english?.strings[key] === undefined)).toEqual([]);
  });

  it('without an approver are offered in trial mode only, the Chinese base always', () => {
    const languages = (trial: boolean) => offeredPacks(PACKS, trial).map((pack) => pack.language);
    expect(languages(false)).toEqual(['zh-CN']);
    expect(languages(true)).toEqual(['zh-CN', 'mn-Mong', 'bo', 'ug', 'en']);
  });

  it('let long words of a grade break where the pack allows it, whatever their case', () => {
    const pack = { ...BASE_PACK, hyphenation: ['dis-sat-is-fied', 'sat-is-fied'] };
    expect(breakable('Very satisfied', pack)).toEqual(['Very sat', 'is', 'fied']);
    expect(breakable('Dissatisfied', pack)).toEqual(['Dis', 'sat', 'is', 'fied']);
    expect(breakable('满意', BASE_PACK)).toEqual(['满意']);
    expect(breakable('a\u202fb', BASE_PACK)).toEqual(['a', '\u202fb']);
  });

  it('keep the words of a grade whole where a script breaks after every syllable, and say all of the label', () => {
    const pack = { words: ['ཧ་ཅང་', 'ཡིད་-ཚིམ་པ།', 'ཡིད་མི་-ཚིམ་པ།'] as [string, ...string[]] };
    expect(wordsIn('ཧ་ཅང་ཡིད་མི་ཚིམ་པ།', pack)).toEqual([['ཧ་ཅང་'], ['ཡིད་མི་', 'ཚིམ་པ།']]);
    expect(wordsIn('ཕལ་ཆེར་ཡིད་ཚིམ་པ།', pack)).toEqual([['ཕལ་ཆེར་'], ['ཡིད་', 'ཚིམ་པ།']]);
  });

  it('have a label for known codes only', () => {
    expect(codeLabel('pause', 'meeting')).toBe('会议');
    expect(codeLabel('pause', 'constructor')).toBeNull();
  });
});

describe('the language of the page', () => {
  it('offers each pack under the words of its own file', () => {
    expect(OFFERED_PACKS.map(({ load: _load, ...head }) => head)).toEqual(
      PACKS.map(({ language: tag, name, approvedBy, lines }) => ({ language: tag, name, approvedBy, lines })),
    );
  });

  it('is the last one chosen, and Chinese again at once, whatever is still on its way', async () => {
    await Promise.all([chooseLanguage('ug'), chooseLanguage('en')]);
    expect(language.value).toBe('en');
    const late = chooseLanguage('bo');
    resetLanguage();
    await late;
    expect(currentPack.value).toBe(BASE_PACK);
  });

  it('stays what it is where a language is unknown or its pack cannot be had', async () => {
    await chooseLanguage('en');
    const bo = OFFERED_PACKS.find((pack) => pack.language === 'bo')!;
    const { load } = bo;
    bo.load = () => Promise.reject(new Error('not served'));
    await chooseLanguage('bo');
    await chooseLanguage('xx');
    bo.load = load;
    expect(language.value).toBe('en');
    resetLanguage();
  });
});

describe('faces', () => {
  it('differ by mouth and by number of stars', () => {
    const faces = Object.values(artwork.faces);
    expect(new Set(faces.map(({ mouth }) => mouth)).size).toBe(5);
    expect(Object.entries(artwork.faces).map(([level, { stars }]) => stars - Number(level))).toEqual([0, 0, 0, 0, 0]);
  });
});
