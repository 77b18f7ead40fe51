import { computed, signal } from '@preact/signals';
import zhCN from '../../../assets/locales/zh-CN.json' with { type: 'json' };
import type { Level } from '../../../device/ledger/record.ts';
import type { LocalePack } from './locale-pack.ts';
import { BASE_PACK, OFFERED_PACKS, type PackHead } from './packs.ts';

export { BASE_PACK };

/** A key that the Chinese pack, the base of all others, has. */
export type StringKey = keyof typeof zhCN.strings;
type Fill = Readonly<Record<string, string | number>>;
export type Translate = (key: StringKey, fill?: Fill) => string;

/** Words of `pack`; a string it lacks is shown in Chinese, never blank. */
export function translatorOf(pack: LocalePack): Translate {
  return (key, fill = {}) => {
    const text = pack.strings[key] ?? zhCN.strings[key];
    return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));
  };
}

/** Packs a citizen may choose: the base, approved ones, and in trial mode all (each then carries a mark). */
export function offeredPacks<T extends PackHead>(packs: readonly T[], trial: boolean): readonly T[] {
  return packs.filter((pack) => pack.language === BASE_PACK.language || pack.approvedBy !== null || trial);
}

const shownPack = signal(BASE_PACK);
/** The pack and the language of the page; the citizen's page sets both back to Chinese for the next person. */
export const currentPack = computed(() => shownPack.value);
export const language = computed(() => shownPack.value.language);
let choice = 0;

/**
 * Shows the page in a language of OFFERED_PACKS once its pack is here. A pack that cannot be had leaves the page as it
 * is, never blank; one that comes after another choice, or for a person who left, is not shown.
 * @param ready resolves when the page can draw the pack's letters
 */
export async function chooseLanguage(
  wanted: string,
  ready: (pack: LocalePack) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const mine = ++choice;
  const offered = OFFERED_PACKS.find((pack) => pack.language === wanted);
  try {
    const pack = await offered?.load();
    if (pack !== undefined) await ready(pack);
    if (pack !== undefined && mine === choice) shownPack.value = pack;
  } catch {
    // The file could not be read: what is on the screen stays.
  }
}

/** Chinese, at once; a language that is still on its way is given up. */
export function resetLanguage(): void {
  choice += 1;
  shownPack.value = BASE_PACK;
}

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

/** `text` in the words that `pack` names, each in the parts between which it may break; together they are the text. */
export function wordsIn(text: string, { words = [] }: Pick<LocalePack, 'words'>): string[][] {
  const partsOf = new Map(words.map((word) => [word.replaceAll('-', ''), word.split('-')]));
  const longestFirst = [...partsOf.keys()].toSorted((a, b) => b.length - a.length);
  const pieces = text.split(new RegExp(`(${longestFirst.join('|')})`)).filter((piece) => piece !== '');
  return pieces.map((piece) => partsOf.get(piece) ?? [piece]);
}

/** `prefix.code` where the pack knows the code (codes come from the server), else null. */
export function codeLabel(prefix: 'pause' | 'skip', code: string): string | null {
  const key = `${prefix}.${code}`;
  return Object.hasOwn(zhCN.strings, key) ? t(key as StringKey) : null;
}
