import type { Finding, Standing } from './finding.ts';

/** A line as a person reads it. */
export interface WordedLine {
  id: string;
  name: string;
  state: Standing;
  /** What was found. */
  cause: string;
  /** What to do; null where nothing is to be done. */
  next: string | null;
}

/** Words of one topic: `name`, or `name:x` where there are several, and by code the cause and the next step. */
type Topic = Readonly<Record<string, string | readonly string[]>>;
export type CheckWords = Readonly<Record<string, Topic>>;

const filled = (text: string, fill: Finding['fill']): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));

/** @throws Error where a line has no words, which a test of all lines excludes */
export function wordsOf({ id, state, code, fill }: Finding, words: CheckWords): WordedLine {
  const [topic = '', instance = ''] = id.split(/:(.*)/s);
  const texts = words[topic]?.[code];
  if (!Array.isArray(texts)) throw new Error(`no words for ${topic}.${code}`);
  const [cause = '', next] = texts as readonly string[];
  const name = words[topic]?.[`name:${instance}`] ?? words[topic]?.name ?? id;
  return {
    id,
    name: filled(String(name), { instance }),
    state,
    cause: filled(cause, fill).trim(),
    next: next === undefined || state === 'pass' ? null : filled(next, fill).trim(),
  };
}
