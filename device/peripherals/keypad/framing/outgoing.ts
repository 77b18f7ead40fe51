import type { KeypadProfile } from '../profile.ts';
import { encodeFf68, FF68_FUNC, FF68_START, type Ff68Frame } from './ff68-frame.ts';
import { encodeSundyn, SUNDYN } from './sundyn-message.ts';

type Frames = readonly (readonly number[])[];

/** What a pad is sent when an invitation starts, frame by frame; empty for a pad that only listens. */
export function promptOf({ framing, prompt }: KeypadProfile): Frames {
  switch (framing.type) {
    case 'byte':
    case 'sequence':
      return prompt.length === 0 ? [] : [prompt];
    case 'sundyn':
      return framing.start ? [encodeSundyn(SUNDYN.start)] : [];
    case 'ff68': {
      const { address, start, beep } = framing;
      const frames: Ff68Frame[] = [
        ...(beep ? [{ address, func: FF68_FUNC.beep, data: [] }] : []),
        ...(start ? [{ address, func: FF68_FUNC.box, data: [FF68_START] }] : []),
      ];
      return frames.map(encodeFf68);
    }
  }
}

/** What a pad is sent whenever its port opens: settings that it forgets without power. */
export function greetingOf({ framing }: KeypadProfile): Frames {
  if (framing.type !== 'ff68' || framing.stars === null) return [];
  return [encodeFf68({ address: framing.address, func: FF68_FUNC.show, data: [framing.stars] })];
}

/** What asks a pad for a sign of life; empty for one that has no such question. */
export function probeOf({ framing, liveness }: KeypadProfile): Frames {
  if (framing.type === 'sundyn') return [encodeSundyn(SUNDYN.heartbeat)];
  return liveness === null || liveness.probe.length === 0 ? [] : [liveness.probe];
}

/** What asks a pad for its result, and how often while inviting; null for one that sends it by itself. */
export function pollOf({ framing }: KeypadProfile): { everyMs: number; frames: Frames } | null {
  if (framing.type !== 'sundyn' || framing.pollMs === null) return null;
  return { everyMs: framing.pollMs, frames: [encodeSundyn(SUNDYN.poll)] };
}

const BLANK = 0x0a;

/**
 * The six digits of a call box: the number of people waiting on the left, the ticket on the right, each 0 … 999 or
 * null for blank (peripherals reference, a.2). Empty for a pad without such a display.
 */
export function displayOf({ framing }: KeypadProfile, waiting: number | null, ticket: number | null): Frames {
  if (framing.type !== 'ff68') return [];
  const data = [...threeDigits(waiting), ...threeDigits(ticket)];
  return [encodeFf68({ address: framing.address, func: FF68_FUNC.show, data })];
}

function threeDigits(number: number | null): number[] {
  if (number === null || number < 0 || number > 999) return [BLANK, BLANK, BLANK];
  return [100, 10, 1].map((place) => Math.trunc(number / place) % 10);
}
