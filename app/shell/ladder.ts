/** What can go wrong with the window. */
export type Trouble = 'renderer-gone' | 'unresponsive' | 'gpu-gone' | 'load-failed' | 'window-closed' | 'no-frames';

/** What the shell does about it, from the gentlest to the roughest. */
export type Step = 'reload' | 'recreate' | 'relaunch';

export interface Rung {
  step: Step;
  /** Ms to wait before the step. */
  afterMs: number;
}

export interface LadderRules {
  /** One rung per trouble in a row. */
  rungs: readonly Rung[];
  /** What is done for ever once the rungs are used up: rare enough to be no loop, so that a cured cause is noticed. */
  rest: Rung;
  /** Ms without trouble after which everything counts anew. */
  goodTimeMs: number;
  /** How many relaunches in a row may follow each other. */
  maxRelaunches: number;
}

/**
 * The first reload is at once: a crash that happens once should cost a citizen no more than a blink. The whole ladder
 * of one process takes 14 s, with its relaunches less than a minute; a display that is unplugged for a night then costs
 * one reload a minute and no restart.
 */
export const LADDER: LadderRules = {
  rungs: [
    { step: 'reload', afterMs: 0 },
    { step: 'reload', afterMs: 1_000 },
    { step: 'recreate', afterMs: 1_000 },
    { step: 'recreate', afterMs: 4_000 },
    { step: 'relaunch', afterMs: 8_000 },
  ],
  rest: { step: 'reload', afterMs: 60_000 },
  goodTimeMs: 300_000,
  maxRelaunches: 2,
};

export interface LadderState {
  /** Rungs used since the last good time. */
  climbed: number;
  /** Relaunches in a row; handed from process to process. */
  relaunches: number;
  /** Monotonic ms of the last trouble, or of the start. */
  lastAtMs: number;
  /** How often each trouble came since the start; never reset. */
  counts: Readonly<Record<Trouble, number>>;
}

const NO_TROUBLE: Record<Trouble, number> = {
  'renderer-gone': 0,
  unresponsive: 0,
  'gpu-gone': 0,
  'load-failed': 0,
  'window-closed': 0,
  'no-frames': 0,
};

/** @param relaunches how many relaunches in a row led to this process */
export function ladderAtStart(nowMs: number, relaunches: number): LadderState {
  return { climbed: 0, relaunches, lastAtMs: nowMs, counts: NO_TROUBLE };
}

/** Counts a trouble that asks for nothing, because a step is under way already. */
export function counted(state: LadderState, trouble: Trouble, nowMs: number): LadderState {
  return { ...state, lastAtMs: nowMs, counts: { ...state.counts, [trouble]: state.counts[trouble] + 1 } };
}

/** One trouble more: what to do, after how long, and where that leaves the ladder. */
export function climb(
  before: LadderState,
  trouble: Trouble,
  nowMs: number,
  rules: LadderRules = LADDER,
): { state: LadderState; rung: Rung } {
  const isFresh = nowMs - before.lastAtMs >= rules.goodTimeMs;
  const state = isFresh ? { ...before, climbed: 0, relaunches: 0 } : before;
  const rung = rungAt(state, trouble, rules);
  const relaunches = state.relaunches + (rung.step === 'relaunch' ? 1 : 0);
  return { state: { ...counted(state, trouble, nowMs), climbed: state.climbed + 1, relaunches }, rung };
}

function rungAt(state: LadderState, trouble: Trouble, rules: LadderRules): Rung {
  const rung = rules.rungs[state.climbed] ?? rules.rest;
  if (rung.step === 'relaunch' && state.relaunches >= rules.maxRelaunches) return atLeast(rules.rest, trouble);
  return atLeast(rung, trouble);
}

/** A window that is gone cannot be reloaded. */
function atLeast(rung: Rung, trouble: Trouble): Rung {
  return trouble === 'window-closed' && rung.step === 'reload' ? { ...rung, step: 'recreate' } : rung;
}
