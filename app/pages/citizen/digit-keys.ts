import type { Clock, Timer } from '../../../device/clock.ts';
import type { Level } from '../../../device/ledger/record.ts';
import { judgeKey, NO_PRESS_YET } from '../../../device/peripherals/keypad/press-rule.ts';

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
/** As for boxes on a port: a run of strokes without so long a pause is one press. */
export const QUIET_MS = 400;
/** A scanner that poses as a keyboard types faster than this; whoever presses one key types nothing more. */
export const ALONE_FOR_MS = 60;

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

export interface DigitKeys {
  clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  /** Whether the question stands now. */
  isInviting: () => boolean;
  press: (level: Level) => void;
}

/**
 * What counts as a press among the strokes of a page: the first stroke of a run, while inviting, and alone. So a key
 * held over the invitation's start, two keys at once and a scanned number give no grade (design §2.4).
 */
export function createDigitKeys({ clock, isInviting, press }: DigitKeys) {
  let state = NO_PRESS_YET;
  let waiting: Timer | null = null;
  return (stroke: KeyStroke, inTextField: boolean): void => {
    // What belongs to a press, like the Enter behind a digit, makes it neither another nor none.
    if (stroke.key.length !== 1) return;
    // A key that repeats itself is still that one key; any other stroke beside it is not.
    if (!stroke.repeat) waiting?.cancel();
    const judged = judgeKey({ ...state, inviting: isInviting() }, clock.monotonicMs(), QUIET_MS);
    state = judged.state;
    const level = judged.verdict === 'press' ? levelOfKey(stroke, inTextField) : null;
    if (level !== null) waiting = clock.setTimer(ALONE_FOR_MS, () => press(level));
  };
}

/** Listens for the keys of a box wherever the focus is. */
export function listenForDigitKeys(page: Document, keys: DigitKeys): void {
  const take = createDigitKeys(keys);
  page.addEventListener('keydown', (event) => take(event, isTextField(event.target)));
}
