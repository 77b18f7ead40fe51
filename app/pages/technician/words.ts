import settings from '../../../assets/technician/settings.zh-CN.json' with { type: 'json' };
import zhCN from '../../../assets/technician/zh-CN.json' with { type: 'json' };

/** The maintenance page's own words. They are no part of the citizen's pack, whose page must stay small. */
export type Words = keyof typeof zhCN;

/** The word of a key with its holes `{name}` filled. */
export function w(key: Words, fill: Readonly<Record<string, string | number>> = {}): string {
  return zhCN[key].replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));
}

/** The word of a key that comes from the server; null where there is none. */
export function wordOf(key: string, fill: Readonly<Record<string, string | number>> = {}): string | null {
  return Object.hasOwn(zhCN, key) ? w(key as Words, fill) : null;
}

/** The page's word for a setting by its path, or for its range by `<path>:range`; null where there is none. */
export function settingWord(key: string): string | null {
  return Object.hasOwn(settings, key) ? settings[key as keyof typeof settings] : null;
}
