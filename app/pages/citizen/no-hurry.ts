import type { CitizenView } from '../../../device/visit/views.ts';

/** In 老年模式 each touch gives the whole time again once this much of it is gone: not a command for every finger. */
const SPENT_MS = 5000;

/**
 * Whether a touch at `nowMs` asks the appliance for the time anew. The limit itself is the appliance's: a screen that
 * nobody touches still ends (expectations §4.1, "enough time").
 */
export function needsMoreTime(view: CitizenView | null, endsAtMs: number | null, nowMs: number): boolean {
  if (view === null || endsAtMs === null) return false;
  if (view.screen !== 'inviting' && view.screen !== 'reasons') return false;
  return view.countdown.totalMs - (endsAtMs - nowMs) >= SPENT_MS;
}
