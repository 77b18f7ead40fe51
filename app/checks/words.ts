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

/**
 * Words of one topic: `name`, or `name:x` where there are several, and by code the cause and the next step. What the
 * device says in English has its words here too: `count:x` of a counter, `count:` of any other, `hint:` and the sentence
 * of a driver's hint, `of:x` and the code of an error or a warning.
 */
type Topic = Readonly<Record<string, string | readonly string[]>>;
export type CheckWords = Readonly<Record<string, Topic>>;

const worded = (topic: Topic, key: string, own: string | number): string | number => {
  const words = topic[key];
  return typeof words === 'string' ? words : own;
};

/**
 * What a driver advises, in the language of `topic`. What stands in quotes is a name of this device: it goes into `{0}`
 * of the sentence whose quotes hold `{0}`.
 */
function wordedHint(topic: Topic, hint: string): string {
  const [, name = ''] = /"([^"]*)"/.exec(hint) ?? [];
  const key = hint.replace(/"[^"]*"/, '"{0}"');
  return String(worded(topic, `hint:${key}`, hint)).replace('{0}', () => name);
}

/** What a driver advises, in the language of `words`; its own words where there are none. */
export const hintOf = (hint: string, words: CheckWords): string => wordedHint(words.peripheral ?? {}, hint);

/** Of a counter `count:x`; where x has no words, as a reason of a centre's own, those for any, else x. */
function counterName(topic: Topic, key: string): string {
  const code = key.slice('count:'.length);
  return String(worded(topic, key, worded(topic, 'count:', code))).replace('{code}', () => code);
}

/** The fill with `{counted}` and `{hint}` in the language of `topic`; what has no words keeps its own. */
function fillIn(topic: Topic, fill: Finding['fill']): Finding['fill'] {
  const counted = Object.entries(fill)
    .filter(([key]) => key.startsWith('count:'))
    .map(([key, count]) => `${counterName(topic, key)} ${count}`);
  const { hint = '' } = fill;
  return {
    ...fill,
    counted: counted.join(String(worded(topic, 'between', ', '))),
    hint: wordedHint(topic, String(hint)),
  };
}

const filled = (text: string, fill: Finding['fill']): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));

/** @throws Error where a line has no words, which a test of all lines excludes */
export function wordsOf({ id, state, code, fill }: Finding, words: CheckWords): WordedLine {
  const [topic = '', instance = ''] = id.split(/:(.*)/s);
  const texts = words[topic]?.[`of:${fill.code}`] ?? words[topic]?.[code];
  const all = fillIn(words[topic] ?? {}, fill);
  if (!Array.isArray(texts)) throw new Error(`no words for ${topic}.${code}`);
  const [cause = '', next] = texts as readonly string[];
  const name = words[topic]?.[`name:${instance}`] ?? words[topic]?.name ?? id;
  return {
    id,
    name: filled(String(name), { instance }),
    state,
    cause: filled(cause, all).trim(),
    next: next === undefined || state === 'pass' ? null : filled(next, all).trim(),
  };
}
