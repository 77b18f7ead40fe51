/** How a line stands; always shown as a word, never as colour alone. */
export type Standing = 'pass' | 'warn' | 'fail';

/**
 * One line of the self-test, without words: the page says it in Chinese, a terminal in English (`words.ts`). It tells
 * no grade and names no person.
 */
export interface Finding {
  /** Which line it is, such as `queue`; one of several of a kind with a colon, such as `peripheral:keypad`. */
  id: string;
  state: Standing;
  /** What was found; with the part of `id` before the colon it names the words for cause and next step. */
  code: string;
  /** What goes into the holes of the words. */
  fill: Readonly<Record<string, string | number>>;
}

type Fill = Finding['fill'];

export const pass = (id: string, code: string, fill: Fill = {}): Finding => ({ id, state: 'pass', code, fill });
export const warn = (id: string, code: string, fill: Fill = {}): Finding => ({ id, state: 'warn', code, fill });
export const fail = (id: string, code: string, fill: Fill = {}): Finding => ({ id, state: 'fail', code, fill });

export const STANDINGS = ['fail', 'warn', 'pass'] as const satisfies readonly Standing[];

/** Whatever has to be mended comes first; within one standing in the order of a technician's walk. */
export function worstFirst<Line extends { state: Standing }>(lines: readonly Line[]): Line[] {
  return STANDINGS.flatMap((standing) => lines.filter(({ state }) => state === standing));
}

export function countsOf(lines: readonly { state: Standing }[]): Record<Standing, number> {
  const count = (standing: Standing) => lines.filter(({ state }) => state === standing).length;
  return { pass: count('pass'), warn: count('warn'), fail: count('fail') };
}
