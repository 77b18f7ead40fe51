import dictionaryUrl from '../../../../assets/pinyin/zh-CN.txt?url';
import { type PinyinDictionary, parseDictionary } from './pinyin.ts';

let loaded: Promise<PinyinDictionary> | null = null;

async function load(): Promise<PinyinDictionary> {
  const response = await fetch(dictionaryUrl);
  if (!response.ok) throw new Error(`the dictionary was answered with ${response.status}`);
  return parseDictionary(await response.text());
}

/** The dictionary, from the page's own server, once a page. After a failure the next call tries again. */
export function pinyinDictionary(): Promise<PinyinDictionary> {
  loaded ??= load().catch((error: unknown) => {
    loaded = null;
    throw error;
  });
  return loaded;
}
