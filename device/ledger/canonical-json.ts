import canonicalize from 'canonicalize';

/**
 * RFC 8785 canonical JSON. Every record and every batch passes here, within the citizen's wait, so the plain values they
 * are made of are put in order and written by the engine's own `JSON.stringify`, whose strings and numbers are those that
 * the RFC asks for (§3.2.2 names ECMAScript). Everything else is left to the library: the texts are the same, by test.
 *
 * @throws TypeError where the value has no JSON form (undefined at the top); Error for a number that is none, half of a
 * surrogate pair, or a cycle
 */
export function canonicalJson(value: unknown): string {
  const plain = inOrder(value, 0);
  const text = plain === UNUSUAL ? canonicalize(value) : JSON.stringify(plain);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

const UNUSUAL = Symbol('left to the library');
/** A record has four levels; a cycle has no end. */
const DEEPEST = 32;

/** The value with the keys of its objects in order, `UNUSUAL` where something in it is not plain. */
function inOrder(value: unknown, depth: number): unknown {
  if (typeof value === 'boolean' || value === null) return value;
  // A half of a pair has no UTF-8 (§3.2.2.2): refused by the library.
  if (typeof value === 'string') return value.isWellFormed() ? value : UNUSUAL;
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNUSUAL;
  if (typeof value !== 'object' || depth > DEEPEST) return UNUSUAL;
  return Array.isArray(value) ? listInOrder(value, depth) : objectInOrder(value, depth);
}

function listInOrder(list: readonly unknown[], depth: number): unknown {
  if ('toJSON' in list) return UNUSUAL;
  const copy: unknown[] = [];
  for (const member of list) {
    const plain = inOrder(member, depth + 1);
    if (plain === UNUSUAL) return UNUSUAL;
    copy.push(plain);
  }
  return copy;
}

function objectInOrder(value: object, depth: number): unknown {
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return UNUSUAL;
  const copy: Record<string, unknown> = {};
  // The default order of `sort` is that of UTF-16 code units, as §3.2.3 asks.
  for (const key of Object.keys(value).sort()) {
    const plain = keepsItsPlace(key) ? inOrder(Reflect.get(value, key), depth + 1) : UNUSUAL;
    if (plain === UNUSUAL) return UNUSUAL;
    copy[key] = plain;
  }
  return copy;
}

/** The engine lists a key that is a number before all others, wherever it was put, and `__proto__` makes no key at all. */
function keepsItsPlace(key: string): boolean {
  const first = key.charCodeAt(0);
  return (first < 0x30 || first > 0x39) && key !== '__proto__' && key.isWellFormed();
}
