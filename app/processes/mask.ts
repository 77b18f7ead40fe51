/**
 * Masking by construction: a text passes only where it looks like a name of ours (a code, an id, a time, an address),
 * and a field that is for people never does. What somebody forgets to list is masked, not shown. Pure.
 */

const MASKED = '[masked]';
/** Codes, versions, ids, hashes, paths, hosts and times: printable ASCII without spaces, short. */
const PLAIN = /^[\w.:/@+*,-]{0,120}$/;
/** Eleven digits and more in a row may be a telephone or an identity number; a UUID or a time has none. */
const LONG_NUMBER = /\d{11}|\d{17}[\dXx]/;
/** Random by construction: a UUID, a hash. Their digits are nobody's. */
const OURS = /^(?:sha256:[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** Fields that hold what a person wrote, is called or chose, however it looks. */
const OF_PEOPLE =
  /^(?:level|grade|comment|tags|rater|caseNo|serviceNo|itemName|staffId|staffName|name|names|person|number|pinHash|staffCards|photo|phone|idNumber|authorization|cookie|token|code_?key|keySha256|password)$/i;
const SENTENCE = /^[\x20-\x7e\u2018\u2019\u2026\u2014]{0,300}$/;
/** Our own sentences, which are constants in the source; stacks and foreign messages are in other fields. */
const OUR_SENTENCE = new Set(['msg']);

function maskText(key: string, text: string): string {
  if (OF_PEOPLE.test(key)) return MASKED;
  if (OURS.test(text)) return text;
  if (LONG_NUMBER.test(text)) return MASKED;
  if (PLAIN.test(text)) return hidePassword(text);
  return OUR_SENTENCE.has(key) && SENTENCE.test(text) ? text : MASKED;
}

/** `http://user:password@proxy` */
const hidePassword = (text: string) => text.replace(/\/\/[^/@\s]+@/, '//***@');

/** Eleven digits: no count of ours is that large, and a time in ms has thirteen. */
const isPhone = (value: number) => Number.isInteger(value) && value >= 1e10 && value < 1e11;

/** The same shape, with every text that could be of a person masked. Numbers stay but where their field is for people. */
export function mask(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return maskText(key, value);
  if (Array.isArray(value)) return OF_PEOPLE.test(key) ? MASKED : value.map((item) => mask(item, key));
  if (typeof value === 'number' && isPhone(value)) return MASKED;
  if (value === null || typeof value !== 'object') return OF_PEOPLE.test(key) && value !== null ? MASKED : value;
  if (OF_PEOPLE.test(key)) return MASKED;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [maskKey(name), mask(inner, name)]));
}

/** A map may have what a person wrote as its key. */
const maskKey = (name: string) => (PLAIN.test(name) && !LONG_NUMBER.test(name) ? name : MASKED);

/** In a log line `level` is the severity, a number; a grade is redacted by the log itself. */
export function maskLogLine(line: string): unknown {
  try {
    const { level, ...rest } = JSON.parse(line) as Record<string, unknown>;
    return { ...(typeof level === 'number' && level >= 10 ? { severity: level } : {}), ...(mask(rest) as object) };
  } catch {
    return MASKED; // cut off, or not ours
  }
}
