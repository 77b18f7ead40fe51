import type { FillName, PhraseId, VoicePack } from './pack.ts';

/** Signs within a number that are not read out. */
const SILENT = /[\s-]/g;

/**
 * The sounds that say a phrase, in order. Half a sentence, or a number with a gap, would send somebody to the wrong
 * window: where anything of a phrase is missing it is the chime alone. Pure, and small enough for a page.
 * @param fill what is read out for each hole, like `{ ticket: 'A012', window: '7' }`
 */
export function spoken(pack: VoicePack, phrase: PhraseId, fill: Partial<Record<FillName, string>> = {}): string[] {
  const sounds = pack.phrases[phrase]?.parts.map((part) =>
    part.startsWith('{') ? readOut(pack, fill[part.slice(1, -1) as FillName]) : [part],
  );
  return sounds === undefined || sounds.includes(null) ? [pack.chime] : sounds.flatMap((files) => files ?? []);
}

/** Null where a character has no sound, or nothing is to be read. */
function readOut(pack: VoicePack, text: string | undefined): string[] | null {
  const characters = Array.from((text ?? '').replaceAll(SILENT, '').toUpperCase());
  const files = characters.map((character) => pack.characters[character]);
  return files.length === 0 || files.includes(undefined) ? null : files.filter((file) => file !== undefined);
}
