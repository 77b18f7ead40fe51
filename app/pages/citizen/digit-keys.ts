import type { Level } from '../../../device/ledger/record.ts';

/** As much of a KeyboardEvent as the rule needs. */
export interface KeyStroke {
  key: string;
  repeat: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
}

const LEVELS: Readonly<Record<string, Level>> = { '1': 1, '2': 2, '3': 3, '4': 4, '5': 5 };

/**
 * The grade of a key of a button box that poses as a keyboard; null for any other stroke, for a key held down (one
 * press is one rating), and for digits that somebody writes.
 */
export function levelOfKey(stroke: KeyStroke, inTextField: boolean): Level | null {
  const { key, repeat, ctrlKey, altKey, metaKey, isComposing } = stroke;
  if (repeat || ctrlKey || altKey || metaKey || isComposing || inTextField) return null;
  return Object.hasOwn(LEVELS, key) ? (LEVELS[key] ?? null) : null;
}

const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

/** Calls `press` for each key of a grade, wherever the focus is outside a text field. */
export function listenForDigitKeys(page: Document, press: (level: Level) => void): void {
  page.addEventListener('keydown', (event) => {
    const level = levelOfKey(event, isTextField(event.target));
    if (level !== null) press(level);
  });
}
