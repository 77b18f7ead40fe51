/** Where a line of a text may end, beside where it may in any text. */
export interface Piece {
  text: string;
  /** `whole`: nowhere in it, like a date or an option of a command; `groups`: after each of `groups` alone. */
  kind: 'text' | 'whole' | 'groups';
  /** The parts of `text`; one where it has none. */
  groups: readonly string[];
}

/** Bytes as pairs with colons between them; a key's fingerprint of 43 signs (SHA-256, base64url); an option, a date, what a command does. */
const SPECIAL =
  /((?:[0-9A-F]{2}:){3,}[0-9A-F]{2}|(?<![\w-])[\w-]{43}(?![\w-])|--[a-z][a-z-]*|(?<!\d)\d{4}-\d\d-\d\d(?!\d)|(?<=pingjiaqi )[a-z]+(?:-[a-z]+)+)/;
const FINGERPRINT_SIGNS = 43;
/** Of a fingerprint without colons: as many as a person compares at one glance. */
const SIGNS = /.{1,4}/g;

/** Pure. A text cut into pieces, so that a person who compares a fingerprint or types an option finds it unbroken. */
export function piecesOf(text: string): Piece[] {
  return text.split(SPECIAL).map((piece, index): Piece => {
    if (index % 2 === 0) return { text: piece, kind: 'text', groups: [piece] };
    if (piece.includes(':')) return { text: piece, kind: 'groups', groups: piece.split(/(?<=:)/) };
    if (piece.length === FINGERPRINT_SIGNS)
      return { text: piece, kind: 'groups', groups: piece.match(SIGNS) ?? [piece] };
    return { text: piece, kind: 'whole', groups: [piece] };
  });
}
