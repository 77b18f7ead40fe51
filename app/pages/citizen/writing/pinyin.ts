/**
 * Pinyin to Chinese without a network: a dictionary of syllables and words by frequency (assets/pinyin), searched as
 * somebody types. Nothing is learned: what one person wrote must not be offered to the next. Pure.
 */

export interface Candidate {
  text: string;
  /** Letters of the buffer that it stands for; the rest stays to be chosen. */
  used: number;
}

interface Entry {
  /** `xi'an` as `xian`. */
  letters: string;
  /** First letters of the syllables, for words of two and more: `xa`. */
  initials: string | null;
  texts: readonly string[];
}

export interface PinyinDictionary {
  /** In the order of frequency. */
  entries: readonly Entry[];
  byLetters: ReadonlyMap<string, readonly string[]>;
  longest: number;
}

/** Longer ones are no word that anybody types; they cost a search each. */
export const MAX_LETTERS = 48;
const MAX_COMPLETIONS = 16;
const MAX_CANDIDATES = 60;

/** @param text lines of `key text…`: single characters in a row for a syllable, words apart for `syllable'syllable` */
export function parseDictionary(text: string): PinyinDictionary {
  const entries = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Entry => {
      const [key = '', ...words] = line.split(' ');
      const syllables = key.split("'");
      if (syllables.length === 1) return { letters: key, initials: null, texts: Array.from(words.join('')) };
      return { letters: syllables.join(''), initials: syllables.map(([first]) => first).join(''), texts: words };
    });
  const byLetters = new Map<string, string[]>();
  for (const { letters, texts } of entries) byLetters.set(letters, [...(byLetters.get(letters) ?? []), ...texts]);
  return { entries, byLetters, longest: Math.max(0, ...entries.map(({ letters }) => letters.length)) };
}

/** The longest beginning of `letters` that the dictionary knows; 0 where none. */
function knownPrefix({ byLetters, longest }: PinyinDictionary, letters: string): number {
  for (let length = Math.min(longest, letters.length); length > 0; length--) {
    if (byLetters.has(letters.slice(0, length))) return length;
  }
  return 0;
}

/** The whole buffer as the likeliest words one after another; null where a part of it is no syllable. */
function compose(dictionary: PinyinDictionary, letters: string): string | null {
  let text = '';
  for (let at = 0; at < letters.length; ) {
    const length = knownPrefix(dictionary, letters.slice(at));
    if (length === 0) return null;
    text += dictionary.byLetters.get(letters.slice(at, at + length))?.[0] ?? '';
    at += length;
  }
  return text;
}

/** Words that begin so, or whose syllables do (`pd` for 排队). */
function completions({ entries }: PinyinDictionary, letters: string): string[] {
  const found: string[] = [];
  for (const entry of entries) {
    const fits = entry.letters.length > letters.length && entry.letters.startsWith(letters);
    if (!fits && (letters.length < 2 || entry.initials !== letters)) continue;
    found.push(...entry.texts);
    if (found.length >= MAX_COMPLETIONS) break;
  }
  return found.slice(0, MAX_COMPLETIONS);
}

/**
 * What `letters` (a–z, `v` for ü) may mean, best first: the whole of it, what it may become, then its beginnings from
 * the longest to the shortest.
 */
export function candidatesFor(dictionary: PinyinDictionary, letters: string): Candidate[] {
  if (letters === '') return [];
  const used = letters.length;
  const whole = dictionary.byLetters.get(letters) ?? [];
  const composed = whole.length === 0 ? compose(dictionary, letters) : null;
  const found: Candidate[] = [...(composed === null ? whole : [composed]), ...completions(dictionary, letters)].map(
    (text) => ({ text, used }),
  );
  for (let length = Math.min(dictionary.longest, used - 1); length > 0; length--) {
    const texts = dictionary.byLetters.get(letters.slice(0, length)) ?? [];
    found.push(...texts.map((text) => ({ text, used: length })));
  }
  const seen = new Set<string>();
  return found.filter(({ text }) => !seen.has(text) && seen.add(text)).slice(0, MAX_CANDIDATES);
}
