/** Most signs that a lone one may make into a piece with the words on both sides: a longer piece would leave lines half empty. */
const MAX_SIGNS = 5;
/** Signs that are words and belong to neither neighbour, that belong to the word before them alone, and that begin one. */
const CONNECTS = /^[与及和或]$/u;
const ENDS = /^的$/u;
const BEGINS = /^[不未无非分内第各所被]$/u;

let segmenter: Intl.Segmenter | null = null;

/** Made with the first text: that takes some 30 ms, which a citizen's page has only behind its first picture. */
function segmented(run: string) {
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
  return segmenter.segment(run);
}

/**
 * `text` in the pieces between which a line may break where the style allows no break between Chinese signs (`keep-all`): a
 * browser by itself breaks 使用 as readily as what stands between two words. Together they are the text. Pure.
 */
export function chinesePieces(text: string): string[] {
  const runs = text.split(/(\p{Script=Han}+)/u);
  return runs.reduce<string[]>((pieces, run, at) => {
    const [first = '', ...rest] = at % 2 === 0 ? [run] : piecesOfRun(run);
    return [...pieces.slice(0, -1), (pieces.at(-1) ?? '') + first, ...rest];
  }, []);
}

/**
 * The dictionary knows 身份 and 使用, not 身份证 or 使用权: a sign that it leaves alone belongs to a neighbour, to which one it does
 * not say. To both where that stays short, else to the word before it, or after it where that is how it is used.
 */
function piecesOfRun(run: string): string[] {
  const words = [...segmented(run)].map(({ segment }) => segment);
  const chains = grouped(words, isNear);
  return chains.flatMap((chain) => {
    const whole = chain.join('');
    if (whole.length <= MAX_SIGNS) return whole;
    // The first of a chain has no word before it.
    const isTied = (before: string, after: string) =>
      isOneWord(before, after) || (before === chain[0] && isLone(before));
    return grouped(chain, isTied).map((word) => word.join(''));
  });
}

const isLone = (word: string): boolean => /^.$/u.test(word) && !CONNECTS.test(word);

/** A sign that the dictionary left alone on either side; none on the other that is a word by itself. */
const isNear = (before: string, after: string): boolean =>
  (isLone(before) && !ENDS.test(before) && !CONNECTS.test(after)) || (isLone(after) && !CONNECTS.test(before));

const isOneWord = (before: string, after: string): boolean =>
  BEGINS.test(before) || (isLone(after) && !BEGINS.test(after));

/** `words` in groups, in each of which every word is tied to the one before it. */
function grouped(words: readonly string[], isTied: (before: string, after: string) => boolean): string[][] {
  return words.reduce<string[][]>((groups, word, at) => {
    const before = words[at - 1];
    if (before !== undefined && isTied(before, word)) groups.at(-1)?.push(word);
    else groups.push([word]);
    return groups;
  }, []);
}
