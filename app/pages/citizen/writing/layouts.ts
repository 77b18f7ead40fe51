/**
 * Which letters stand on the keys. Data of a keyboard, no words: every key but the special ones writes what it shows.
 * Mongolian follows the places of the letters on the national keyboard, Uyghur those in use in Xinjiang; Tibetan has the
 * alphabet in its order, which everybody knows, and under the second level the same letters as they are subjoined.
 */

export interface Layout {
  /** As the key that leads here shows it. */
  name: string;
  /** BCP 47, for the font of the keys. */
  lang: string;
  /**
   * Three rows from top to bottom; what a second finger would reach stands under `shifted`, in rows as long: the key that
   * leads back must be where it was.
   */
  rows: readonly string[];
  shifted: readonly string[] | null;
  /** Beside the space bar. */
  marks: readonly [string, string];
  /** The letters are a buffer that candidates come from. */
  pinyin: boolean;
}

export type LayoutId = 'pinyin' | 'latin' | 'mongolian' | 'tibetan' | 'uyghur' | 'digits';

const LATIN = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

export const LAYOUTS: Readonly<Record<LayoutId, Layout>> = {
  pinyin: { name: '拼音', lang: 'zh-CN', rows: LATIN, shifted: null, marks: ['，', '。'], pinyin: true },
  latin: {
    name: 'ABC',
    lang: 'en',
    rows: LATIN,
    shifted: LATIN.map((row) => row.toUpperCase()),
    marks: [',', '.'],
    pinyin: false,
  },
  mongolian: {
    name: 'ᠮᠣᠩᠭᠣᠯ',
    lang: 'mn-Mong',
    rows: ['ᠴᠸᠡᠷᠲᠶᠦᠢᠥᠫ', 'ᠠᠰᠳᠹᠭᠬᠵᠺᠯᠩ', 'ᠽᠱᠣᠤᠪᠨᠮ'],
    shifted: ['ᠼᠧᠿᡀᡁᡂᠾᠻᠩ᠄', '\u180b\u180c\u180d\u180e\u202f᠁᠅᠊᠀；', '《》？！（）％'],
    marks: ['᠂', '᠃'],
    pinyin: false,
  },
  tibetan: {
    name: 'བོད་ཡིག',
    lang: 'bo',
    rows: ['ཀཁགངཅཆཇཉཏཐདན', 'པཕབམཙཚཛཝཞཟའཡ', 'རལཤསཧཨིེོུ'],
    shifted: [
      '\u0f90\u0f91\u0f92\u0f94\u0f95\u0f96\u0f97\u0f99\u0f9f\u0fa0\u0fa1\u0fa3',
      '\u0fa4\u0fa5\u0fa6\u0fa8\u0fa9\u0faa\u0fab\u0fad\u0fae\u0faf\u0fb0\u0fb1',
      '\u0fb2\u0fb3\u0fb4\u0fb6\u0fb7\u0fb8\u0f71\u0f7e༄༅',
    ],
    marks: ['་', '།'],
    pinyin: false,
  },
  uyghur: {
    name: 'ئۇيغۇرچە',
    lang: 'ug',
    rows: ['چۋېرتيۇڭوپ', 'ھسداەىقكل', 'زشغۈبنمئ'],
    shifted: ['«»؟!؛:()%-', 'ھسژفگخجۆل', 'زشغۈبنمئ'],
    marks: ['،', '.'],
    pinyin: false,
  },
  digits: {
    name: '123',
    lang: 'zh-CN',
    rows: ['1234567890', '、；：？！“”（）', '《》-/%@#'],
    shifted: null,
    marks: ['，', '。'],
    pinyin: false,
  },
};

/**
 * Mongolian letters in Latin ones: o and u, ö and ü, t and d look alike where they stand alone, and so do others. A hint
 * for the eye alone, since the letters have different names.
 */
export const KEY_HINTS: Readonly<Record<string, string>> = {
  ...hintsOf('ᠴᠸᠡᠷᠲᠶᠦᠢᠥᠫ', 'ch w e r t y ü i ö p'),
  ...hintsOf('ᠠᠰᠳᠹᠭᠬᠵᠺᠯᠩ', 'a s d f g h j k l ng'),
  ...hintsOf('ᠽᠱᠣᠤᠪᠨᠮ', 'z sh o u b n m'),
  ...hintsOf('ᠼᠧᠿᡀᡁᡂᠾᠻ', 'ts ee zr lh zhi chi hh kh'),
};

function hintsOf(letters: string, hints: string): Record<string, string> {
  const latin = hints.split(' ');
  return Object.fromEntries(Array.from(letters, (letter, index) => [letter, latin[index] ?? '']));
}

/** Signs without a shape of their own, as a key must show them. */
export const KEY_CAPS: Readonly<Record<string, string>> = {
  '\u180b': 'FVS1',
  '\u180c': 'FVS2',
  '\u180d': 'FVS3',
  '\u180e': 'MVS',
  '\u202f': 'NNBSP',
};

const OWN: Readonly<Record<string, LayoutId>> = { 'mn-Mong': 'mongolian', bo: 'tibetan', ug: 'uyghur', en: 'latin' };

/** The layouts of a page in `language`, its own first, then Chinese and Latin. */
export function layoutsFor(language: string): LayoutId[] {
  return [...new Set<LayoutId>([OWN[language] ?? 'pinyin', 'pinyin', 'latin'])];
}
