/** As much of a textarea as the keys need. */
export interface TextField {
  value: string;
  selectionStart: number;
  selectionEnd: number;
  setRangeText(text: string, start: number, end: number, mode: 'end'): void;
}

/** What of `text` still has room, whole characters only: half of one has no form in a record (RFC 8785). */
function fitting(text: string, room: number): string {
  let fit = '';
  for (const char of text) {
    if (fit.length + char.length > room) break;
    fit += char;
  }
  return fit;
}

/** Writes at the caret, over what is marked; `maxChars` in UTF-16 units, as the appliance counts. */
export function insertText(field: TextField, text: string, maxChars: number): void {
  const { selectionStart: start, selectionEnd: end } = field;
  const room = maxChars - (field.value.length - (end - start));
  field.setRangeText(fitting(text, room), start, end, 'end');
}

/** Takes away what is marked, else the character before the caret. */
export function deleteBack(field: TextField): void {
  const { selectionStart: start, selectionEnd: end } = field;
  const before = Array.from(field.value.slice(0, start)).at(-1) ?? '';
  field.setRangeText('', start === end ? start - before.length : start, end, 'end');
}
