import type { KeypadProfile } from '../profile.ts';
import { encodeFf68, FF68_FUNC, FF68_START } from './ff68-frame.ts';

/** What a pad is sent when an invitation starts, frame by frame; empty for a pad that only listens. */
export function promptOf({ framing, prompt }: KeypadProfile): number[][] {
  if (framing.type === 'byte') return prompt.length === 0 ? [] : [prompt];
  const { address, start, beep } = framing;
  const frames = [
    ...(beep ? [{ address, func: FF68_FUNC.beep, data: [] }] : []),
    ...(start ? [{ address, func: FF68_FUNC.box, data: [FF68_START] }] : []),
  ];
  return frames.map(encodeFf68);
}

/** What a pad is sent whenever its port opens: settings that it forgets without power. */
export function greetingOf({ framing }: KeypadProfile): number[][] {
  if (framing.type === 'byte' || framing.stars === null) return [];
  return [encodeFf68({ address: framing.address, func: FF68_FUNC.show, data: [framing.stars] })];
}
