import { z } from 'zod';

/**
 * What a scan must look like, as a hall writes it: characters that stand for themselves, `[A-Z0-9-]` for one of a set,
 * `\d` for a digit, and `{n}` or `{n,m}` after any of them. Nothing else of a regular expression, and no regular
 * expression is made of it: matching takes at most length × atoms steps, whatever a configuration says.
 */
export interface ScanPattern {
  readonly atoms: readonly Atom[];
}

interface Atom {
  /** Inclusive ranges of code points. */
  ranges: readonly (readonly [from: number, to: number])[];
  least: number;
  most: number;
}

const MOST_ATOMS = 64;
const MOST_REPEATS = 256;
const DIGITS = [[0x30, 0x39]] as const;

/** One atom: a set, `\d`, an escaped sign, or a plain letter, digit or one of `- _ : / . = , space`; then its count. */
const ATOM =
  /(?:\[([^\]\\^[]+)\]|\\(d)|\\([-[\]{}\\().*+?^$|])|([A-Za-z0-9\-_:/.=, \u4e00-\u9fff]))(?:\{(\d{1,3})(?:,(\d{1,3}))?\})?/y;

/** A pattern as text; anything else than the forms above is refused with a message. */
export const scanPatternSchema = z
  .string()
  .min(1)
  .max(128)
  .transform((text, context): ScanPattern => {
    const atoms = parseAtoms(text);
    if (typeof atoms !== 'string') return { atoms };
    context.addIssue({ code: 'custom', message: atoms });
    return z.NEVER;
  });

/** Whether the whole text has the form. */
export function matchesPattern({ atoms }: ScanPattern, text: string): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0)!);
  let reached = new Set([0]);
  for (const atom of atoms) reached = new Set([...reached].flatMap((from) => endsOf(atom, points, from)));
  return reached.has(points.length);
}

/** Where an atom that begins at `from` may end. */
function endsOf({ ranges, least, most }: Atom, points: readonly number[], from: number): number[] {
  const ends: number[] = least === 0 ? [from] : [];
  for (let count = 1; count <= most; count += 1) {
    const point = points[from + count - 1];
    if (point === undefined || !ranges.some(([low, high]) => point >= low && point <= high)) break;
    if (count >= least) ends.push(from + count);
  }
  return ends;
}

function parseAtoms(text: string): Atom[] | string {
  const atoms: Atom[] = [];
  for (let at = 0; at < text.length; ) {
    ATOM.lastIndex = at;
    const found = ATOM.exec(text);
    if (found === null) return `character ${at + 1} is none of the forms that a scan pattern may have`;
    const [whole, set, digit, escaped, plain, least = '1', most = least] = found;
    const ranges = set !== undefined ? rangesOf(set) : digit !== undefined ? DIGITS : oneOf((escaped ?? plain)!);
    const counts = { least: Number(least), most: Number(most) };
    if (ranges.some(([low, high]) => low > high)) return `the set at character ${at + 1} runs backwards`;
    if (counts.least > counts.most || counts.most < 1 || counts.most > MOST_REPEATS) {
      return `the count at character ${at + 1} is not within 1 … ${MOST_REPEATS}`;
    }
    atoms.push({ ranges, ...counts });
    at += whole.length;
  }
  return atoms.length <= MOST_ATOMS ? atoms : `more than ${MOST_ATOMS} parts`;
}

/** A hyphen at either end stands for itself. */
function rangesOf(set: string): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (const [part] of set.matchAll(/.-.|./gu)) {
    const points = Array.from(part, (character) => character.codePointAt(0)!);
    ranges.push([points[0]!, points.at(-1)!]);
  }
  return ranges;
}

function oneOf(character: string): (readonly [number, number])[] {
  const point = character.codePointAt(0)!;
  return [[point, point]];
}
