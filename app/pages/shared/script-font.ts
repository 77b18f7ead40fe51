import type { LocalePack } from './locale-pack.ts';

/** The one family of each script besides Chinese and Latin, as scripts.css names it. */
const FAMILIES: Readonly<Record<string, string>> = {
  'mn-Mong': 'Noto Sans Mongolian',
  bo: 'Noto Serif Tibetan',
  ug: 'Noto Sans Arabic',
};
/** The fonts come from this machine; whoever waits longer than this is better off with letters that move once. */
const LIMIT_MS = 3000;

/**
 * Resolves when the letters of `pack` can be drawn, so that no grade moves under a finger once they come. Never rejects:
 * where a font cannot be had, or not in 3 s, the browser shows what it has.
 */
export async function scriptFontReady({ language, strings }: LocalePack): Promise<void> {
  const family = FAMILIES[language];
  if (family === undefined) return;
  const sample = strings['level.5'];
  const loads = [400, 600].map((weight) => document.fonts.load(`${weight} 1rem "${family}"`, sample));
  const limit = new Promise((resolve) => setTimeout(resolve, LIMIT_MS));
  await Promise.race([Promise.allSettled(loads), limit]);
}
