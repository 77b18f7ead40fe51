/** What a reader says with SW3 (peripherals reference, b.2). */
export const STATUS_WORDS = {
  16: ['checksum_error', 'The reader got a broken command; check the cable and the line speed.'],
  17: ['length_error', 'The reader got a broken command; check the cable and the line speed.'],
  33: ['command_error', 'The reader does not know the command; check that it is an SDT reader.'],
  35: ['not_permitted', 'The reader may not do this; ask its supplier.'],
  36: ['unknown_error', 'Unplug the reader and plug it in again.'],
  49: ['card_refused_reader', 'The card did not accept the reader; try another card, then ask the supplier.'],
  50: ['reader_refused_card', 'The reader did not accept the card; try another card.'],
  51: ['information_unverified', 'What the card says could not be verified; try another card.'],
  64: ['unknown_card_type', 'This is no identity card.'],
  65: ['read_failed', 'Leave the card on the reader until it was read.'],
  71: ['random_number_failed', 'Unplug the reader and plug it in again.'],
  96: ['self_test_failed', 'The reader’s security module is broken; replace the reader.'],
  102: ['module_not_authorised', 'The reader’s security module is not authorised; ask its supplier.'],
  128: ['no_card', 'Lay a card on the reader.'],
  129: ['select_failed', 'Lift the card and lay it down again.'],
  144: ['ok', 'All is well.'],
  145: ['no_content', 'The card holds nothing of this kind.'],
  159: ['card_found', 'A card is on the reader.'],
} as const satisfies Record<number, readonly [word: string, hint: string]>;

export const CARD_FOUND = 0x9f;
export const SDT_OK = 0x90;
export const NO_CARD = 0x80;

/** A status in words: `word` for records, `hint` for the technician. An unlisted value is `status_` and its hex digits. */
export function sdtStatus(status: number): { word: string; hint: string } {
  const known = (STATUS_WORDS as Readonly<Record<number, readonly [string, string]>>)[status];
  if (known !== undefined) return { word: known[0], hint: known[1] };
  const digits = status.toString(16).padStart(2, '0');
  return {
    word: `status_${digits}`,
    hint: 'The reader said something that no manual lists; note it for its supplier.',
  };
}
