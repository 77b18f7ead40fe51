import { Option } from 'commander';
import en from '../../assets/technician/checks/en.json' with { type: 'json' };
import zhCN from '../../assets/technician/checks/zh-CN.json' with { type: 'json' };
import type { CheckWords } from '../checks/words.ts';

const WORDS = { en, 'zh-CN': zhCN } as const satisfies Record<string, CheckWords>;
export type Language = keyof typeof WORDS;

export const languageOption = (): Option =>
  new Option('--lang <language>', 'of the lines').choices(Object.keys(WORDS)).default('en');

export const wordsFor = (language: Language): CheckWords => WORDS[language];
