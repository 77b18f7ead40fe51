import type { SdtAnswer, SdtCommand } from './sdt-answer.ts';
import { CARD_FOUND, NO_CARD, SDT_OK } from './sdt-status.ts';

/** A reader answers find and select within 1 s, and a read within 3 s plus 2 s for its body (peripherals b.3). */
export const ANSWER_LIMIT_MS: Readonly<Record<SdtCommand, number>> = { find: 1000, select: 1000, read: 5000 };
/** Pause before the next search for a card. */
export const SEARCH_EVERY_MS = 500;
/** So many silences in a row are told: the reader is off, or is none. */
export const SILENCES_TOLD = 3;

/** `asking`: a command is out - `pausing`: until the next search - `waiting`: for the port - `done`: nothing happens */
export type ReadingState = { silences: number } & (
  | { name: 'asking'; command: SdtCommand }
  | { name: 'pausing' | 'waiting' | 'done' }
);

export type ReadingInput =
  | { type: 'port'; ready: boolean }
  | { type: 'timer' }
  | Extract<SdtAnswer, { type: 'card' | 'answer' }>;

/**
 * - `send`: the command; its answer is due within `ANSWER_LIMIT_MS`
 * - `pause`: ask for a `timer` after `SEARCH_EVERY_MS`
 * - `rest`: no timer
 * - `card`: what was read; the reading is over
 * - `trouble`: a status that is neither success nor an empty reader, or null for a silent reader
 */
export type ReadingEffect =
  | { type: 'send'; command: SdtCommand }
  | { type: 'pause' | 'rest' }
  | { type: 'card'; text: Uint8Array }
  | { type: 'trouble'; status: number | null };

interface Step {
  state: ReadingState;
  effects: ReadingEffect[];
}

/** A reading that waits for its port. */
export const READING_START: ReadingState = { name: 'waiting', silences: 0 };

/**
 * The order of one reading: find → select → read, and from every failure back to find, until a card was read. An answer
 * that is not the one awaited, as one that came after its time-out, is passed over. Pure.
 */
export function nextStep(state: ReadingState, input: ReadingInput): Step {
  if (state.name === 'done') return { state, effects: [] };
  switch (input.type) {
    case 'port':
      if (input.ready) return ask('find', state.silences);
      return { state: { name: 'waiting', silences: state.silences }, effects: [{ type: 'rest' }] };
    case 'timer':
      return onTimer(state);
    default:
      return state.name === 'asking' ? onAnswer(state, input) : { state, effects: [] };
  }
}

function onTimer(state: ReadingState): Step {
  if (state.name === 'pausing') return ask('find', state.silences);
  if (state.name !== 'asking') return { state, effects: [] };
  const silences = state.silences + 1;
  return pause(silences, silences === SILENCES_TOLD ? [{ type: 'trouble', status: null }] : []);
}

function onAnswer(
  { command }: { command: SdtCommand },
  input: Extract<ReadingInput, { type: 'card' | 'answer' }>,
): Step {
  if (input.type === 'card') {
    if (command !== 'read') return { state: { name: 'asking', command, silences: 0 }, effects: [] };
    return { state: { name: 'done', silences: 0 }, effects: [{ type: 'rest' }, { type: 'card', text: input.text }] };
  }
  if (command === 'find' && input.status === CARD_FOUND) return ask('select', 0);
  if (command === 'select' && input.status === SDT_OK) return ask('read', 0);
  if (input.status === SDT_OK || input.status === CARD_FOUND) {
    return { state: { name: 'asking', command, silences: 0 }, effects: [] };
  }
  return pause(0, input.status === NO_CARD ? [] : [{ type: 'trouble', status: input.status }]);
}

function ask(command: SdtCommand, silences: number): Step {
  return { state: { name: 'asking', command, silences }, effects: [{ type: 'send', command }] };
}

function pause(silences: number, also: ReadingEffect[]): Step {
  return { state: { name: 'pausing', silences }, effects: [{ type: 'pause' }, ...also] };
}
