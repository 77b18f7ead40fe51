/** How much of the device's fingerprint goes into a number; two devices of one window must not share numbers. */
const FINGERPRINT_CHARS = 4;

/**
 * The number printed on a blank form (pure).
 * @param window the window's number @param fingerprint of the device's key
 * @param seq of the record that says the form was issued, so no number is ever given twice, also after a crash
 */
export function formNumber(window: string, fingerprint: string, seq: number): string {
  const mark = fingerprint.replaceAll(/[^0-9A-Za-z]/g, '').slice(0, FINGERPRINT_CHARS);
  return `${window}-${mark.toUpperCase()}-${String(seq).padStart(6, '0')}`;
}

/** The sequence number at the end of what somebody typed or scanned as a form's number; null where there is none. */
export function seqOfForm(text: string): number | null {
  const digits = /-(\d{6,15})$/.exec(text.trim())?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Whether both are the same number, however it was typed. */
export function isSameForm(typed: string, printed: string): boolean {
  return typed.trim().toUpperCase() === printed.toUpperCase();
}
