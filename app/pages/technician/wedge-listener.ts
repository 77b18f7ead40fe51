import type { Clock } from '../../../device/clock.ts';
import { NOTHING_HELD, WEDGE_GAP_MS, type WedgeStep, wedgeKey, wedgeSilence } from '../shared/wedge.ts';

/** Keys that change others, and come between the characters of a scan. */
const MODIFIERS: ReadonlySet<string> = new Set(['Shift', 'CapsLock', 'NumLock']);

export interface ScanListener {
  /** While false, keys are left alone: a page that waits for a code takes digits from wherever they come. */
  isWanted: () => boolean;
  onScan: (text: string) => void;
}

/**
 * Takes scans out of the keys of a page before they reach any field, and gives people back what they typed. An input
 * method has its keys first: what it composes is a person's.
 */
export function listenForScans(page: Document, clock: Clock, { isWanted, onScan }: ScanListener): void {
  let held = NOTHING_HELD;
  let field: TextField | null = null;

  const carryOut = (step: WedgeStep) => {
    held = step.held;
    for (const { type, text } of step.outcomes) {
      if (type === 'scan') onScan(text);
      else if (field !== null) typeInto(field, text);
    }
  };

  page.addEventListener(
    'keydown',
    (event) => {
      const { key, ctrlKey, altKey, metaKey, isComposing } = event;
      if (!isWanted() || ctrlKey || altKey || metaKey || isComposing || MODIFIERS.has(key)) return;
      const step = wedgeKey(held, key, event.timeStamp);
      carryOut(step);
      if (!step.taken) return;
      if (held.text.length === 1) field = textField(page.activeElement);
      clock.setTimer(WEDGE_GAP_MS + 1, () => carryOut(wedgeSilence(held, performance.now())));
      // Outside a field the first key may be a person's on a button, and cannot be given back.
      if (field === null && held.text.length === 1) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

function textField(element: Element | null): TextField | null {
  const isText = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  return isText && !element.disabled ? element : null;
}

/** Where the keys were meant to go, at the caret, as if they had been typed. */
function typeInto(field: TextField, text: string): void {
  // Kinds without a caret, such as `url` in some browsers, are written to at their end.
  const [from, to] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
  field.setRangeText(text, from, to, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, data: text, inputType: 'insertText' }));
}
