import { computed, signal } from '@preact/signals';
import bo from '../../../assets/locales/bo.json' with { type: 'json' };
import en from '../../../assets/locales/en.json' with { type: 'json' };
import mnMong from '../../../assets/locales/mn-Mong.json' with { type: 'json' };
import ug from '../../../assets/locales/ug.json' with { type: 'json' };
import zhCN from '../../../assets/locales/zh-CN.json' with { type: 'json' };
import type { Level } from '../../../device/ledger/record.ts';
import type { LocalePack } from './locale-pack.ts';

/** A key that the Chinese pack, the base of all others, has. */
export type StringKey = keyof typeof zhCN.strings;
type Fill = Readonly<Record<string, string | number>>;
export type Translate = (key: StringKey, fill?: Fill) => string;

/** The pack every other one falls back to; its level labels are the legal text. */
export const BASE_PACK = zhCN as LocalePack;
export const PACKS = [zhCN, mnMong, bo, ug, en] as readonly LocalePack[];

/** Words of `pack`; a string it lacks is shown in Chinese, never blank. */
export function translatorOf(pack: LocalePack): Translate {
  return (key, fill = {}) => {
    const text = pack.strings[key] ?? zhCN.strings[key];
    return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));
  };
}

/** Packs a citizen may choose: the base, approved ones, and in trial mode all (each then carries a mark). */
export function offeredPacks(packs: readonly LocalePack[], trial: boolean): readonly LocalePack[] {
  return packs.filter((pack) => pack.language === BASE_PACK.language || pack.approvedBy !== null || trial);
}

/** The language of the page; the citizen's page sets it back to Chinese for the next person. */
export const language = signal(BASE_PACK.language);
export const currentPack = computed(() => PACKS.find((pack) => pack.language === language.value) ?? BASE_PACK);
const translate = computed(() => translatorOf(currentPack.value));

/** The string of `key` in the page's language; reading it in a component follows the language. */
export const t: Translate = (key, fill) => translate.value(key, fill);

export const levelLabel = (level: Level): string => t(`level.${level}`);

/**
 * `text` in the pieces between which a narrow button may break it: inside long words that `pack` names, and before a
 * Mongolian suffix, which keeps its joining space. For the eye alone; together they are the text.
 */
export function breakable(text: string, pack: LocalePack): string[] {
  const marked = (pack.hyphenation ?? []).reduce((shown, word) => {
    const parts = word.split('-');
    const pieces = parts.map((_, index) => `$${index + 1}`).join('\n');
    return shown.replace(new RegExp(`\\b(${parts.join(')(')})`, 'i'), pieces);
  }, text);
  return marked.replaceAll('\u202f', '\n\u202f').split('\n');
}

/** `prefix.code` where the pack knows the code (codes come from the server), else null. */
export function codeLabel(prefix: 'pause' | 'skip', code: string): string | null {
  const key = `${prefix}.${code}`;
  return Object.hasOwn(zhCN.strings, key) ? t(key as StringKey) : null;
}
