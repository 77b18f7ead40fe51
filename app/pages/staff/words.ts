import words from '../../../assets/staff-words.json' with { type: 'json' };

/** Words that only the staff read; they are not part of the packs that the citizen's page loads. */
export type StaffWord = keyof typeof words;

export function w(key: StaffWord, fill: Readonly<Record<string, string | number>> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));
}

/** `prefix.code` where it is known (codes come from the server), else null. */
export function wordOf(prefix: string, code: string): string | null {
  const key = `${prefix}.${code}`;
  return Object.hasOwn(words, key) ? w(key as StaffWord) : null;
}
