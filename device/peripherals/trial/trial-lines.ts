import { pollOf, probeOf, promptOf } from '../keypad/framing/outgoing.ts';
import type { KeypadProfile } from '../keypad/profile.ts';
import { isNetPath } from '../port/net-path.ts';
import type { SerialOptions } from '../port/opener.ts';

/** Speeds that boxes are sold with, the usual one first (peripherals reference, a.1). Bits per second. */
const TRIAL_RATES = [9600, 19_200, 38_400, 57_600, 115_200] as const;

/** One way to open a port, with every profile that could speak on it. */
export interface TrialLine {
  serial: SerialOptions;
  /** Null where the line belongs to a serial server, which has its own speed. */
  baudRate: number | null;
  profiles: readonly KeypadProfile[];
}

/** The lines to try, in this order. Profiles that differ in nothing but speed share a line. Pure. */
export function trialLines(path: string, profiles: readonly KeypadProfile[]): TrialLine[] {
  const [first] = profiles;
  if (first === undefined) return [];
  if (isNetPath(path)) return [{ serial: first.serial, baudRate: null, profiles }];
  const formats = Map.groupBy(profiles, ({ serial: { baudRate: _speed, ...format } }) => JSON.stringify(format));
  return TRIAL_RATES.flatMap((baudRate) =>
    [...formats.values()].map((same) => ({ serial: { ...same[0]!.serial, baudRate }, baudRate, profiles: same })),
  );
}

/**
 * What a silent line is asked, each question once: to begin, and for a sign of life; then, for boxes that say nothing
 * by themselves, for their result.
 */
export const TRIAL_STEPS = ['listen', 'ask', 'poll'] as const;
export type TrialStep = (typeof TRIAL_STEPS)[number];

/** Whether what comes in this step can be this profile's: a box that is only ever polled does not speak before. */
export function speaksIn(step: TrialStep, profile: KeypadProfile): boolean {
  return (pollOf(profile) !== null) === (step === 'poll');
}

/** What is sent at the beginning of a step; the same frame once, though several profiles have it. */
export function questionsOf(step: TrialStep, profiles: readonly KeypadProfile[]): number[][] {
  if (step === 'listen') return [];
  const frames = profiles.flatMap((profile) =>
    step === 'poll' ? (pollOf(profile)?.frames ?? []) : [...promptOf(profile), ...probeOf(profile)],
  );
  return [...new Map(frames.map((frame) => [frame.join(), [...frame]])).values()];
}
