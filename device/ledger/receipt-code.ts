import { sha256 } from './chain.ts';

/** Crockford's base 32: no I, L, O, U, so that a code survives being read aloud and written by hand. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;
const READ_AS: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/**
 * The receipt code of a rating, as the citizen takes it home: 40 bits of the record's hash under a label of its own,
 * like `7H2K-9QXM`. Whoever holds the record can make it again, so a centre that does holds it unchanged. The hash
 * covers the random ids and the chain, so nobody can try the five grades against a code.
 * @param hash the record's, `sha256:` and 64 hex digits (reference-protocol §4)
 */
export function receiptCodeOf(hash: string): string {
  const hex = sha256(`receipt code 1\n${hash}`).replace(/^sha256:/, '');
  let bits = BigInt(`0x${hex.slice(0, 10)}`);
  let code = '';
  for (let place = 0; place < LENGTH; place++) {
    code = `${DIGITS[Number(bits & 31n)] ?? ''}${code}`;
    bits >>= 5n;
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** A code as somebody typed it, in the form above; null where it can be none. */
export function readReceiptCode(typed: string): string | null {
  const plain = typed
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[OIL]/g, (char) => READ_AS[char] ?? char);
  if (plain.length !== LENGTH || Array.from(plain).some((char) => !DIGITS.includes(char))) return null;
  return `${plain.slice(0, 4)}-${plain.slice(4)}`;
}
