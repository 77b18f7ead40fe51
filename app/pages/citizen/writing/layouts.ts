/**
 * Which letters stand on the keys. Data of a keyboard, no words: every key but the special ones writes what it shows.
 * Mongolian follows the places of the letters on the national keyboard, Uyghur those in use in Xinjiang.
 */

export interface Layout {
  /** As the key that leads here shows it. */
  name: string;
  /** BCP 47, for the font of the keys. */
  lang: string;
  /** Three rows from top to bottom; what a second finger would reach stands under `shifted`. */
  rows: readonly string[];
  shifted: readonly string[] | null;
  /** Beside the space bar. */
  marks: readonly [string, string];
  /** The letters are a buffer that candidates come from. */
  pinyin: boolean;
}

export type LayoutId = 'pinyin' | 'latin' | 'mongolian' | 'uyghur' | 'digits';

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
    shifted: ['ᠼᠧᠿᡀᡁᡂᠾᠻᠩ᠄', '\u180b\u180c\u180d\u180e\u202f᠁᠅᠊᠀', '《》？！（）'],
    marks: ['᠂', '᠃'],
    pinyin: false,
  },
  uyghur: {
    name: 'ئۇيغۇرچە',
    lang: 'ug',
    rows: ['چۋېرتيۇڭوپ', 'ھسداەىقكل', 'زشغۈبنمئ'],
    shifted: ['ژفگخجۆ«»؟!', '؛:()%', ''],
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

/** Signs without a shape of their own, as a key must show them. */
export const KEY_CAPS: Readonly<Record<string, string>> = {
  '\u180b': 'FVS1',
  '\u180c': 'FVS2',
  '\u180d': 'FVS3',
  '\u180e': 'MVS',
  '\u202f': 'NNBSP',
};

const OWN: Readonly<Record<string, LayoutId>> = { 'mn-Mong': 'mongolian', ug: 'uyghur', en: 'latin' };

/** The layouts of a page in `language`, its own first, then Chinese and Latin. */
export function layoutsFor(language: string): LayoutId[] {
  return [...new Set<LayoutId>([OWN[language] ?? 'pinyin', 'pinyin', 'latin'])];
}
