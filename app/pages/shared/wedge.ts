/**
 * Scanners that pose as keyboards, told from people by timing: a scanner types a character every 10 ms or so, nobody
 * types six in a row within 50 ms of each other (peripherals reference, d). Keys are held back until it is certain who
 * typed them, so that no scan ever reaches a text field; what a person typed follows then. Pure.
 */

/** The longest gap between two keys of a scan. */
export const WEDGE_GAP_MS = 50;
/** Fewer keys than this may be a fast hand or two fingers at once. */
const FEWEST_KEYS = 6;
/** What the largest QR code holds (ISO/IEC 18004); what goes on beyond it is a key that got stuck. */
const MOST_KEYS = 4296;

export interface HeldKeys {
  text: string;
  /** When the newest key came, ms; meaningless while `text` is empty. */
  atMs: number;
}
export const NOTHING_HELD: HeldKeys = { text: '', atMs: 0 };

/** - `typed`: a person's keys, to go where they were meant to - `scan`: a scanner's - `ended`: its end key, to be dropped */
export type WedgeOutcome = { type: 'typed'; text: string } | { type: 'scan'; text: string };

export interface WedgeStep {
  held: HeldKeys;
  outcomes: WedgeOutcome[];
  /** Whether the key itself is taken away from the page. */
  taken: boolean;
}

const isScan = (text: string) => text.length >= FEWEST_KEYS;

/** Who typed what is held. */
function outcomesOf(text: string): WedgeOutcome[] {
  if (text === '') return [];
  return [isScan(text) ? { type: 'scan', text } : { type: 'typed', text }];
}

/**
 * A key was pressed.
 * @param key as `KeyboardEvent.key`, without Ctrl, Alt or Meta
 * @param atMs time of the event, monotonic
 */
export function wedgeKey(held: HeldKeys, key: string, atMs: number): WedgeStep {
  const goesOn = held.text !== '' && atMs - held.atMs <= WEDGE_GAP_MS;
  const before = goesOn ? [] : outcomesOf(held.text);
  const text = goesOn ? held.text : '';
  if (Array.from(key).length === 1 && text.length < MOST_KEYS) {
    return { held: { text: text + key, atMs }, outcomes: before, taken: true };
  }
  // Enter and Tab end a scan and are part of it; any other key ends what was held and is nobody's secret.
  const taken = (key === 'Enter' || key === 'Tab') && isScan(text);
  return { held: NOTHING_HELD, outcomes: [...before, ...outcomesOf(text)], taken };
}

/** So long was silence, ms: what is held is judged. To be asked `WEDGE_GAP_MS` after each key. */
export function wedgeSilence(held: HeldKeys, nowMs: number): WedgeStep {
  if (held.text === '' || nowMs - held.atMs < WEDGE_GAP_MS) return { held, outcomes: [], taken: false };
  return { held: NOTHING_HELD, outcomes: outcomesOf(held.text), taken: false };
}
