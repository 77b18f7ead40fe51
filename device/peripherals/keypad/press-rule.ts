/** What the rule remembers between two key symbols. */
export interface PressState {
  inviting: boolean;
  /** When the newest key symbol arrived, counted or not; null before the first. */
  lastKeyAtMs: number | null;
}

/**
 * - `press`: counts
 * - `bounce`: belongs to an earlier press
 * - `outside`: a press while nobody is invited
 */
export type Verdict = 'press' | 'bounce' | 'outside';

export const NO_PRESS_YET: PressState = { inviting: false, lastKeyAtMs: null };

/**
 * A press is a run of key symbols without a quiet time of `debounceMs`, and only its first symbol can count. So a
 * bounce, a held key, two keys at once and a chattering line give one press at most; and a run that began before the
 * invitation gives none until the line has been quiet, whichever keys follow in it. Losing a hasty press costs the
 * citizen a second one; counting a wrong one would invent a grade (design §2.4).
 * @param atMs monotonic time of the symbol, never before `state.lastKeyAtMs`
 */
export function judgeKey(state: PressState, atMs: number, debounceMs: number): { state: PressState; verdict: Verdict } {
  const quiet = state.lastKeyAtMs === null || atMs - state.lastKeyAtMs >= debounceMs;
  const verdict = quiet ? (state.inviting ? 'press' : 'outside') : 'bounce';
  return { state: { ...state, lastKeyAtMs: atMs }, verdict };
}
